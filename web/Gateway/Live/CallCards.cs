using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Gateway.Live;

/// <summary>A call as one agent's screen shows it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Rev">Of two the greater is the newer.</param>
/// <param name="State"><c>ringing</c>: this agent's telephone rings. <c>talking</c>: this agent is in the conversation. <c>gone</c>: neither any more.</param>
/// <param name="Direction">Who called.</param>
/// <param name="Phone">The number of the person outside. Null: hidden, or gone.</param>
/// <param name="Name">Their name. Null: unknown, or gone.</param>
/// <param name="Line">Our number. Null: unknown.</param>
/// <param name="Queue">The queue. Null: none.</param>
/// <param name="RequestId">The person's request. Null: there is none.</param>
/// <param name="StartedAt">UTC instant. Null: unknown.</param>
public sealed record ScreenCall(
    CallId CallId, long Rev, string State, CallDirection Direction, Sealed? Phone, Sealed? Name, string? Line, string? Queue, RequestId? RequestId, DateTimeOffset? StartedAt);

/// <summary>Calls that are under way, in PostgreSQL, so that every gateway can show them and a window that comes back finds them. Cards rest sealed.</summary>
public sealed class CallCards(NpgsqlDataSource database, IPersonalDataVault vault, TimeProvider clock) : BeforeStart
{
    public const string Channel = "medcrm_calls";

    /// <summary>Nothing rings or talks longer; what is older was never told to have ended.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists gateway;
            create table if not exists gateway.calls (
                call_id uuid primary key,
                rev bigint not null,
                subject_id uuid not null,
                ended boolean not null,
                at timestamptz not null,
                card text not null);
            create index if not exists calls_at on gateway.calls (at);
            """,
            cancellationToken);

    /// <summary>Keeps a card, if it is newer than what is kept, and wakes every gateway.</summary>
    public async Task KeepAsync(CallCardChanged change, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        var keep = new NpgsqlBatchCommand(
            """
            insert into gateway.calls (call_id, rev, subject_id, ended, at, card) values ($1, $2, $3, $4, $5, $6)
            on conflict (call_id) do update set rev = excluded.rev, subject_id = excluded.subject_id, ended = excluded.ended, at = excluded.at, card = excluded.card
                where calls.rev < excluded.rev
            """);
        keep.Parameters.AddWithValue(change.Card.Id.Value);
        keep.Parameters.AddWithValue(change.Card.Rev);
        keep.Parameters.AddWithValue(change.SubjectId.Value);
        keep.Parameters.AddWithValue(change.Card.Phase == CallPhase.Ended);
        keep.Parameters.AddWithValue(change.At.ToUniversalTime());
        keep.Parameters.AddWithValue(JsonSerializer.Serialize(change.Card, HubJson.Options));
        batch.BatchCommands.Add(keep);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"notify {Channel}, '{change.Card.Id.Value:D}'"));
        var trim = new NpgsqlBatchCommand("delete from gateway.calls where at < $1");
        trim.Parameters.AddWithValue(clock.GetUtcNow() - Longest);
        batch.BatchCommands.Add(trim);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>One card; the key of the person in it is loaded. Null: forgotten.</summary>
    public async Task<CallCard?> FindAsync(Guid id, CancellationToken ct) =>
        await ReadAsync("select subject_id, card from gateway.calls where call_id = $1", id, ct) is [var card] ? card : null;

    /// <summary>What an agent's screen must show now.</summary>
    public async Task<IReadOnlyList<ScreenCall>> OfAsync(AgentId agent, CancellationToken ct) =>
        [.. (await ReadAsync("select subject_id, card from gateway.calls where not ended and at > $1", clock.GetUtcNow() - Longest, ct))
            .Where(card => card.Involved.Contains(agent)).Select(card => For(card, agent)).Where(call => call.State != "gone")];

    /// <summary>A card as one agent sees it: who neither rings nor talks learns only that it is over for them.</summary>
    public static ScreenCall For(CallCard card, AgentId agent)
    {
        ArgumentNullException.ThrowIfNull(card);
        var state = card.Phase == CallPhase.Ended ? "gone" : card.Talking.Contains(agent) ? "talking" : card.Ringing.Contains(agent) ? "ringing" : "gone";
        return state == "gone"
            ? new ScreenCall(card.Id, card.Rev, state, card.Direction, null, null, null, null, null, null)
            : new ScreenCall(card.Id, card.Rev, state, card.Direction, card.Phone, card.Name, card.Line, card.Queue, card.RequestId, card.StartedAt);
    }

    private async Task<IReadOnlyList<CallCard>> ReadAsync(string sql, object value, CancellationToken ct)
    {
        var subjects = new HashSet<DataSubjectId>();
        var cards = new List<CallCard>();
        await using (var command = database.CreateCommand(sql))
        {
            command.Parameters.AddWithValue(value);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                subjects.Add(new DataSubjectId(reader.GetGuid(0)));
                cards.Add(JsonSerializer.Deserialize<CallCard>(reader.GetString(1), HubJson.Options)!);
            }
        }

        await vault.PrefetchAsync(subjects, ct);
        return cards;
    }
}

/// <summary>A call changed for the agents in it.</summary>
public static class CallCardChangedHandler
{
    public static Task Handle(CallCardChanged change, CallCards cards, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(cards);
        return cards.KeepAsync(change, ct);
    }
}

/// <summary>Hears of calls and pushes them to this instance's windows of the agents in them, and to nobody else. What is missed a window asks for when it resumes.</summary>
internal sealed class CallTail(CallCards cards, NpgsqlDataSource database, IHubContext<WindowHub> hub, TimeProvider clock, ILogger<CallTail> log)
    : NotificationTail(database, clock, CallCards.Channel)
{
    protected override async Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct)
    {
        foreach (var notice in told)
        {
            if (Guid.TryParse(notice.Payload, out var id))
            {
                await PushAsync(id, ct);
            }
        }
    }

    protected override void SayLost(Exception exception) => log.FeedIsLost(exception);

    protected override void SayBack() => log.FeedIsBack();

    private async Task PushAsync(Guid id, CancellationToken ct)
    {
        if (await cards.FindAsync(id, ct) is not { } card)
        {
            return;
        }

        foreach (var agent in card.Involved)
        {
            await hub.Clients.User(agent.ToString()).SendAsync("call", CallCards.For(card, agent), ct);
        }
    }
}
