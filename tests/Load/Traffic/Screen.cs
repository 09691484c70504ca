using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Load.Hub;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace MedCrm.Load.Traffic;

/// <summary>A signed-in manager without a window: hears the live line and reads the API.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HubConnection _line;
    private readonly ConcurrentDictionary<string, long> _shown = new();
    private readonly ConcurrentDictionary<string, long> _identified = new();
    private readonly ConcurrentDictionary<string, Guid> _conversations = new();

    private Screen(HttpClient client, HubConnection line)
    {
        _client = client;
        _line = line;
        line.On<JsonElement>("screenEvent", Hear);
    }

    /// <summary>When a person's row was first on the screen, by their mail address or, in a messenger, by their name; timestamps of the clock.</summary>
    public IReadOnlyDictionary<string, long> Shown => _shown;

    /// <summary>When the row first said who the person is.</summary>
    public IReadOnlyDictionary<string, long> Identified => _identified;

    /// <summary>Where a person is answered.</summary>
    public IReadOnlyDictionary<string, Guid> Conversations => _conversations;

    public static async Task<Screen> OpenAsync(Stage stage)
    {
        var cookies = new CookieContainer();
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = stage.Window };
        using var session = await client.PostAsJsonAsync(new Uri("/api/session", UriKind.Relative), new { userName = Stage.User, password = stage.Password });
        if (!session.IsSuccessStatusCode)
        {
            throw new LoadException($"Sign-in failed: {(int)session.StatusCode} {await session.Content.ReadAsStringAsync()}");
        }

        var line = new HubConnectionBuilder()
            .WithUrl(new Uri(stage.Window, "/hubs/window"), connection =>
            {
                connection.Cookies = cookies;
                connection.Transports = HttpTransportType.WebSockets;
                connection.SkipNegotiation = true;
            })
            .Build();
        var screen = new Screen(client, line);
        await line.StartAsync();
        await line.InvokeAsync<JsonElement>("Resume", null, 0L);
        return screen;
    }

    /// <summary>Waits until so many people are identified on the screen, or nothing moves any more.</summary>
    public Task<bool> WaitAsync(int people)
    {
        var (last, moved) = (0, Waiting.Clock.GetTimestamp());
        return Waiting.UntilAsync(() =>
        {
            if (Identified.Count != last)
            {
                (last, moved) = (Identified.Count, Waiting.Clock.GetTimestamp());
            }

            return Task.FromResult(last >= people || Waiting.Clock.GetElapsedTime(moved) > TimeSpan.FromSeconds(90));
        }, TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(50));
    }

    /// <summary>Answers as the manager does.</summary>
    public async Task AnswerAsync(Guid conversation, string text)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri($"/api/conversations/{conversation}/messages", UriKind.Relative), new { messageId = Guid.CreateVersion7(), text });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What was written in a request, as its timeline shows it, in order.</summary>
    /// <param name="request">Which.</param>
    /// <param name="kind"><c>inbound</c>: by the contacts. <c>reply</c>: to them.</param>
    public async Task<IReadOnlyList<string>> TimelineAsync(Guid request, string kind = "inbound") =>
        [.. (await _client.GetFromJsonAsync<JsonElement>(new Uri($"/api/requests/{request}/timeline", UriKind.Relative)))
            .GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("kind").GetString() == kind)
            .Select(item => item.GetProperty("text").GetString() ?? "")];

    /// <summary>Asks for free slots in words.</summary>
    /// <returns>How many were found.</returns>
    public async Task<int> SlotsAsync(string words) =>
        (await _client.GetFromJsonAsync<JsonElement>(new Uri($"/api/slots?q={Uri.EscapeDataString(words)}", UriKind.Relative))).GetProperty("items").GetArrayLength();

    /// <summary>The words that the inbox shows of a request.</summary>
    public async Task<string> PreviewAsync(Guid request) =>
        (await _client.GetFromJsonAsync<JsonElement>(new Uri($"/api/requests/{request}", UriKind.Relative))).GetProperty("row").GetProperty("preview").GetString() ?? "";

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        _client.Dispose();
    }

    private void Hear(JsonElement batch)
    {
        var now = Waiting.Clock.GetTimestamp();
        // What is not known is left out of the JSON; not every event is about a row.
        foreach (var row in batch.GetProperty("events").EnumerateArray().Select(e => Of(e, "row")).OfType<JsonElement>())
        {
            if (Of(row, "contact") is { } contact && (Of(contact, "email") ?? Of(contact, "name"))?.GetString() is { } person)
            {
                _conversations[person] = row.GetProperty("conversationId").GetGuid();
                _shown.TryAdd(person, now);
                if (Of(contact, "id") is not null)
                {
                    _identified.TryAdd(person, now);
                }
            }
        }

        static JsonElement? Of(JsonElement one, string property) => one.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
