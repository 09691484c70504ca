using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Gateway.Proxy;

/// <summary>One description of the whole HTTP surface: ours and the rooms', merged.</summary>
internal static class OpenApiEndpoint
{
    private static readonly string[] Described = ["chat", "patients", "requests", "website"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/gateway.json").AllowAnonymous().AddEndpointFilter(async (context, next) =>
            context.HttpContext.Connection.RemoteIpAddress is { } address && System.Net.IPAddress.IsLoopback(address) ? await next(context) : Results.NotFound());
        app.MapGet("/openapi/v1.json", async (IConfiguration configuration, IHttpClientFactory clients, HttpContext http, CancellationToken ct) =>
        {
            var own = $"http://127.0.0.1:{http.Connection.LocalPort}/openapi/gateway.json";
            var urls = Rooms.Urls(configuration).Where(part => Described.Contains(part.Key)).OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => new Uri(part.Value, "/openapi/v1.json").ToString()).Prepend(own);
            JsonObject? whole = null;
            foreach (var url in urls)
            {
                var document = (JsonObject)JsonNode.Parse(await clients.CreateClient().GetStringAsync(new Uri(url), ct))!;
                whole = whole is null ? document : Merge(whole, document);
            }

            whole!["info"] = new JsonObject { ["title"] = "MedCrm", ["version"] = "1" };
            whole.Remove("servers");
            return Results.Text(whole.ToJsonString(new JsonSerializerOptions { WriteIndented = true }), "application/json");
        }).RequireAuthorization(policy => policy.RequireRole(Roles.Admin)).ExcludeFromDescription();
    }

    private static JsonObject Merge(JsonObject whole, JsonObject part)
    {
        foreach (var (left, right) in new[] { (Child(whole, "paths"), Child(part, "paths")), (Child(Child(whole, "components"), "schemas"), Child(Child(part, "components"), "schemas")) })
        {
            foreach (var (name, node) in right)
            {
                left[name] ??= node?.DeepClone();
            }
        }

        return whole;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }
}
