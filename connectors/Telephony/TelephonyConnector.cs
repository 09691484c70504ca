using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telephony.Asterisk;
using MedCrm.Connectors.Telephony.Cloud;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony;

/// <summary>The clinic's telephone exchanges.</summary>
public static class TelephonyConnector
{
    public static Part Part { get; } = ConnectorPart.Create("telephony", typeof(TelephonyConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        var services = connector.Services;
        services.AddSingleton<IValidateOptions<TelephonyOptions>, TelephonyOptionsValidator>();
        services.AddOptions<TelephonyOptions>().BindConfiguration(TelephonyOptions.Section).ValidateOnStart();

        // Providers want numbers in addresses; no log may hold those.
        services.AddHttpClient();
        services.ConfigureHttpClientDefaults(http => http.RemoveAllLoggers());
        services.AddSingleton<ICallPlacer, CallPlacer>();
        services.AddSingleton<CloudRecordings>();
        services.AddHostedService(provider => provider.GetRequiredService<CloudRecordings>());
        services.ConfigureMarten(store => store.Schema.For<AwaitedRecording>());
        connector.UseConnectionTest<TelephonyConnectionTest>().UseWebhook<CloudWebhook>(CloudWebhook.Route);

        connector.Map(app =>
        {
            var health = app.Services.GetRequiredService<ChannelHealth>();
            foreach (var exchange in app.Services.GetRequiredService<IOptions<TelephonyOptions>>().Value.Cloud)
            {
                health.Connected(exchange.Channel);
            }
        });

        // How many exchanges there are is known from the settings alone; a value that cannot be read is reported by the validation at start.
        foreach (var (index, _) in connector.Configuration.GetSection($"{TelephonyOptions.Section}:{nameof(TelephonyOptions.Asterisk)}").GetChildren().Index())
        {
            services.AddSingleton(provider => new Exchange(Create(provider, index)));
            services.AddSingleton<IInboundSource>(provider => provider.GetServices<Exchange>().ElementAt(index).Asterisk);
        }
    }

    private static AsteriskExchange Create(IServiceProvider services, int index) => new(
        services.GetRequiredService<IOptions<TelephonyOptions>>().Value.Asterisk[index],
        services.GetRequiredService<IInboundSink>(),
        services.GetRequiredService<ICheckpointStore>(),
        services.GetRequiredService<IKnownCalls>(),
        services.GetRequiredService<IHttpClientFactory>(),
        services.GetRequiredService<ChannelHealth>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<AsteriskExchange>>());
}

/// <summary>One exchange of the settings, made once for all who need it.</summary>
internal sealed record Exchange(AsteriskExchange Asterisk);
