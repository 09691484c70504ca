using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Gateway.Proxy;

/// <summary>The quarantine of all connectors in one list. A connector that does not answer is named, and hides nobody else's rows.</summary>
internal static class QuarantineEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/quarantine", async (IConfiguration configuration, IHttpClientFactory clients, SessionAgent session, HttpContext http, CancellationToken ct) =>
        {
            var token = session.TokenOf(http.User);
            var answers = await Task.WhenAll(Rooms.Connectors(configuration).Select(connector => AskAsync(clients, connector.Key, connector.Value, token, ct)));
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new JsonObject
            {
                ["items"] = new JsonArray([.. answers.SelectMany(answer => answer.Items).OrderByDescending(item => (string?)item["receivedAt"], StringComparer.Ordinal)]),
                ["silent"] = new JsonArray([.. answers.Where(answer => answer.Silent).Select(answer => JsonValue.Create(answer.Connector))]),
            });
        }).WithName("listQuarantine").ExcludeFromDescription();

    private static async Task<(string Connector, bool Silent, IReadOnlyList<JsonObject> Items)> AskAsync(IHttpClientFactory clients, string connector, Uri url, string token, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/api/quarantine"));
            request.Headers.Authorization = new("Bearer", token);
            using var response = await clients.CreateClient().SendAsync(request, patience.Token);
            response.EnsureSuccessStatusCode();
            var body = await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(patience.Token), cancellationToken: patience.Token);
            var items = body?["items"]?.AsArray().OfType<JsonObject>().Select(item => (JsonObject)item.DeepClone()).ToList() ?? [];
            items.ForEach(item => item["connector"] = connector);
            return (connector, false, items);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (connector, true, []);
        }
    }
}
