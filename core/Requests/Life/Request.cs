using JasperFx.Events;
using Marten.Events.Aggregation;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;

namespace MedCrm.Requests.Life;

/// <summary>A request (заявка) as its events have made it. Immutable: <see cref="After"/> gives the next state.</summary>
public sealed record Request
{
    /// <summary>How many recent messages are remembered to recognise a repeat.</summary>
    private const int Memory = 50;

    public Guid Id { get; init; }

    public long Number { get; init; }

    /// <summary>Grows by one with every event: the revision that screens compare.</summary>
    public long Rev { get; init; }

    public RequestStatus Status { get; init; }

    /// <summary>Who wrote first; rows of one person are found by it.</summary>
    public Guid SubjectKey { get; init; }

    public string Topic { get; init; } = "";

    public ChannelKind Channel { get; init; }

    public ConversationId ConversationId { get; init; }

    public ChannelKind? ReplyBy { get; init; }

    public Sealed? Subject { get; init; }

    public Sealed? Preview { get; init; }

    public ContactId? ContactId { get; init; }

    /// <summary>The contact that wrote. <see cref="ContactId"/> is the one it is shown as, which may change and change back.</summary>
    public Guid? OriginContactKey { get; init; }

    /// <summary>UTC instant of the last decision about the contact that this request has heard of; an earlier one that comes later changes nothing.</summary>
    public DateTimeOffset ContactChangedAt { get; init; }

    public Sealed? ContactName { get; init; }

    public Sealed? Phone { get; init; }

    public Sealed? Email { get; init; }

    /// <summary>Keys of the contact's addresses: an exact phone or mail address finds the request without opening anything.</summary>
    public IReadOnlyList<Guid> AddressKeys { get; init; } = [];

    public RequestRowPatient? Patient { get; init; }

    public IReadOnlyList<PatientCandidate> Candidates { get; init; } = [];

    public int Unread { get; init; }

    public bool Suspicious { get; init; }

    public bool DeliveryFailed { get; init; }

    public MessageId? LastReply { get; init; }

    /// <summary>The answer that did not arrive. The word of it travels another road than the answer itself and may come first.</summary>
    public MessageId? FailedReply { get; init; }

    public Guid? AssigneeId { get; init; }

    public string? AssigneeName { get; init; }

    public Outcome? Outcome { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastContactAt { get; init; }

    public DateTimeOffset? FirstResponseDueAt { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public IReadOnlyList<Guid> RecentMessages { get; init; } = [];

    public Agent? Assignee => AssigneeId is { } id ? new Agent(new AgentId(id), AssigneeName ?? "") : null;

    public bool IsClosed => Status == RequestStatus.Closed;

    public bool Knows(MessageId id) => RecentMessages.Contains(id.Value);

    /// <summary>The state after one more event.</summary>
    public static Request After(Request? before, object happened) => happened switch
    {
        RequestOpened e => new Request
        {
            Number = e.Number,
            SubjectKey = e.Message.SubjectId.Value,
            Topic = e.Message.Topic,
            Subject = e.Message.Subject,
            Status = RequestStatus.New,
            CreatedAt = e.Message.SentAt,
            FirstResponseDueAt = e.FirstResponseDueAt,
        }.With(e.Message) with
        { Rev = 1 },
        _ when before is null => throw new InvalidOperationException($"{happened.GetType().Name} cannot be the first event of a request."),
        MessageAttached e => before.With(e.Message).Next() with { Status = before.OnContact(e.Message) },
        ReplyRecorded e => before.Next() with
        {
            Status = before.IsClosed ? RequestStatus.Closed : before.FailedReply == e.Reply.MessageId ? RequestStatus.InProgress : RequestStatus.Waiting,
            SnoozedUntil = null,
            Unread = before.FailedReply == e.Reply.MessageId ? 1 : 0,
            FirstResponseDueAt = null,
            LastReply = e.Reply.MessageId,
            RecentMessages = before.Remember(e.Reply.MessageId),
            DeliveryFailed = before.FailedReply == e.Reply.MessageId,
            AssigneeId = before.AssigneeId ?? e.Reply.Agent.Id.Value,
            AssigneeName = before.AssigneeId is null ? e.Reply.Agent.Name : before.AssigneeName,
        },
        NoteRecorded e => before.Next() with { RecentMessages = before.Remember(e.Note.MessageId) },
        DeliveryRecorded e => before.Next().With(e.Delivery),
        ContactLinked e => before.Next() with
        {
            ContactId = e.Identified.ContactId,
            OriginContactKey = e.Identified.ContactId.Value,
            Candidates = e.Identified.Candidates,
            Patient = e.Identified.Candidates is [var best, ..] ? new RequestRowPatient(best.PatientId, best.Name, best.Grade) : before.Patient,
        },
        ContactFollowed { Changed: var changed } => before.Next() with
        {
            ContactId = changed.ContactId,
            ContactChangedAt = changed.At,
            Candidates = changed.Candidates,
            Patient = changed.Candidates is [var best, ..] ? new RequestRowPatient(best.PatientId, best.Name, best.Grade) : null,
        },
        IdentificationMissed => before.Next(),
        RequestClaimed e => before.Next() with { AssigneeId = e.Agent.Id.Value, AssigneeName = e.Agent.Name, Status = before.Status == RequestStatus.New ? RequestStatus.InProgress : before.Status, Unread = 0 },
        RequestReleased => before.Next() with { AssigneeId = null, AssigneeName = null, Status = before.IsClosed ? RequestStatus.Closed : RequestStatus.New, SnoozedUntil = null },
        RequestAssigned e => before.Next() with { AssigneeId = e.Assignee.Id.Value, AssigneeName = e.Assignee.Name, Status = before.Status == RequestStatus.New ? RequestStatus.InProgress : before.Status },
        RequestRead => before.Next() with { Unread = 0 },
        RequestSnoozed e => before.Next() with { Status = RequestStatus.Snoozed, SnoozedUntil = e.Until },
        RequestWoke => before.Next() with { Status = before.Working(), SnoozedUntil = null },
        RequestClosed e => before.Next() with { Status = RequestStatus.Closed, Outcome = e.Outcome, ClosedAt = e.At, Unread = 0, SnoozedUntil = null, FirstResponseDueAt = null },
        RequestReopened => before.Next() with { Status = before.Working(), Outcome = null, ClosedAt = null },
        FirstResponseMissed => before.Next(),
        _ => throw new InvalidOperationException($"A request does not know {happened.GetType().Name}."),
    };

    public RequestRow ToRow() => new(
        new RequestId(Id), Number, Rev, Status, Channel, new RequestRowContact(ContactId, ContactName, Phone, Email), Patient, Subject, Preview,
        Unread, Suspicious, DeliveryFailed, Assignee, Outcome, ConversationId, ReplyBy, CreatedAt, LastContactAt, FirstResponseDueAt, SnoozedUntil);

    private Request Next() => this with { Rev = Rev + 1 };

    private RequestStatus Working() => AssigneeId is null ? RequestStatus.New : RequestStatus.InProgress;

    /// <summary>A person's word calls for work; a machine's does not. A snooze is a promise and survives.</summary>
    private RequestStatus OnContact(MessageReceived message) =>
        message.Automated || Status is RequestStatus.Snoozed or RequestStatus.Closed ? Status : Working();

    private Request With(MessageReceived message) => this with
    {
        // After a crash messages may be handled in another order than they were sent; what the row shows is the latest by the channel's clock.
        Channel = message.SentAt >= LastContactAt ? message.Kind : Channel,
        ConversationId = message.SentAt >= LastContactAt ? message.ConversationId : ConversationId,
        ReplyBy = message.SentAt >= LastContactAt ? message.ReplyBy : ReplyBy,
        Preview = message.SentAt >= LastContactAt ? message.Preview : Preview,
        CreatedAt = message.SentAt < CreatedAt ? message.SentAt : CreatedAt,
        ContactName = ContactName ?? message.DisplayName,
        Phone = Phone ?? message.ContactPoints.FirstOrDefault(point => point.System == ContactPointSystem.Phone)?.Value,
        Email = Email ?? message.ContactPoints.FirstOrDefault(point => point.System == ContactPointSystem.Email)?.Value,
        AddressKeys = [.. AddressKeys.Union(message.ContactPoints.Select(point => point.Key.Value))],
        Unread = message.Automated ? Unread : Unread + 1,
        Suspicious = Suspicious || message.Suspicions.Count > 0,
        LastContactAt = message.SentAt > LastContactAt ? message.SentAt : LastContactAt,
        RecentMessages = Remember(message.MessageId),
    };

    /// <summary>An answer that did not arrive is work again, and nobody must have to look for it.</summary>
    private Request With(MessageDeliveryChanged delivery) =>
        delivery.Status == DeliveryStatus.Failed
            ? this with
            {
                DeliveryFailed = true,
                FailedReply = delivery.MessageId,
                Unread = Unread + 1,
                Status = Status == RequestStatus.Waiting ? Working() : Status,
            }
            : this with { DeliveryFailed = DeliveryFailed && delivery.MessageId != LastReply };

    private IReadOnlyList<Guid> Remember(MessageId id) =>
        RecentMessages.Count < Memory ? [.. RecentMessages, id.Value] : [.. RecentMessages.Skip(1), id.Value];
}

/// <summary>Keeps the current state of every request beside its events, in the same transaction.</summary>
public sealed class RequestProjection : SingleStreamProjection<Request, Guid>
{
    public override Request? Evolve(Request? snapshot, Guid id, IEvent e) => Request.After(snapshot, e.Data) with { Id = id };
}
