using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Gateway.Proxy;

/// <summary>Asks all connectors for the same list and joins the answers. A connector that does not answer is named, and hides nobody else's rows.</summary>
internal sealed class ConnectorLists(IConfiguration configuration, IHttpClientFactory clients)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>The items, each with the name of its connector, and who was silent.</returns>
    public async Task<(IReadOnlyList<JsonObject> Items, JsonArray Silent)> AskAsync(string path, string token, CancellationToken ct)
    {
        var answers = await Task.WhenAll(Rooms.Connectors(configuration).OrderBy(connector => connector.Key, StringComparer.Ordinal).Select(connector => AskAsync(connector.Key, new Uri(connector.Value, path), token, ct)));
        return ([.. answers.SelectMany(answer => answer.Items)], new JsonArray([.. answers.Where(answer => answer.Silent).Select(answer => JsonValue.Create(answer.Connector))]));
    }

    private async Task<(string Connector, bool Silent, IReadOnlyList<JsonObject> Items)> AskAsync(string connector, Uri url, string token, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
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
