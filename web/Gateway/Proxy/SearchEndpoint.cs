using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Gateway.Proxy;

/// <summary>What is looked for.</summary>
/// <param name="Q">2 to 200 characters: a name, a phone, a number, words of a message.</param>
/// <param name="Limit">At most so many of each kind; 1 to 50, default 5.</param>
public sealed record SearchWords(string? Q, int? Limit);

/// <summary>People, requests and messages in one answer. The window asks by POST, because an address is what proxies write down; see docs/decisions/0012-search.md.</summary>
internal static class SearchEndpoint
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/search", (SearchWords words, RoomSearch rooms, SessionAgent session, HttpContext http, CancellationToken ct) => Search(words, rooms, session, http, ct)).WithName("search").ExcludeFromDescription();
        api.MapGet("/search", (string? q, int? limit, RoomSearch rooms, SessionAgent session, HttpContext http, CancellationToken ct) => Search(new(q, limit), rooms, session, http, ct)).WithName("searchByAddress").ExcludeFromDescription();
    }

    private static async Task<Results<Ok<JsonObject>, ValidationProblem>> Search(SearchWords words, RoomSearch rooms, SessionAgent session, HttpContext http, CancellationToken ct)
    {
        if (words.Q?.Trim().Length is not (>= 2 and <= 200))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["q"] = ["search.q-length"] });
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await rooms.AskAsync(words, session.TokenOf(http.User), ct));
    }
}

/// <summary>Asks the rooms that know people, requests and messages, all at once. A room that is out of reach leaves its part empty and is named.</summary>
internal sealed class RoomSearch(IConfiguration configuration, IHttpClientFactory clients)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly (string Room, string[] Parts)[] Rooms = [("patients", ["people"]), ("requests", ["requests", "messages"])];

    public async Task<JsonObject> AskAsync(SearchWords words, string token, CancellationToken ct)
    {
        var urls = Proxy.Rooms.Urls(configuration);
        var answers = await Task.WhenAll(Rooms.Select(async room => (room.Room, room.Parts, Found: urls.TryGetValue(room.Room, out var url) ? await AskAsync(url, words, token, ct) : null)));
        var whole = new JsonObject { ["silent"] = new JsonArray([.. answers.Where(answer => answer.Found is null).Select(answer => JsonValue.Create(answer.Room))]) };
        foreach (var (_, parts, found) in answers)
        {
            foreach (var part in parts)
            {
                whole[part] = found?[part]?.DeepClone() ?? new JsonArray();
            }
        }

        return whole;
    }

    private async Task<JsonNode?> AskAsync(Uri room, SearchWords words, string token, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(room, "/api/search")) { Content = JsonContent.Create(words) };
            request.Headers.Authorization = new("Bearer", token);
            using var response = await clients.CreateClient().SendAsync(request, patience.Token);
            response.EnsureSuccessStatusCode();
            return await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(patience.Token), cancellationToken: patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
