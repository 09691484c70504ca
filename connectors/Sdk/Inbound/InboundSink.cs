using System.Collections.Concurrent;
using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk.Calls;
using MedCrm.Connectors.Sdk.Outbound;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using Npgsql;
using Wolverine.Marten;
using Wolverine.Runtime;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>The way into the hub: one commit holds the raw input, the checkpoint and the outgoing commands.</summary>
internal sealed class InboundSink(
    IDocumentStore store,
    IWolverineRuntime bus,
    IPersonalDataVault vault,
    RawContent rawContent,
    MessageSealer sealer,
    CallSealer calls,
    ChannelHealth health,
    TimeProvider clock) : IInboundSink
{
    private const int LongestExternalId = 200;
    private const int LongestPosition = 400;
    private static readonly TimeSpan BetweenPulses = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _pulses = new();

    public async Task<AcceptResult> AcceptAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(raw.ExternalId.Length, LongestExternalId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(checkpoint?.Position.Length ?? 0, LongestPosition);
        try
        {
            var result = await StoreAsync(raw, events, checkpoint, ct);
            health.Heard(raw.Channel);
            return result;
        }
        catch (Exception e) when (IsOutOfReach(e))
        {
            throw new ConnectorNotReadyException("База данных коннекторов или хранилище файлов не отвечает; ничего не потеряно, прочитаем снова. Проверьте PostgreSQL и место на диске.", e);
        }
    }

    /// <summary>Sends on what a person had understood anew. The input leaves the quarantine in the same commit.</summary>
    /// <returns>False when nothing was understood of it this time either.</returns>
    public async Task<bool> ReplayAsync(StoredInput input, IReadOnlyList<InboundEvent> events, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var outbox = new MartenOutbox(bus, session);
        var understood = await SendAsync(outbox, session, events, input.SubjectId, input.ReceivedAt, input.Id, ct);
        if (understood)
        {
            session.Delete<QuarantinedInput>(input.Id);
            await session.SaveChangesAsync(ct);
        }

        return understood;
    }

    private async Task<AcceptResult> StoreAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct)
    {
        var receivedAt = clock.GetUtcNow();
        var id = StoredInput.IdOf(raw.Channel, raw.ExternalId);
        await using var session = store.LightweightSession();

        // Only where files would be written in vain is it worth asking first; everywhere else the insert itself tells repeats apart.
        if (events.Any(e => MessageOf(e) is { Attachments.Count: > 0 } || e is InboundCall { Recording: not null }) && await session.CheckExistsAsync<StoredInput>(id, ct))
        {
            return await RepeatAsync(checkpoint, receivedAt, ct);
        }

        var subject = events.FirstOrDefault(e => MessageOf(e) is not null || e is InboundCall or ReachabilityReport or InboundMessageRemoval) switch
        {
            InboundCall call => (await calls.RecallAsync(session, call, receivedAt, ct)).SubjectId,
            ReachabilityReport report => vault.SubjectOf(report.Contact.System, report.Contact.Value),
            InboundMessageRemoval removal => vault.SubjectOf(removal.Contact.System, removal.Contact.Value),
            { } e => sealer.SubjectOf(MessageOf(e)!),
            null => vault.SubjectOf(ContactPointSystem.Account, $"raw\u001f{raw.Channel}\u001f{raw.ExternalId}"),
        };
        await vault.EnsureKeyAsync(subject, ct);
        var outbox = new MartenOutbox(bus, session);
        var input = await rawContent.StoreAsync(raw, subject, receivedAt, ct);
        session.Insert(input);
        BlobDrafts.Keep(session, input.BlobId is { } original ? [original] : []);
        raw.Alongside?.Invoke(session);
        var reason = raw.QuarantineReason;
        if (reason is null && !await SendAsync(outbox, session, events, subject, receivedAt, id, ct))
        {
            reason = events.Count == 0 ? "unreadable" : "unknown-message";
        }

        if (reason is not null)
        {
            session.Insert(QuarantinedInput.Of(input, reason));
        }

        Move(session, checkpoint, receivedAt);
        Beat(session, raw.Channel, receivedAt);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception e) when (IsRepeat(e))
        {
            await rawContent.ForgetAsync(input, ct);
            return await RepeatAsync(checkpoint, receivedAt, ct);
        }

        return reason is null ? AcceptResult.Accepted : AcceptResult.Quarantined;
    }

    private static InboundMessage? MessageOf(InboundEvent e) => e switch
    {
        InboundMessage message => message,
        InboundMessageChange change => change.Message,
        _ => null,
    };

    /// <summary>Marten reports one insert that met its twin as it is, and several together in a bundle.</summary>
    internal static bool IsRepeat(Exception e) =>
        e is DocumentAlreadyExistsException || (e is AggregateException { InnerExceptions: var all } && all.All(inner => inner is DocumentAlreadyExistsException));

    private async Task<bool> SendAsync(
        MartenOutbox outbox, IDocumentSession session, IReadOnlyList<InboundEvent> events, DataSubjectId keyed, DateTimeOffset receivedAt, Guid rawInputId, CancellationToken ct)
    {
        var sent = false;
        foreach (var e in events)
        {
            if (MessageOf(e) is { } message)
            {
                var subject = sealer.SubjectOf(message);
                if (subject != keyed)
                {
                    await vault.EnsureKeyAsync(subject, ct);
                }

                var command = await sealer.SealAsync(message, subject, receivedAt, rawInputId, ct);
                BlobDrafts.Keep(session, [.. command.Attachments.Select(file => file.BlobId)]);
                await (e is InboundMessageChange change
                    ? outbox.SendAsync(new ChangeInboundMessage(command, change.ChangeId, change.EditedAt?.ToUniversalTime()))
                    : outbox.SendAsync(command));
                sent = true;
            }
            else if (e is ReachabilityReport reach)
            {
                await outbox.SendAsync(new ReportReachability(
                    reach.Channel, reach.ExternalConversationId, vault.SubjectOf(reach.Contact.System, reach.Contact.Value), reach.Reachable, reach.At.ToUniversalTime()));
                sent = true;
            }
            else if (e is InboundMessageRemoval removal)
            {
                await outbox.SendAsync(new RemoveInboundMessage(
                    removal.Channel, sealer.Id(removal.ExternalMessageId), vault.SubjectOf(removal.Contact.System, removal.Contact.Value), removal.RemovedAt.ToUniversalTime()));
                sent = true;
            }
            else if (e is InboundCall call)
            {
                var known = await calls.RecallAsync(session, call, receivedAt, ct);
                if (known.SubjectId != keyed)
                {
                    await vault.EnsureKeyAsync(known.SubjectId, ct);
                }

                session.Store(known);
                var changed = await calls.SealAsync(call, known, receivedAt, ct);
                BlobDrafts.Keep(session, changed.Recording is { } recording ? [recording.BlobId] : []);
                await outbox.PublishAsync(changed);
                sent = true;
            }
            else if (e is DeliveryReport report && await AttemptOfAsync(session, report, ct) is { } attempt)
            {
                await outbox.SendAsync(await ReportAsync(session, attempt, report, receivedAt, ct));
                sent = true;
            }
        }

        return sent;
    }

    private static async Task<OutboundAttempt?> AttemptOfAsync(IDocumentSession session, DeliveryReport report, CancellationToken ct) =>
        report.MessageId is { } id
            ? await session.LoadAsync<OutboundAttempt>(id.Value, ct)
            : report.ExternalMessageId is { } external
                ? await session.Query<OutboundAttempt>().FirstOrDefaultAsync(attempt => attempt.ExternalMessageId == external, ct)
                : null;

    private async Task<ReportDelivery> ReportAsync(IDocumentSession session, OutboundAttempt attempt, DeliveryReport report, DateTimeOffset at, CancellationToken ct)
    {
        Sealed? detail = null;
        if (!string.IsNullOrEmpty(report.Detail))
        {
            await vault.EnsureKeyAsync(attempt.SubjectId, ct);
            detail = vault.Seal(attempt.SubjectId, report.Detail);
        }

        if (report.Status == DeliveryStatus.Failed)
        {
            session.Store(attempt with { Outcome = DeliveryStatus.Failed, ReasonCode = report.ReasonCode, Detail = detail, NextAt = null });
        }

        return new(new MessageId(attempt.Id), attempt.SubjectId, report.Status, report.ExternalMessageId ?? attempt.ExternalMessageId, report.ReasonCode, detail, at);
    }

    private async Task<AcceptResult> RepeatAsync(Checkpoint? checkpoint, DateTimeOffset at, CancellationToken ct)
    {
        if (checkpoint is not null)
        {
            await using var session = store.LightweightSession();
            Move(session, checkpoint, at);
            await session.SaveChangesAsync(ct);
        }

        return AcceptResult.Duplicate;
    }

    private static void Move(IDocumentSession session, Checkpoint? checkpoint, DateTimeOffset at)
    {
        if (checkpoint is not null)
        {
            session.Store(new StoredCheckpoint { Id = checkpoint.Source, Position = checkpoint.Position, MovedAt = at });
        }
    }

    private void Beat(IDocumentSession session, string channel, DateTimeOffset at)
    {
        if (!_pulses.TryGetValue(channel, out var last) || at - last >= BetweenPulses)
        {
            _pulses[channel] = at;
            session.Store(new ChannelPulse { Id = channel, HeardAt = at });
        }
    }

    private static bool IsOutOfReach(Exception e) =>
        e is NpgsqlException { IsTransient: true } or System.Net.Sockets.SocketException or TimeoutException or IOException || (e.InnerException is { } inner && IsOutOfReach(inner));
}
