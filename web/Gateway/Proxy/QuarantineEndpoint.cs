using System.Text.Json.Nodes;
using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Gateway.Proxy;

/// <summary>The quarantine of all connectors in one list.</summary>
internal static class QuarantineEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/quarantine", async (ConnectorLists connectors, SessionAgent session, HttpContext http, CancellationToken ct) =>
        {
            var (items, silent) = await connectors.AskAsync("/api/quarantine", session.TokenOf(http.User), ct);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new JsonObject
            {
                ["items"] = new JsonArray([.. items.OrderByDescending(item => (string?)item["receivedAt"], StringComparer.Ordinal)]),
                ["silent"] = silent,
            });
        }).WithName("listQuarantine").ExcludeFromDescription();
}
