using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace MedCrm.Load.Traffic;

/// <summary>A browser with the chat widget open, but for the browser.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HubConnection _line;
    private readonly ConcurrentDictionary<string, long> _answers = new();

    private Visitor(HttpClient client, HubConnection line, string name)
    {
        (_client, _line, Name) = (client, line, name);
        line.On<List<JsonElement>>("entries", Hear);
    }

    public string Name { get; }

    /// <summary>When each answer arrived, by its text.</summary>
    public IReadOnlyDictionary<string, long> Answers => _answers;

    /// <summary>Answers that arrived a second time.</summary>
    public int Repeats { get; private set; }

    public static async Task<Visitor> OpenAsync(Uri window, SocketsHttpHandler handler, string name)
    {
        var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = window };
        using var session = await client.PostAsync(new Uri("/widget/demo/session", UriKind.Relative), null);
        session.EnsureSuccessStatusCode();
        var token = (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        client.DefaultRequestHeaders.Add("X-Visitor-Token", token);
        var line = new HubConnectionBuilder().WithUrl(new Uri(window, "/hubs/visitor?chat=demo")).Build();
        var visitor = new Visitor(client, line, name);
        await line.StartAsync();
        await line.InvokeAsync<JsonElement>("Resume", token, 0L);
        return visitor;
    }

    /// <summary>Writes, and repeats under the same id until it is accepted.</summary>
    /// <returns>When it was first posted.</returns>
    public async Task<long> WriteAsync(string text)
    {
        var message = new { messageId = Guid.NewGuid(), text, name = Name };
        var began = Waiting.Clock.GetTimestamp();
        while (true)
        {
            using var answer = await _client.PostAsJsonAsync(new Uri("/widget/demo/messages", UriKind.Relative), message);
            if (answer.IsSuccessStatusCode)
            {
                return began;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), Waiting.Clock);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        _client.Dispose();
    }

    private void Hear(List<JsonElement> lines)
    {
        var now = Waiting.Clock.GetTimestamp();
        foreach (var line in lines.Where(line => !line.GetProperty("byVisitor").GetBoolean()))
        {
            if (!_answers.TryAdd(line.GetProperty("text").GetString()!, now))
            {
                Repeats++;
            }
        }

        // As the widget does with the chat open.
        _ = _line.SendAsync("Acknowledge", lines[^1].GetProperty("seq").GetInt64(), true);
    }
}
