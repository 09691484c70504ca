using JasperFx.Events;
using Marten.Events.Aggregation;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Calls;

namespace MedCrm.Requests.Life;

/// <summary>A request (заявка) as its events have made it. Immutable: <see cref="After"/> gives the next state.</summary>
public sealed record Request
{
    /// <summary>How many recent messages are remembered to recognise a repeat.</summary>
    private const int Memory = 50;

    /// <summary>How long a manager looks at what she has just asked for.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    /// <summary>Requests that a call has opened are about whatever the person called for.</summary>
    private const string CallTopic = "call";

    public Guid Id { get; init; }

    public long Number { get; init; }

    /// <summary>Grows by one with every event: the revision that screens compare.</summary>
    public long Rev { get; init; }

    public RequestStatus Status { get; init; }

    /// <summary>Who wrote first; rows of one person are found by it.</summary>
    public Guid SubjectKey { get; init; }

    public string Topic { get; init; } = "";

    /// <summary>Tells apart the open requests of people who share an address, on one topic: the smallest number that was free when it was opened. Null: the first.</summary>
    public int? Place { get; init; }

    /// <summary>It began in an account, which belongs to one person.</summary>
    public bool OfAccount { get; init; }

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

    /// <summary>Other names that the contact gave later and that may be the same person's.</summary>
    public IReadOnlyList<Sealed> FurtherNames { get; init; } = [];

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

    /// <summary>The message that <see cref="Preview"/> shows.</summary>
    public MessageId? LastMessage { get; init; }

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

    public RequestRowCall? LastCall { get; init; }

    /// <summary>Calls whose being missed was counted, so that more words about one do not count it again.</summary>
    public IReadOnlyList<Guid> RecentCalls { get; init; } = [];

    public IReadOnlyList<Guid> RecentMessages { get; init; } = [];

    /// <summary>Keys of what was told about messages and ways to answer: the bus may tell the same again, and a repeated failure must not reopen what was closed over it.</summary>
    public IReadOnlyList<Guid> RecentNews { get; init; } = [];

    /// <summary>Visits asked for in it, in the order of asking.</summary>
    public IReadOnlyList<RequestedVisit> Visits { get; init; } = [];

    public Agent? Assignee => AssigneeId is { } id ? new Agent(new AgentId(id), AssigneeName ?? "") : null;

    public bool IsClosed => Status == RequestStatus.Closed;

    public bool Knows(MessageId id) => RecentMessages.Contains(id.Value);

    public bool KnowsCall(CallId id) => RecentCalls.Contains(id.Value);

    public bool Knows(MessageChanged change) => RecentNews.Contains(KeyOf(change));

    public bool Knows(MessageRemoved removal) => RecentNews.Contains(KeyOf(removal));

    public bool Knows(ReachabilityChanged reachability) => RecentNews.Contains(KeyOf(reachability));

    public bool Knows(MessageDeliveryChanged delivery) => RecentNews.Contains(KeyOf(delivery));

    /// <summary>The state after one more event.</summary>
    public static Request After(Request? before, object happened) => happened switch
    {
        RequestOpened e => new Request
        {
            Number = e.Number,
            SubjectKey = e.Message.SubjectId.Value,
            Topic = e.Message.Topic,
            Place = e.Place,
            OfAccount = KnownAs.IsOfAccount(e.Message),
            Subject = e.Message.Subject,
            Status = RequestStatus.New,
            CreatedAt = e.Message.SentAt,
            FirstResponseDueAt = e.FirstResponseDueAt,
        }.With(e.Message) with
        { Rev = 1 },
        RequestOpenedByCall e => new Request
        {
            Number = e.Number,
            SubjectKey = e.Call.SubjectId.Value,
            Topic = CallTopic,
            Status = RequestStatus.New,
            CreatedAt = e.Call.Began,
        }.With(e.Call, e.CallBackDueAt, e.Agent) with
        { Rev = 1 },
        _ when before is null => throw new InvalidOperationException($"{happened.GetType().Name} cannot be the first event of a request."),
        MessageAttached { Quiet: true } e => before.With(e.Message, e.OfOther).Next() with { Unread = before.Unread, FurtherNames = before.Hear(e) },
        MessageAttached e => before.With(e.Message, e.OfOther).Next() with { Status = before.OnContact(e.Message), FurtherNames = before.Hear(e) },
        MessageChangeRecorded e => before.Next().Heard(KeyOf(e.Change)).With(e.Change),
        MessageRemovalRecorded e => before.Next().Heard(KeyOf(e.Removal)),
        ReachabilityRecorded { Reachability: var reach } => before.Next().Heard(KeyOf(reach)) with { ReplyBy = reach.ConversationId == before.ConversationId ? reach.ReplyBy : before.ReplyBy },
        CallAttached e => before.With(e.Call, e.CallBackDueAt, e.Agent).Next(),
        ReplyRecorded e => before.Next() with
        {
            LastCall = before.LastCall is { } last ? last with { Missed = 0 } : null,
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
        NoticeRecorded e => before.Next() with { RecentMessages = before.Remember(e.Notice.MessageId), LastReply = e.Notice.MessageId },
        ContactNotTold e => before.Next() with { RecentMessages = before.Remember(e.Notice.MessageId), Unread = before.IsClosed ? before.Unread : Math.Max(1, before.Unread) },
        AppointmentRecorded e => before.Next().With(e.Changed),
        NoteRecorded e => before.Next() with { RecentMessages = before.Remember(e.Note.MessageId) },
        DeliveryRecorded { Quiet: true } e => before.Next().Heard(KeyOf(e.Delivery)),
        DeliveryRecorded e => before.Next().Heard(KeyOf(e.Delivery)).With(e.Delivery),
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
        RequestClosed e => before.Next() with { Status = RequestStatus.Closed, Outcome = e.Outcome, ClosedAt = e.At, Unread = 0, SnoozedUntil = null, FirstResponseDueAt = null, LastCall = before.LastCall is { } last ? last with { Missed = 0 } : null },
        RequestReopened e => before.Next() with { Status = before.Working(), Outcome = null, ClosedAt = null, Place = e.Place },
        FirstResponseMissed => before.Next(),
        _ => throw new InvalidOperationException($"A request does not know {happened.GetType().Name}."),
    };

    /// <summary>As the access log names it.</summary>
    public SeenRequest Seen() => new(new RequestId(Id), Patient?.Id);

    public RequestRow ToRow() => new(
        new RequestId(Id), Number, Rev, Status, Channel, new RequestRowContact(ContactId, ContactName, Phone, Email), Patient, Subject, Preview,
        Unread, Suspicious, DeliveryFailed, Assignee, Outcome, ConversationId, ReplyBy, CreatedAt, LastContactAt, FirstResponseDueAt, SnoozedUntil, LastCall, ShownVisit);

    private RequestRowAppointment? ShownVisit =>
        Visits.LastOrDefault(visit => visit.Row.Status is not (AppointmentStatus.Cancelled or AppointmentStatus.NoShow))?.Row ?? (Visits is [.., var latest] ? latest.Row : null);

    private Request Next() => this with { Rev = Rev + 1 };

    private RequestStatus Working() => AssigneeId is null ? RequestStatus.New : RequestStatus.InProgress;

    /// <summary>A person's word calls for work; a machine's does not. A snooze is a promise and survives.</summary>
    private RequestStatus OnContact(MessageReceived message) =>
        message.Automated || Status is RequestStatus.Snoozed or RequestStatus.Closed ? Status : Working();

    private IReadOnlyList<Sealed> Hear(MessageAttached attached) =>
        attached is { TellsName: true, Message.DisplayName: { } name } && ContactName is not null ? [.. FurtherNames, name] : FurtherNames;

    private Request With(MessageReceived message, bool ofOther = false) => this with
    {
        // After a crash messages may be handled in another order than they were sent; what the row shows is the latest by the channel's clock.
        Channel = message.SentAt >= LastContactAt ? message.Kind : Channel,
        ConversationId = message.SentAt >= LastContactAt ? message.ConversationId : ConversationId,
        ReplyBy = message.SentAt >= LastContactAt ? message.ReplyBy : ReplyBy,
        Preview = message.SentAt >= LastContactAt ? message.Preview : Preview,
        LastMessage = message.SentAt >= LastContactAt ? message.MessageId : LastMessage,
        CreatedAt = message.SentAt < CreatedAt ? message.SentAt : CreatedAt,
        ContactName = ContactName ?? (ofOther ? null : message.DisplayName),
        Phone = Phone is not null || ofOther ? Phone : message.ContactPoints.FirstOrDefault(point => point.System == ContactPointSystem.Phone)?.Value,
        Email = Email is not null || ofOther ? Email : message.ContactPoints.FirstOrDefault(point => point.System == ContactPointSystem.Email)?.Value,
        AddressKeys = ofOther ? AddressKeys : [.. AddressKeys.Union(message.ContactPoints.Select(point => point.Key.Value))],
        Unread = message.Automated ? Unread : Unread + 1,
        Suspicious = Suspicious || message.Suspicions.Count > 0,
        LastContactAt = message.SentAt > LastContactAt ? message.SentAt : LastContactAt,
        RecentMessages = Remember(message.MessageId),
    };

    /// <summary>Who rewrites what they asked for has something new to say; a further piece of an album has not.</summary>
    private Request With(MessageChanged change) => this with
    {
        Preview = change.MessageId == LastMessage ? change.Preview ?? Preview : Preview,
        Unread = change.EditedAt is null || IsClosed ? Unread : Math.Max(1, Unread),
        Status = change.EditedAt is not null && Status == RequestStatus.Waiting ? Working() : Status,
    };

    /// <summary>A missed call is work, unread and with a promise; a conversation keeps every promise. More words about a call that is there already count nothing twice.</summary>
    private Request With(Call call, DateTimeOffset? callBackDueAt, Agent? agent)
    {
        var isNew = !KnowsCall(call.CallId) && (call.IsMissed || call.IsAnswered);
        var missed = call.IsMissed && isNew ? (LastCall?.Missed ?? 0) + 1 : call.IsAnswered ? 0 : LastCall?.Missed ?? 0;
        var latest = LastCall is null || call.Began >= LastCall.At;
        var took = call.IsAnswered && AssigneeId is null ? agent : null;
        return this with
        {
            Channel = call.Began >= LastContactAt ? ChannelKind.Phone : Channel,
            CreatedAt = call.Began < CreatedAt ? call.Began : CreatedAt,
            Phone = Phone ?? call.Party?.Value,
            AddressKeys = call.Party is { } party ? [.. AddressKeys.Union([party.Key.Value])] : AddressKeys,
            LastCall = latest ? new RequestRowCall(call.CallId, call.Direction ?? CallDirection.Inbound, call.Outcome, missed, call.Began) : LastCall! with { Missed = missed },
            RecentCalls = isNew ? [.. RecentCalls.TakeLast(Memory - 1), call.Id] : RecentCalls,
            Unread = call.IsAnswered ? 0 : call.IsMissed && isNew ? Unread + 1 : Unread,
            LastContactAt = call.Direction != CallDirection.Outbound && call.Began > LastContactAt ? call.Began : LastContactAt,
            FirstResponseDueAt = call.IsAnswered ? null : isNew ? FirstResponseDueAt ?? callBackDueAt : FirstResponseDueAt,
            AssigneeId = took?.Id.Value ?? AssigneeId,
            AssigneeName = took?.Name ?? AssigneeName,
            Status = IsClosed || Status == RequestStatus.Snoozed ? Status
                : call.IsAnswered && (took is not null || AssigneeId is not null) ? RequestStatus.InProgress
                : call.IsMissed && isNew ? Working()
                : Status,
        };
    }

    public bool KnowsVisit(AppointmentId id, long rev) => Visits.Any(visit => visit.Row.Id == id && visit.Revs.Contains(rev));

    /// <summary>Is it news that somebody must look at? What is answered at once, the manager who asked sees herself.</summary>
    public bool IsSurprise(AppointmentChanged changed) => changed.Change switch
    {
        // That the patient came is no surprise.
        AppointmentChange.Followed => changed.Status is not (AppointmentStatus.Arrived or AppointmentStatus.Fulfilled),
        AppointmentChange.Differs => true,
        AppointmentChange.Refused or AppointmentChange.MoveRefused or AppointmentChange.CancelRefused =>
            Visits.FirstOrDefault(visit => visit.Row.Id == changed.AppointmentId) is { AskedAt: { } asked } && changed.At - asked > AtOnce,
        _ => false,
    };

    /// <summary>A visit changed. Its changes may overtake each other: the row shows the latest.</summary>
    private Request With(AppointmentChanged changed)
    {
        var known = Visits.FirstOrDefault(visit => visit.Row.Id == changed.AppointmentId);
        var isLatest = known is null || known.Revs.All(rev => rev < changed.Rev);
        var visit = new RequestedVisit(
            isLatest ? new RequestRowAppointment(changed.AppointmentId, changed.Status, changed.Truth, changed.Slot.Start, changed.Slot.TimeZone, changed.Problem) : known!.Row,
            [.. known?.Revs ?? [], changed.Rev],
            changed.Change is AppointmentChange.Proposed or AppointmentChange.MoveAsked or AppointmentChange.CancelAsked ? changed.At : known?.AskedAt);
        var isWork = IsSurprise(changed);
        return this with
        {
            Visits = known is null ? [.. Visits, visit] : [.. Visits.Select(other => ReferenceEquals(other, known) ? visit : other)],
            Unread = isWork ? Unread + 1 : Unread,
            Status = isWork && Status == RequestStatus.Waiting ? Working() : Status,
        };
    }

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

    private IReadOnlyList<Guid> Remember(MessageId id) => Latest(RecentMessages, id.Value);

    private Request Heard(Guid news) => this with { RecentNews = Latest(RecentNews, news) };

    private static IReadOnlyList<Guid> Latest(IReadOnlyList<Guid> known, Guid one) => known.Count < Memory ? [.. known, one] : [.. known.Skip(1), one];

    // The pieces of an album may come at one instant, each with one file more.
    private static Guid KeyOf(MessageChanged change) => KeyOf("change", change.MessageId.Value, $"{change.Earlier.Count}/{change.Attachments.Count}", change.At);

    private static Guid KeyOf(MessageRemoved removal) => KeyOf("removal", removal.MessageId.Value, "", removal.RemovedAt);

    private static Guid KeyOf(ReachabilityChanged reachability) => KeyOf("reachability", reachability.ConversationId.Value, $"{reachability.ReplyBy}", reachability.At);

    private static Guid KeyOf(MessageDeliveryChanged delivery) => KeyOf("delivery", delivery.MessageId.Value, $"{delivery.Status}", delivery.At);

    private static Guid KeyOf(string what, Guid about, string state, DateTimeOffset at) =>
        DeterministicId.From(what, about.ToString(), state, at.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A visit that was asked for in a request.</summary>
/// <param name="Revs">Changes of it that were heard of; a repeat is recognised by them.</param>
/// <param name="AskedAt">UTC instant of the last wish. Null: not heard of yet.</param>
public sealed record RequestedVisit(RequestRowAppointment Row, IReadOnlyList<long> Revs, DateTimeOffset? AskedAt);

/// <summary>Keeps the current state of every request beside its events, in the same transaction.</summary>
public sealed class RequestProjection : SingleStreamProjection<Request, Guid>
{
    public override Request? Evolve(Request? snapshot, Guid id, IEvent e) => Request.After(snapshot, e.Data) with { Id = id };
}
