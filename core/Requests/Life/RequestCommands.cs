using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Sla;
using Wolverine;

namespace MedCrm.Requests.Life;

// What people do with a request. They come from HTTP, are handled in this process and answered at once: yes with the new row, or a refusal
// that names the reason. Of two at the same instant one wins; the other is tried again on the new state and refused by it.

public sealed record ClaimRequest(RequestId RequestId, Agent By);

public sealed record ReleaseRequest(RequestId RequestId, Agent By, bool MayReleaseOthers);

public sealed record AssignRequest(RequestId RequestId, Agent Assignee, Agent By);

public sealed record ReadRequest(RequestId RequestId, Agent By);

public sealed record SnoozeRequest(RequestId RequestId, DateTimeOffset Until, Agent By);

public sealed record CloseRequest(RequestId RequestId, Outcome Outcome, string? Reason, Agent By);

public sealed record ReopenRequest(RequestId RequestId, Agent By);

/// <summary>A note on a request that has no conversation in writing to keep it. Stays in this process, so its text is not sealed.</summary>
public sealed record NoteRequest(RequestId RequestId, MessageId MessageId, string Text, Agent By);

/// <summary>Timeout: a snoozed request comes back.</summary>
[WireName("requests.snooze-due/1")]
public sealed record SnoozeDue(RequestId RequestId, DataSubjectId SubjectId, DateTimeOffset Until) : IAboutSubject;

/// <summary>The answer to a command: the row after it, or why not.</summary>
/// <param name="Row">Null: refused.</param>
/// <param name="Refusal">A stable word: <c>request.not-found</c>, <c>request.claimed</c>, <c>request.closed</c>, <c>request.open</c>, <c>request.not-yours</c>, <c>request.duplicate</c>, <c>request.until-past</c>. Null: done.</param>
/// <param name="Assignee">Who has it, when that is the reason.</param>
public sealed record RequestAnswer(RequestRow? Row, string? Refusal = null, Agent? Assignee = null)
{
    public static RequestAnswer Done(Request request) => new((request ?? throw new ArgumentNullException(nameof(request))).ToRow());

    public static RequestAnswer No(string refusal, Agent? assignee = null) => new(null, refusal, assignee);

    public static RequestAnswer NotFound { get; } = No("request.not-found");
}

public static class RequestCommandHandler
{
    public static async Task<RequestAnswer> Handle(ClaimRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        return request switch
        {
            { IsClosed: true } => RequestAnswer.No("request.closed"),
            { Assignee: { } owner } when owner.Id == command.By.Id => RequestAnswer.Done(request),
            { Assignee: { } owner } => RequestAnswer.No("request.claimed", owner),
            _ => RequestAnswer.Done(await log.AppendAsync(stream, new RequestClaimed(command.By, clock.GetUtcNow()))),
        };
    }

    public static async Task<RequestAnswer> Handle(ReleaseRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        return request switch
        {
            { IsClosed: true } => RequestAnswer.No("request.closed"),
            { Assignee: null } => RequestAnswer.Done(request),
            { Assignee: { } owner } when owner.Id != command.By.Id && !command.MayReleaseOthers => RequestAnswer.No("request.not-yours", owner),
            _ => RequestAnswer.Done(await log.AppendAsync(stream, new RequestReleased(command.By, clock.GetUtcNow()))),
        };
    }

    public static async Task<RequestAnswer> Handle(AssignRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        return request switch
        {
            { IsClosed: true } => RequestAnswer.No("request.closed"),
            { Assignee: { } owner } when owner.Id == command.Assignee.Id => RequestAnswer.Done(request),
            _ => RequestAnswer.Done(await log.AppendAsync(stream, new RequestAssigned(command.Assignee, command.By, clock.GetUtcNow()))),
        };
    }

    public static async Task<RequestAnswer> Handle(ReadRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        return RequestAnswer.Done(request.Unread == 0 ? request : await log.AppendAsync(stream, new RequestRead(command.By, clock.GetUtcNow())));
    }

    public static async Task<(RequestAnswer, OutgoingMessages)> Handle(SnoozeRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return (RequestAnswer.NotFound, []);
        }

        if (request.IsClosed)
        {
            return (RequestAnswer.No("request.closed"), []);
        }

        var now = clock.GetUtcNow();
        if (command.Until <= now)
        {
            return (RequestAnswer.No("request.until-past"), []);
        }

        var until = command.Until.ToUniversalTime();
        var outgoing = new OutgoingMessages();
        outgoing.Schedule(new SnoozeDue(command.RequestId, new DataSubjectId(request.SubjectKey), until), until);
        return (RequestAnswer.Done(await log.AppendAsync(stream, new RequestSnoozed(until, command.By, now))), outgoing);
    }

    /// <summary>A timeout cannot be recalled: it counts only while the request sleeps until that very moment.</summary>
    public static async Task Handle(SnoozeDue due, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(due.RequestId, ct) is { Aggregate: { Status: RequestStatus.Snoozed } request } stream && request.SnoozedUntil == due.Until)
        {
            await log.AppendAsync(stream, new RequestWoke(clock.GetUtcNow()));
        }
    }

    public static async Task<(RequestAnswer, OutgoingMessages)> Handle(
        CloseRequest command, RequestLog log, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return (RequestAnswer.NotFound, []);
        }

        if (request.IsClosed)
        {
            // The same outcome again is a repeated click.
            return (request.Outcome == command.Outcome ? RequestAnswer.Done(request) : RequestAnswer.No("request.closed"), []);
        }

        var subject = new DataSubjectId(request.SubjectKey);
        Sealed? reason = null;
        if (!string.IsNullOrWhiteSpace(command.Reason))
        {
            await vault.EnsureKeyAsync(subject, ct);
            reason = vault.Seal(subject, command.Reason);
        }

        var closed = await log.AppendAsync(stream, new RequestClosed(command.Outcome, reason, command.By, clock.GetUtcNow()));
        return (RequestAnswer.Done(closed), [new FirstResponseSettled(command.RequestId, subject), new ReleaseHolds(command.RequestId, subject, closed.ClosedAt!.Value)]);
    }

    public static async Task<RequestAnswer> Handle(NoteRequest command, RequestLog log, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        if (request.Knows(command.MessageId))
        {
            return RequestAnswer.Done(request);
        }

        var subject = new DataSubjectId(request.SubjectKey);
        await vault.EnsureKeyAsync(subject, ct);
        var note = new NoteAdded(command.MessageId, request.ConversationId, subject, command.By, vault.Seal(subject, command.Text), clock.GetUtcNow());
        return RequestAnswer.Done(await log.AppendAsync(stream, new NoteRecorded(note)));
    }

    public static async Task<RequestAnswer> Handle(ReopenRequest command, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.RequestId, ct) is not { Aggregate: { } request } stream)
        {
            return RequestAnswer.NotFound;
        }

        if (!request.IsClosed)
        {
            return RequestAnswer.No("request.open");
        }

        var beside = await log.FindBesideAsync(request, ct);
        return beside.Twin is { } twin
            ? RequestAnswer.No("request.duplicate", twin.Assignee)
            : RequestAnswer.Done(await log.AppendAsync(stream, new RequestReopened(command.By, clock.GetUtcNow(), beside.FreePlace)));
    }
}
