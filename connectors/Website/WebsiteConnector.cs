using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>Forms of the clinic's sites.</summary>
public static class WebsiteConnector
{
    public static Part Part { get; } = ConnectorPart.Create("website", typeof(WebsiteConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        connector.Services.AddSingleton<IValidateOptions<WebsiteOptions>, WebsiteOptionsValidator>();
        connector.Services.AddOptions<WebsiteOptions>().BindConfiguration(WebsiteOptions.Section).ValidateOnStart();
        connector.Services.AddSingleton<BodyReader>();
        connector.Services.AddSingleton<FormTokens>();
        connector.Services.AddSingleton<SubmissionKeys>();
        connector.Services.AddSingleton<ArrivalRates>();
        connector.Services.AddSingleton<FormReception>();
        connector.Services.AddSingleton<IRawInputMapper>(services => services.GetRequiredService<FormReception>());
        connector.Map(app =>
        {
            var options = app.Services.GetRequiredService<IOptionsMonitor<WebsiteOptions>>();
            app.UseVisitorAddress(options.CurrentValue.TrustedProxies);
            var health = app.Services.GetRequiredService<ChannelHealth>();
            foreach (var form in options.CurrentValue.Forms)
            {
                health.Connected(form.Channel);
            }

            app.MapForms();
        });
    }
}
