using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telegram;

/// <summary>The clinic's Telegram bots.</summary>
public static class TelegramConnector
{
    public static Part Part { get; } = ConnectorPart.Create("telegram", typeof(TelegramConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        var services = connector.Services;
        services.AddSingleton<IValidateOptions<TelegramOptions>, TelegramOptionsValidator>();
        services.AddOptions<TelegramOptions>().BindConfiguration(TelegramOptions.Section).ValidateOnStart();
        services.AddSingleton<Bots>();
        services.AddSingleton<UpdateIntake>();
        services.AddSingleton<Downloads>();
        services.AddSingleton<SendLines>();
        services.AddSingleton<SendJournal>();
        services.AddSingleton<Courtesies>();
        services.AddHostedService(provider => provider.GetRequiredService<Courtesies>());
        services.ConfigureMarten(store =>
        {
            store.Schema.For<SendProgress>();
            store.Schema.For<PhoneAsked>();
        });
        connector.UseSender<TelegramSender>();
        connector.UseConnectionTest<TelegramConnectionTest>();
        connector.UseWebhook<TelegramWebhook>(TelegramWebhook.Route);
        services.AddSingleton<IRawInputMapper>(provider => provider.GetRequiredService<UpdateIntake>());

        // How many bots there are is known from the settings alone; a value that cannot be read is reported by the validation at start.
        foreach (var (index, settings) in connector.Configuration.GetSection($"{TelegramOptions.Section}:{nameof(TelegramOptions.Bots)}").GetChildren().Index())
        {
            if (settings.GetValue(nameof(BotOptions.Enabled), true))
            {
                connector.AddSource(provider => Source(provider, provider.GetRequiredService<Bots>().All[index]));
            }
        }
    }

    private static IInboundSource Source(IServiceProvider services, Bot bot) => bot.Options.Mode == BotMode.Webhook
        ? ActivatorUtilities.CreateInstance<WebhookRegistration>(services, bot)
        : ActivatorUtilities.CreateInstance<LongPolling>(services, bot);
}
