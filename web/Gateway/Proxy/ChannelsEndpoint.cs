using System.Text.Json.Nodes;
using MedCrm.Gateway.Session;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Gateway.Proxy;

/// <summary>How the channels of all connectors are doing, in one list.</summary>
internal static class ChannelsEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/channels", async (ConnectorLists connectors, SessionAgent session, HttpContext http, CancellationToken ct) =>
        {
            var (items, silent) = await connectors.AskAsync("/api/channels", session.TokenOf(http.User), ct);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new JsonObject { ["items"] = new JsonArray([.. items]), ["silent"] = silent });
        }).RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor, Roles.Admin)).WithName("listChannels").ExcludeFromDescription();
}
