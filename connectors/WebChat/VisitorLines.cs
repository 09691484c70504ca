using MedCrm.Contracts;
using MedCrm.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Connectors.WebChat;

/// <summary>
/// Carries new lines to the browsers that are connected to this process. Every process follows the database by itself, so no backplane is needed;
/// a notification is only a wake-up, and a browser that sees a gap asks.
/// </summary>
internal sealed class VisitorLines(NpgsqlDataSource database, History history, Visitors visitors, IHubContext<VisitorHub> hub, TimeProvider clock, ILogger<VisitorLines> log)
    : NotificationTail(database, clock, History.Channel)
{
    private const string Typing = "typing:";
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Line> _lines = [];
    private readonly Dictionary<ConversationId, Guid> _conversations = [];
    private DateTimeOffset _swept;

    public async Task JoinAsync(string connection, Visitor visitor, CancellationToken ct)
    {
        Line line;
        lock (_gate)
        {
            line = _lines.TryGetValue(visitor.Id, out var known) ? known : _lines[visitor.Id] = new Line(visitor);
            line.Connections.Add(connection);
            _conversations[ConversationOf(visitor)] = visitor.Id;
        }

        await hub.Groups.AddToGroupAsync(connection, Group(visitor.Id), ct);
        if (line.Pushed is null)
        {
            // From here on all is pushed; what is older she reads herself. A second tab changes nothing for the first.
            line.Pushed = await history.HeadAsync(visitor.Id, ct);
        }
    }

    public void Leave(string connection, Visitor visitor)
    {
        lock (_gate)
        {
            if (_lines.TryGetValue(visitor.Id, out var line) && line.Connections.Remove(connection) && line.Connections.Count == 0)
            {
                _lines.Remove(visitor.Id);
                _conversations.Remove(ConversationOf(visitor));
            }
        }
    }

    /// <summary>A manager is writing to the visitor of a conversation. Worth nothing a moment later, so nothing is stored.</summary>
    public async Task AnswerIsWrittenAsync(ConversationId conversation, CancellationToken ct)
    {
        await using var command = Database.CreateCommand($"notify {History.Channel}, '{Typing}{conversation.Value:D}'");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Who was not told while nobody listened is told now.</summary>
    protected override async Task CatchUpAsync(CancellationToken ct)
    {
        foreach (var line in Lines())
        {
            await PushAsync(line, ct);
        }
    }

    protected override async Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct)
    {
        foreach (var payload in told.Select(notice => notice.Payload).Distinct())
        {
            await PushAsync(payload, ct);
        }

        if (Clock.GetUtcNow() - _swept > SweepEvery)
        {
            _swept = Clock.GetUtcNow();
            await visitors.SweepAsync(ct);
        }
    }

    protected override bool IsOutage(Exception exception) => exception is Sdk.ConnectorNotReadyException || base.IsOutage(exception);

    protected override void SayLost(Exception exception) => Log.TailIsLost(log, exception.GetType().Name);

    protected override void SayBack() => Log.TailIsBack(log);

    private async Task PushAsync(string payload, CancellationToken ct)
    {
        if (payload.StartsWith(Typing, StringComparison.Ordinal))
        {
            if (Guid.TryParse(payload.AsSpan(Typing.Length), out var conversation) && VisitorOf(new ConversationId(conversation)) is { } writtenTo)
            {
                await hub.Clients.Group(Group(writtenTo)).SendAsync("typing", ct);
            }
        }
        else if (Guid.TryParse(payload, out var visitor) && LineOf(visitor) is { } line)
        {
            await PushAsync(line, ct);
        }
    }

    private async Task PushAsync(Line line, CancellationToken ct)
    {
        // Null: she has not finished joining, and reads it herself.
        if (line.Pushed is not { } pushed)
        {
            return;
        }

        var entries = await history.ReadAsync(line.Visitor.Id, line.Visitor.Account, pushed, ct);
        if (entries.Count > 0)
        {
            await hub.Clients.Group(Group(line.Visitor.Id)).SendAsync("entries", entries, ct);
            line.Pushed = entries[^1].Seq;
        }
    }

    private List<Line> Lines()
    {
        lock (_gate)
        {
            return [.. _lines.Values];
        }
    }

    private Line? LineOf(Guid visitor)
    {
        lock (_gate)
        {
            return _lines.GetValueOrDefault(visitor);
        }
    }

    private Guid? VisitorOf(ConversationId conversation)
    {
        lock (_gate)
        {
            return _conversations.TryGetValue(conversation, out var visitor) ? visitor : null;
        }
    }

    private static string Group(Guid visitor) => visitor.ToString("N");

    private static ConversationId ConversationOf(Visitor visitor) => new(DeterministicId.From("conversation", visitor.Chat.Channel, $"{visitor.Id:N}"));

    private sealed class Line(Visitor visitor)
    {
        public Visitor Visitor { get; } = visitor;

        public HashSet<string> Connections { get; } = [];

        /// <summary>The last number that was pushed.</summary>
        public long? Pushed { get; set; }
    }
}
