using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace MedCrm.Gateway.Proxy;

/// <summary>Which room answers which path. The browser sees one address; the rooms see who asks, signed by us.</summary>
internal static class Rooms
{
    private static readonly string[] Own = ["gateway", "chat", "requests", "patients"];

    /// <summary>Connectors, by name and address.</summary>
    public static IReadOnlyDictionary<string, Uri> Connectors(IConfiguration configuration) =>
        Urls(configuration).Where(part => !Own.Contains(part.Key)).ToDictionary(part => part.Key, part => part.Value);

    public static IReadOnlyDictionary<string, Uri> Urls(IConfiguration configuration) =>
        configuration.GetSection("Parts").GetChildren()
            .Where(part => Uri.TryCreate(part["Url"], UriKind.Absolute, out _))
            .ToDictionary(part => part.Key.ToLowerInvariant(), part => new Uri(part["Url"]!));

    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var urls = Urls(configuration);
        var routes = new List<RouteConfig>
        {
            Api("requests", "/api/requests/{**rest}"),
            Api("requests", "/api/calls/{**rest}"),
            Api("chat", "/api/conversations/{**rest}"),
            Api("chat", "/api/attachments/{**rest}"),
            Api("patients", "/api/contacts/{**rest}"),
            Api("patients", "/api/patients/{**rest}"),
            Api("patients", "/api/access-log/{**rest}"),
            Api("patients", "/api/slots/{**rest}"),
            Api("patients", "/api/holds/{**rest}"),
            Api("patients", "/api/appointments/{**rest}"),
            Api("patients", "/api/call-list/{**rest}"),
            Api("patients", "/api/waiting-list/{**rest}"),
            Api("patients", "/api/locations"),
            Api("patients", "/api/practitioners"),
            Api("patients", "/api/specialties"),
            Api("patients", "/api/services"),
            Public("website", "/forms/{**rest}"),
            Public("webchat", "/widget/{chat}/{**rest}"),
            Public("webchat", "/hubs/visitor/{**rest}"),
            Api("webchat", "/api/chats/{**rest}"),
            Public("telegram", "/webhooks/telegram/{**rest}"),
            Public("telephony", "/webhooks/telephony/{**rest}"),
            Public("http", "/api/ingest/{**rest}"),
        };
        routes.AddRange(Connectors(configuration).Keys.Select(connector => Api(connector, $"/api/quarantine/{connector}/{{**rest}}") with
        {
            Transforms = [new Dictionary<string, string> { ["PathPattern"] = "/api/quarantine/{**rest}" }],
        }));
        routes.AddRange(Connectors(configuration).Keys.Select(connector => Api(connector, $"/api/raw-inputs/{connector}/{{**rest}}") with
        {
            Transforms = [new Dictionary<string, string> { ["PathPattern"] = "/api/raw-inputs/{**rest}" }],
        }));
        routes.AddRange(Connectors(configuration).Keys.Select(connector => Public(connector, $"/hooks/{connector}/{{**rest}}")));
        services.AddReverseProxy()
            .LoadFromMemory(
                [.. routes.Where(route => urls.ContainsKey(route.ClusterId!))],
                [.. urls.Select(part => new ClusterConfig { ClusterId = part.Key, Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = part.Value.ToString() } } })])
            .AddTransforms(context =>
            {
                // The visitor's address as we saw it, not as they claim it.
                context.AddXForwarded(ForwardedTransformActions.Set);
                context.AddRequestTransform(transform =>
                {
                    transform.ProxyRequest.Headers.Remove("Cookie");
                    transform.ProxyRequest.Headers.Authorization = transform.HttpContext.User.Identity?.IsAuthenticated == true
                        ? new("Bearer", transform.HttpContext.RequestServices.GetRequiredService<SessionAgent>().TokenOf(transform.HttpContext.User))
                        : null;
                    return ValueTask.CompletedTask;
                });
            });
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapReverseProxy();

    private static RouteConfig Api(string part, string path) => new() { RouteId = path, ClusterId = part, Match = new RouteMatch { Path = path }, AuthorizationPolicy = "default" };

    private static RouteConfig Public(string part, string path) => new() { RouteId = path, ClusterId = part, Match = new RouteMatch { Path = path }, AuthorizationPolicy = "anonymous", MaxRequestBodySize = -1 };
}
