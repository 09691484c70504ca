using Marten;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.Marten;
using Wolverine.Runtime;

namespace MedCrm.Connectors.Sdk.Outbound;

/// <summary>Sends one answer: notes the attempt, calls the channel outside of any transaction, then commits the outcome together with the report of it.</summary>
public sealed class OutboundDelivery
{
    private static readonly TimeSpan Expiry = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMinutes(15);

    // How long another process is trusted to be still busy with an answer before it is taken for dead.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    // Between an answer that waits and the next one to the same person.
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(250);

    // A retry that is this late was lost; a repeated command may take its place.
    private static readonly TimeSpan LateRetry = TimeSpan.FromMinutes(10);

    private readonly Guid _me = Guid.CreateVersion7();
    private readonly IDocumentStore _store;
    private readonly IWolverineRuntime _bus;
    private readonly BusOptions _busOptions;
    private readonly IPersonalDataVault _vault;
    private readonly IBlobStore _blobs;
    private readonly IOutboundSender _sender;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboundDelivery> _log;

    internal OutboundDelivery(
        IDocumentStore store, IWolverineRuntime bus, BusOptions busOptions, IPersonalDataVault vault, IBlobStore blobs, IOutboundSender sender, TimeProvider clock, ILogger<OutboundDelivery> log)
    {
        _store = store;
        _bus = bus;
        _busOptions = busOptions;
        _vault = vault;
        _blobs = blobs;
        _sender = sender;
        _clock = clock;
        _log = log;
    }

    internal async Task DeliverAsync(DeliverMessage message, bool isRetry, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        await using var session = _store.LightweightSession();
        var known = await session.LoadAsync<OutboundAttempt>(message.MessageId.Value, ct);
        if (known?.Outcome is not null)
        {
            await CommitAsync(known, message, retryAt: null, ct);
            return;
        }

        if (!isRetry && known?.NextAt > now - LateRetry)
        {
            return;
        }

        if (_busOptions.Clustered && known?.Sender is { } other && other != _me && known.SenderUntil is { } until && until > now)
        {
            // Not ours to change; only look again when the other must be done.
            var outbox = new MartenOutbox(_bus, session);
            await outbox.ScheduleAsync(new RetryDelivery(message), until);
            await session.SaveChangesAsync(ct);
            return;
        }

        var firstAt = known?.FirstAt ?? now;
        if (await EarlierAsync(session, message, firstAt, ct) is { } earlier)
        {
            var at = (earlier.NextAt > now ? earlier.NextAt.Value : now) + Gap;
            var waiting = (known ?? Begin(message, now)) with { NextAt = at };
            if (known is null)
            {
                session.Insert(waiting);
            }
            else
            {
                session.Store(waiting);
            }

            await new MartenOutbox(_bus, session).ScheduleAsync(new RetryDelivery(message), at);
            await session.SaveChangesAsync(ct);
            return;
        }

        var attempt = (known ?? Begin(message, now)) with
        {
            Attempts = (known?.Attempts ?? 0) + 1,
            Sender = _me,
            SenderUntil = now + Lease,
            NextAt = null,
        };
        if (known is null)
        {
            session.Insert(attempt);
        }
        else
        {
            session.Store(attempt);
        }

        await session.SaveChangesAsync(ct);
        await SendAsync(attempt, message, ct);
    }

    private static OutboundAttempt Begin(DeliverMessage message, DateTimeOffset now) =>
        new() { Id = message.MessageId.Value, SubjectId = message.SubjectId, Channel = message.Channel, FirstAt = now, Attempts = 0 };

    /// <summary>An answer to the same person on the same channel that was to go out before this one and is still under way: answers do not overtake each other.</summary>
    private static async Task<OutboundAttempt?> EarlierAsync(IQuerySession session, DeliverMessage message, DateTimeOffset firstAt, CancellationToken ct)
    {
        var subject = message.SubjectId;
        var since = firstAt - Expiry;
        var open = await session.Query<OutboundAttempt>()
            .Where(attempt => attempt.SubjectId == subject && attempt.Outcome == null)
            .ToListAsync(ct);
        return open
            .Where(attempt => attempt.Id != message.MessageId.Value && attempt.Channel == message.Channel && attempt.FirstAt < firstAt && attempt.FirstAt > since)
            .MaxBy(attempt => attempt.FirstAt);
    }

    private async Task SendAsync(OutboundAttempt attempt, DeliverMessage message, CancellationToken ct)
    {
        var (outcome, pause) = await AskChannelAsync(attempt, message, ct);
        var now = _clock.GetUtcNow();
        var settled = attempt with { Sender = null, SenderUntil = null };
        if (pause is { } wait)
        {
            var retryAt = now + wait;
            if (retryAt - attempt.FirstAt < Expiry)
            {
                Log.DeliveryPutOff(_log, message.MessageId, attempt.Attempts, retryAt);
                await CommitAsync(settled with { NextAt = retryAt }, message, retryAt, ct);
                return;
            }

            outcome = new SendOutcome.Refused("expired", null);
        }

        settled = outcome switch
        {
            SendOutcome.Sent sent => settled with { Outcome = DeliveryStatus.Sent, OutcomeAt = now, ExternalMessageId = sent.ExternalMessageId },
            SendOutcome.Refused refused => settled with
            {
                Outcome = DeliveryStatus.Failed,
                OutcomeAt = now,
                ReasonCode = refused.ReasonCode,
                Detail = string.IsNullOrEmpty(refused.Detail) || _vault.KeyOf(message.SubjectId) is null ? null : _vault.Seal(message.SubjectId, refused.Detail),
            },
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is not an outcome."),
        };

        // Not cancelled by a stop: the channel has it, and only this commit knows.
        await CommitAsync(settled, message, retryAt: null, CancellationToken.None);
        Log.DeliverySettled(_log, message.MessageId, settled.Outcome!.Value, settled.ReasonCode);
    }

    private async Task<(SendOutcome Outcome, TimeSpan? Pause)> AskChannelAsync(OutboundAttempt attempt, DeliverMessage message, CancellationToken ct)
    {
        try
        {
            if (await OpenAsync(message, ct) is not { } opened)
            {
                // The person was erased while the answer waited: there is no address any more.
                return (new SendOutcome.Refused("bad-address", null), null);
            }

            var outcome = await _sender.SendAsync(opened, ct);
            return outcome is SendOutcome.RetryAfter later ? (outcome, later.After < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : later.After) : (outcome, null);
        }
        catch (ConnectorNotReadyException)
        {
            return (new SendOutcome.RetryAfter(default), Pause(attempt.Attempts));
        }
        catch (ConnectorException e)
        {
            // Credentials and settings are mended by people: an answer waits for them as long as it may wait at all.
            Log.ChannelRefuses(_log, e.GetType().Name, e.Message);
            return (new SendOutcome.RetryAfter(default), PauseAfterRefusal);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            Log.SenderStumbled(_log, message.MessageId, e.GetType().Name, e.StackTrace);
            return (new SendOutcome.RetryAfter(default), Pause(attempt.Attempts));
        }
    }

    private async Task<OutboundMessage?> OpenAsync(DeliverMessage message, CancellationToken ct)
    {
        await _vault.PrefetchAsync([message.SubjectId], ct);
        if (_vault.Open(message.To) is not { } to || _vault.Open(message.Text) is not { } text)
        {
            return null;
        }

        return new(
            message.MessageId,
            message.Channel,
            to,
            message.ToName is { } name ? _vault.Open(name) : null,
            message.Subject is { } subject ? _vault.Open(subject) : null,
            text,
            message.References,
            [.. message.Attachments.Select(file => new OutboundAttachment(
                _vault.Open(file.FileName) ?? "файл",
                file.MediaType,
                async c => await _blobs.OpenAsync(file.BlobId, c) ?? throw new FileNotFoundException($"Blob {file.BlobId} is gone.")))],
            message.Choices);
    }

    /// <summary>Stores where an attempt stands, and in the same commit sends the report of its outcome or schedules the next one.</summary>
    private async Task CommitAsync(OutboundAttempt attempt, DeliverMessage message, DateTimeOffset? retryAt, CancellationToken ct)
    {
        await using var session = _store.LightweightSession();
        var outbox = new MartenOutbox(_bus, session);
        session.Store(attempt);
        if (retryAt is { } at)
        {
            await outbox.ScheduleAsync(new RetryDelivery(message), at);
        }
        else
        {
            await outbox.SendAsync(new ReportDelivery(
                message.MessageId, message.SubjectId, attempt.Outcome!.Value, attempt.ExternalMessageId, attempt.ReasonCode, attempt.Detail, attempt.OutcomeAt ?? _clock.GetUtcNow()));
        }

        await session.SaveChangesAsync(ct);
    }

    private static TimeSpan Pause(int attempts) => BackOff.Pause(attempts, TimeSpan.FromSeconds(5), LongestPause);
}
