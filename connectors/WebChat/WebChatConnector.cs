using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>The chat on the clinic's sites.</summary>
public static class WebChatConnector
{
    public static Part Part { get; } = ConnectorPart.Create("webchat", typeof(WebChatConnector).Assembly, Configure);

    private static void Configure(ConnectorBuilder connector)
    {
        var services = connector.Services;
        services.AddSingleton<IValidateOptions<WebChatOptions>, WebChatOptionsValidator>();
        services.AddOptions<WebChatOptions>().BindConfiguration(WebChatOptions.Section).ValidateOnStart();
        services.AddSingleton<Visitors>();
        services.AddHostedService(provider => provider.GetRequiredService<Visitors>());
        services.AddSingleton<History>();
        services.AddSingleton<VisitorLines>();
        services.AddHostedService(provider => provider.GetRequiredService<VisitorLines>());
        services.AddSingleton<ArrivalRates>();
        services.AddSignalR(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(10);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
            hub.MaximumReceiveMessageSize = 4 * 1024;
        }).AddJsonProtocol();
        connector.UseSender<VisitorSender>();
        connector.UseRawInputMapper<MessageEndpoint>();
        connector.Map(app =>
        {
            var options = app.Services.GetRequiredService<IOptionsMonitor<WebChatOptions>>().CurrentValue;
            app.UseVisitorAddress(options.TrustedProxies);
            app.UseOrigins();
            var health = app.Services.GetRequiredService<ChannelHealth>();
            foreach (var chat in options.Chats)
            {
                health.Connected(chat.Channel);
            }

            app.MapVisitors();
            app.MapHub<VisitorHub>("/hubs/visitor");
        });
        connector.UseWebhook<MessageEndpoint>("/widget/{chat}/messages");
    }
}
