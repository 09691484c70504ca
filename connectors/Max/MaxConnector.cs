using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Max;

/// <summary>The clinic's bots in MAX.</summary>
public static class MaxConnector
{
    public static Part Part { get; } = ConnectorPart.Create("max", typeof(MaxConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        var services = connector.Services;
        services.AddSingleton<IValidateOptions<MaxOptions>, MaxOptionsValidator>();
        services.AddOptions<MaxOptions>().BindConfiguration(MaxOptions.Section).ValidateOnStart();
        services.AddSingleton<MaxApi>();
        services.AddSingleton<UpdateIntake>();
        services.AddSingleton<Downloads>();
        services.AddSingleton<SendJournal>();
        services.AddSingleton<Courtesies>();
        services.AddHostedService(provider => provider.GetRequiredService<Courtesies>());
        services.ConfigureMarten(store =>
        {
            store.Schema.For<SendProgress>();
            store.Schema.For<Acquaintance>();
        });
        services.AddSingleton<IRawInputMapper>(provider => provider.GetRequiredService<UpdateIntake>());
        connector.UseSender<MaxSender>().UseConnectionTest<MaxConnectionTest>().UseWebhook<MaxWebhook>(MaxWebhook.Route);

        // How many bots there are is known from the settings alone; a value that cannot be read is reported by the validation at start.
        foreach (var (index, bot) in connector.Configuration.GetSection($"{MaxOptions.Section}:{nameof(MaxOptions.Bots)}").GetChildren().Index())
        {
            if (bot.GetValue(nameof(MaxBotOptions.Enabled), true))
            {
                connector.AddSource(provider => Source(provider, provider.GetRequiredService<MaxApi>().Bots[index]));
            }
        }
    }

    private static IInboundSource Source(IServiceProvider services, MaxBot bot) => bot.Options.IsCalled
        ? ActivatorUtilities.CreateInstance<WebhookRegistration>(services, bot)
        : ActivatorUtilities.CreateInstance<MaxSource>(services, bot);
}
