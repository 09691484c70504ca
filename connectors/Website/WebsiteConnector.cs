using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>Forms of the clinic's sites.</summary>
public static class WebsiteConnector
{
    private static readonly string[] PrivateNetworks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    public static Part Part { get; } = ConnectorPart.Create("website", typeof(WebsiteConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        connector.Services.AddSingleton<IValidateOptions<WebsiteOptions>, WebsiteOptionsValidator>();
        connector.Services.AddOptions<WebsiteOptions>().BindConfiguration(WebsiteOptions.Section).ValidateOnStart();
        connector.Services.AddSingleton<BodyReader>();
        connector.Services.AddSingleton<FormTokens>();
        connector.Services.AddSingleton<SubmissionKeys>();
        connector.Services.AddSingleton<SubmissionRates>();
        connector.Services.AddSingleton<FormReception>();
        connector.Services.AddSingleton<IRawInputMapper>(services => services.GetRequiredService<FormReception>());
        connector.Map(app =>
        {
            var options = app.Services.GetRequiredService<IOptionsMonitor<WebsiteOptions>>();
            app.UseForwardedHeaders(ForwardedHeaders(options.CurrentValue));
            var health = app.Services.GetRequiredService<ChannelHealth>();
            foreach (var form in options.CurrentValue.Forms)
            {
                health.Connected(form.Channel);
            }

            app.MapForms();
        });
    }

    // The last entry is the one our Gateway wrote; whatever stands before it is what a visitor claims.
    private static ForwardedHeadersOptions ForwardedHeaders(WebsiteOptions website)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedFor, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in website.TrustedProxies.Count > 0 ? website.TrustedProxies : [.. PrivateNetworks])
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        return options;
    }
}
