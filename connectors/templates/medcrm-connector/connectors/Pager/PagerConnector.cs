using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Connectors.Pager;

/// <summary>The clinic's account at Pager.</summary>
public static class PagerConnector
{
    internal const string Channel = "pager/main";

    public static Part Part { get; } = ConnectorPart.Create("pager", typeof(PagerConnector).Assembly, Configure);

    internal static void Configure(ConnectorBuilder connector)
    {
        connector.Services.AddOptions<PagerOptions>().BindConfiguration(PagerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        connector.Services.AddSingleton<PagerApi>();
        connector.UseSender<PagerSender>().UseRawInputMapper<PagerMapper>().UseConnectionTest<PagerConnectionTest>();

        // Without an address it idles; with a secret it is called, else it asks.
        var settings = connector.Configuration.GetSection(PagerOptions.Section).Get<PagerOptions>();
        if (settings?.WebhookSecret is not null)
        {
            connector.UseWebhook<PagerWebhook>("/hooks/pager");
        }
        else if (settings?.Url is not null)
        {
            connector.AddSource(services => ActivatorUtilities.CreateInstance<PagerSource>(services));
        }
    }
}
