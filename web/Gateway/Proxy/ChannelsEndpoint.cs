using System.Text.Json.Nodes;
using MedCrm.Gateway.Session;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Gateway.Proxy;

/// <summary>Connectors with at least one channel.</summary>
/// <param name="Items">Names of connectors: <c>email</c>, <c>telephony</c>.</param>
public sealed record ChannelKinds(IReadOnlyList<string> Items);

/// <summary>How the channels of all connectors are doing, in one list.</summary>
internal static class ChannelsEndpoint
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/channels", async (ConnectorLists connectors, SessionAgent session, HttpContext http, CancellationToken ct) =>
        {
            var (items, silent) = await connectors.AskAsync("/api/channels", session.TokenOf(http.User), ct);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new JsonObject { ["items"] = new JsonArray([.. items]), ["silent"] = silent });
        }).RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor, Roles.Admin)).WithName("listChannels").ExcludeFromDescription();

        // For everybody: what is not set up is not offered. Who does not answer may have channels, so it counts.
        api.MapGet("/channels/kinds", async (ConnectorLists connectors, SessionAgent session, HttpContext http, CancellationToken ct) =>
        {
            var (items, silent) = await connectors.AskAsync("/api/channels", session.TokenOf(http.User), ct);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new ChannelKinds([.. items.Select(item => (string?)item["connector"]).Concat(silent.Select(name => (string?)name)).OfType<string>().Distinct().Order(StringComparer.Ordinal)]));
        }).WithName("listChannelKinds");
    }
}
