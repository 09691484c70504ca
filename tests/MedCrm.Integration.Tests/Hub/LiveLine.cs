using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR.Client;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>The live line of one window.</summary>
public sealed class LiveLine : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly ConcurrentQueue<JsonNode> _events = new();

    private readonly ConcurrentQueue<JsonNode> _calls = new();

    private readonly ConcurrentQueue<JsonNode> _slots = new();

    private readonly ConcurrentQueue<JsonNode> _lists = new();

    private LiveLine(HubConnection connection) => _connection = connection;

    /// <summary>What the window was told when it came.</summary>
    public JsonNode Resumed { get; private set; } = null!;

    public Guid Epoch => (Guid)Resumed["epoch"]!;

    public long Head => (long)Resumed["headSeq"]!;

    /// <summary>Changes pushed since, in the order of arrival.</summary>
    public IReadOnlyList<JsonNode> Events => [.. _events];

    /// <summary>Cards of calls pushed since.</summary>
    public IReadOnlyList<JsonNode> Calls => [.. _calls];

    /// <summary>Slots held and let go since.</summary>
    public IReadOnlyList<JsonNode> Slots => [.. _slots];

    /// <summary>Lists that have changed since.</summary>
    public IReadOnlyList<JsonNode> Lists => [.. _lists];

    public static async Task<LiveLine> OpenAsync(HubConnection connection, Guid? epoch, long after)
    {
        var line = new LiveLine(connection);
        connection.On<JsonElement>("screenEvent", batch =>
        {
            foreach (var change in JsonNode.Parse(batch.GetRawText())!["events"]!.AsArray())
            {
                line._events.Enqueue(change!);
            }
        });
        connection.On<JsonElement>("call", card => line._calls.Enqueue(JsonNode.Parse(card.GetRawText())!));
        connection.On<JsonElement>("slot", change => line._slots.Enqueue(JsonNode.Parse(change.GetRawText())!));
        connection.On<JsonElement>("list", change => line._lists.Enqueue(JsonNode.Parse(change.GetRawText())!));
        await connection.StartAsync();
        line.Resumed = JsonNode.Parse((await connection.InvokeAsync<JsonElement>("Resume", epoch, after)).GetRawText())!;
        return line;
    }

    public IReadOnlyList<JsonNode> EventsOf(string requestId) => [.. _events.Where(change => (string?)change["row"]!["id"] == requestId)];

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
