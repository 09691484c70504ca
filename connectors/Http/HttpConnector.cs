using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Http;

/// <summary>The plain door: connectors in any language hand in events over HTTP, and are called when an answer is to go out.</summary>
public static class HttpConnector
{
    public static Part Part { get; } = ConnectorPart.Create("http", typeof(HttpConnector).Assembly, connector =>
    {
        connector.Services.AddSingleton<IValidateOptions<HttpDoorOptions>, HttpDoorOptionsValidator>();
        connector.Services.AddOptions<HttpDoorOptions>().BindConfiguration(HttpDoorOptions.Section).ValidateOnStart();
        connector.Services.AddSingleton<EventMapper>();
        connector.Services.AddSingleton<Callbacks>();
        connector.UseWebhook<EventEndpoint>("/api/ingest/v1/events").UseSender<CallbackSender>().UseConnectionTest<CallbackTest>();
        connector.Services.AddSingleton<IRawInputMapper>(services => services.GetRequiredService<EventMapper>());
        connector.Map(app =>
        {
            foreach (var client in app.Services.GetRequiredService<IOptions<HttpDoorOptions>>().Value.Clients)
            {
                app.Services.GetRequiredService<ChannelHealth>().Connected(client.Channel);
            }

            app.MapDeadLetters();
        });
    });
}
