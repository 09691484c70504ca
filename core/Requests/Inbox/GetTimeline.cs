using System.Text.Json.Serialization;
using JasperFx.Events;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Calls;
using MedCrm.Requests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Requests.Inbox;

[JsonConverter(typeof(JsonStringEnumConverter<TimelineKind>))]
public enum TimelineKind
{
    [JsonStringEnumMemberName("inbound")] Inbound,
    [JsonStringEnumMemberName("reply")] Reply,
    [JsonStringEnumMemberName("note")] Note,
    [JsonStringEnumMemberName("event")] Event,
    [JsonStringEnumMemberName("call")] Call,
}

[JsonConverter(typeof(JsonStringEnumConverter<TimelineEventType>))]
public enum TimelineEventType
{
    [JsonStringEnumMemberName("opened")] Opened,
    [JsonStringEnumMemberName("claimed")] Claimed,
    [JsonStringEnumMemberName("released")] Released,
    [JsonStringEnumMemberName("assigned")] Assigned,
    [JsonStringEnumMemberName("snoozed")] Snoozed,
    [JsonStringEnumMemberName("woke")] Woke,
    [JsonStringEnumMemberName("closed")] Closed,
    [JsonStringEnumMemberName("reopened")] Reopened,
    [JsonStringEnumMemberName("identified")] Identified,
    [JsonStringEnumMemberName("unlinked")] Unlinked,
    [JsonStringEnumMemberName("merged")] Merged,
    [JsonStringEnumMemberName("unmerged")] Unmerged,
    [JsonStringEnumMemberName("identificationMissed")] IdentificationMissed,
    [JsonStringEnumMemberName("slaBreached")] SlaBreached,
    [JsonStringEnumMemberName("unreachable")] Unreachable,
    [JsonStringEnumMemberName("reachable")] Reachable,

    /// <summary>Something happened to a visit; see <see cref="TimelineEvent.Appointment"/>.</summary>
    [JsonStringEnumMemberName("appointment")] Appointment,

    /// <summary>The contact cannot be written to; a person tells them the text of the entry.</summary>
    [JsonStringEnumMemberName("notTold")] NotTold,
}

/// <summary>How far an answer has come.</summary>
public sealed record TimelineDelivery(DeliveryStatus Status, string? ReasonCode, Sealed? Detail, DateTimeOffset At);

/// <summary>A call.</summary>
/// <param name="Id">The call.</param>
/// <param name="Direction">Who called.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Outcome">What came of it. Null: it is not over.</param>
/// <param name="Phone">The number of the person outside. Null: hidden, or erased.</param>
/// <param name="Line">Our number. Null: unknown.</param>
/// <param name="Queue">The queue. Null: none.</param>
/// <param name="Agents">Telephones of ours that rang or spoke.</param>
/// <param name="AnsweredBy">The extension that answered first. Null: nobody.</param>
/// <param name="Transfers">How it was handed over.</param>
/// <param name="WaitSeconds">Null: not known.</param>
/// <param name="TalkSeconds">Null: none, or not known.</param>
/// <param name="HasRecording">Whether there is something to listen to at <c>/api/calls/{id}/recording</c>.</param>
public sealed record TimelineCall(
    CallId Id,
    CallDirection Direction,
    CallPhase Phase,
    CallOutcome? Outcome,
    Sealed? Phone,
    string? Line,
    string? Queue,
    IReadOnlyList<CallAgent> Agents,
    string? AnsweredBy,
    IReadOnlyList<CallTransfer> Transfers,
    int? WaitSeconds,
    int? TalkSeconds,
    bool HasRecording);

/// <summary>Something that happened to the request itself.</summary>
public sealed record TimelineEvent(
    TimelineEventType Type,
    Agent? Agent = null,
    Agent? Assignee = null,
    Outcome? Outcome = null,
    Sealed? Reason = null,
    DateTimeOffset? Until = null,
    MatchGrade? Grade = null,
    Sealed? PatientName = null,
    TimelineAppointment? Appointment = null);

/// <summary>What happened to a visit.</summary>
/// <param name="MoveTo">The time asked for instead. Null: none.</param>
/// <param name="Problem">As in <see cref="AppointmentChanged.Problem"/>. Null: nothing is wrong.</param>
public sealed record TimelineAppointment(
    AppointmentId Id, AppointmentChange Change, AppointmentStatus Status, AppointmentTruth Truth, AppointmentSlot Slot, AppointmentSlot? MoveTo, string? Problem);

/// <summary>A field of a form.</summary>
/// <param name="Name">As the form names it. Empty: the person was erased.</param>
/// <param name="Value">As it was entered. Empty: the person was erased.</param>
public sealed record TimelineField(string Name, Sealed Value);

/// <summary>One entry of the timeline.</summary>
/// <param name="Id">Stable; an entry that changed later comes again under the same id.</param>
/// <param name="Version">The request's version at its last change.</param>
/// <param name="Kind">What it is.</param>
/// <param name="At">UTC instant by which the timeline is ordered: the channel's clock for a contact, ours for the rest.</param>
/// <param name="ReceivedAt">UTC instant at which we had it. Null: the same as <paramref name="At"/>.</param>
/// <param name="Agent">Who wrote or acted. Null: the contact, or nobody.</param>
/// <param name="Author">The contact's name. Null: not given, or not the contact's.</param>
/// <param name="Channel">The kind of channel. Null: not a message.</param>
/// <param name="ConversationId">Its conversation. Null: not a message.</param>
/// <param name="Subject">The subject line. Null: none.</param>
/// <param name="Text">Plain text. Null: an event, or the person was erased.</param>
/// <param name="Attachments">Files.</param>
/// <param name="Form">Fields of a form. Null: not a form.</param>
/// <param name="Consent">Consent given with it. Null: none was asked.</param>
/// <param name="Automated">Sent by a machine.</param>
/// <param name="Suspicions">Why it may be junk.</param>
/// <param name="Delivery">How far an answer has come. Null: not an answer.</param>
/// <param name="Event">What happened. Null: not an event.</param>
/// <param name="EditedAt">UTC instant by the channel's clock at which the contact last rewrote it. Null: never.</param>
/// <param name="Earlier">What the contact wrote before, oldest first.</param>
/// <param name="Call">The call. Null: not a call.</param>
/// <param name="RemovedAt">UTC instant by the channel's clock at which the contact took it back; its words stay. Null: never.</param>
/// <param name="Folds">Parts of <paramref name="Text"/> to be shown folded: quotes and signatures. Null: none.</param>
/// <param name="RawInputId">What came over the wire, for supervisors and admins at <c>/api/raw-inputs/{connector}/{id}</c>. Null: not a contact's message, or not known.</param>
public sealed record TimelineItem(
    string Id,
    long Version,
    TimelineKind Kind,
    DateTimeOffset At,
    DateTimeOffset? ReceivedAt,
    Agent? Agent,
    Sealed? Author,
    ChannelKind? Channel,
    ConversationId? ConversationId,
    Sealed? Subject,
    Sealed? Text,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyList<TimelineField>? Form,
    Consent? Consent,
    bool Automated,
    IReadOnlyList<string> Suspicions,
    TimelineDelivery? Delivery,
    TimelineEvent? Event,
    DateTimeOffset? EditedAt,
    IReadOnlyList<EarlierText> Earlier,
    TimelineCall? Call = null,
    DateTimeOffset? RemovedAt = null,
    IReadOnlyList<Fold>? Folds = null,
    Guid? RawInputId = null);

/// <summary>The timeline, or what changed of it.</summary>
/// <param name="Version">Pass it as <c>after</c> to hear only what comes later.</param>
/// <param name="Items">In order of time.</param>
public sealed record Timeline(long Version, IReadOnlyList<TimelineItem> Items);

public static class GetTimelineEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/requests/{id}/timeline", Get).WithName("getTimeline").ProducesProblem(404);

    private static async Task<Results<Ok<Timeline>, ProblemHttpResult>> Get(RequestId id, long? after, HttpContext http, IQuerySession session, IPersonalDataVault vault, SeenLog seen, CancellationToken ct)
    {
        var events = await session.Events.FetchStreamAsync(id.Value, token: ct);
        if (events.Count == 0)
        {
            return TypedResults.Problem(statusCode: 404, title: "request.not-found");
        }

        if (await session.LoadAsync<Request>(id.Value, ct) is { } request)
        {
            await seen.TellAsync(http.Agent(), SeenAs.Request, [request.Seen()]);
        }

        http.Response.Headers.CacheControl = "no-store";
        var items = Fold(events, vault.Open);
        return TypedResults.Ok(new Timeline(events[^1].Version, [.. items.Where(item => item.Version > (after ?? 0)).OrderBy(item => item.At).ThenBy(item => item.Version)]));
    }

    /// <param name="events">All of a request.</param>
    /// <param name="open">Opens names of fields, which older releases did not seal.</param>
    internal static IEnumerable<TimelineItem> Fold(IEnumerable<IEvent> events, Func<Sealed, string?> open)
    {
        var items = new Dictionary<string, TimelineItem>();
        var deliveries = new Dictionary<string, TimelineDelivery>();
        foreach (var e in events)
        {
            foreach (var item in Items(e, items, deliveries, open))
            {
                items[item.Id] = item;
            }
        }

        return items.Values;
    }

    private static IEnumerable<TimelineItem> Items(IEvent e, Dictionary<string, TimelineItem> earlier, Dictionary<string, TimelineDelivery> deliveries, Func<Sealed, string?> open) => e.Data switch
    {
        RequestOpened opened => [Contact(e, opened.Message, open), Event(e, opened.At, new TimelineEvent(TimelineEventType.Opened))],
        RequestOpenedByCall opened => [Called(e, opened.Call, opened.Agent), Event(e, opened.At, new TimelineEvent(TimelineEventType.Opened))],
        CallAttached attached => [Called(e, attached.Call, attached.Agent)],
        MessageAttached attached => [Contact(e, attached.Message, open)],
        MessageChangeRecorded { Change: var change } => Changed(e, change, earlier),
        MessageRemovalRecorded { Removal: var removal } => Removed(e, removal, earlier),
        ReachabilityRecorded { Reachability: var reach } => [Event(e, reach.At, new TimelineEvent(reach.ReplyBy is null ? TimelineEventType.Unreachable : TimelineEventType.Reachable))],
        ReplyRecorded { Reply: var reply } => [Written(e, TimelineKind.Reply, reply.MessageId, reply.At, reply.Agent, reply.Kind, reply.ConversationId, reply.Text, deliveries.GetValueOrDefault(reply.MessageId.ToString()) ?? new TimelineDelivery(DeliveryStatus.Queued, null, null, reply.At)) with { Attachments = reply.Attachments ?? [] }],
        NoticeRecorded { Notice: var notice } => [Written(e, TimelineKind.Reply, notice.MessageId, notice.At, null, notice.Kind, notice.ConversationId, notice.Text, deliveries.GetValueOrDefault(notice.MessageId.ToString()) ?? new TimelineDelivery(DeliveryStatus.Queued, null, null, notice.At)) with { Automated = true }],
        ContactNotTold { Notice: var untold } => [Event(e, untold.At, new TimelineEvent(TimelineEventType.NotTold)) with { Text = untold.Text }],
        AppointmentRecorded { Changed: var visit } => [Event(e, visit.At, new TimelineEvent(
            TimelineEventType.Appointment, visit.By,
            Appointment: new TimelineAppointment(visit.AppointmentId, visit.Change, visit.Status, visit.Truth, visit.Slot, visit.MoveTo, visit.Problem)))],
        NoteRecorded { Note: var note } => [Written(e, TimelineKind.Note, note.MessageId, note.At, note.Agent, null, note.ConversationId, note.Text, null)],
        DeliveryRecorded { Delivery: var delivery } => Delivered(e, delivery, earlier, deliveries),
        ContactLinked { Identified: var who } => who.Candidates is [var best, ..]
            ? [Event(e, who.At, new TimelineEvent(TimelineEventType.Identified, Grade: who.Grade, PatientName: best.Name))]
            : [],
        ContactFollowed { Changed: var changed } => Followed(e, changed),
        IdentificationMissed missed => [Event(e, missed.At, new TimelineEvent(TimelineEventType.IdentificationMissed))],
        RequestClaimed claimed => [Event(e, claimed.At, new TimelineEvent(TimelineEventType.Claimed, claimed.Agent))],
        RequestReleased released => [Event(e, released.At, new TimelineEvent(TimelineEventType.Released, released.Agent))],
        RequestAssigned assigned => [Event(e, assigned.At, new TimelineEvent(TimelineEventType.Assigned, assigned.By, assigned.Assignee))],
        RequestSnoozed snoozed => [Event(e, snoozed.At, new TimelineEvent(TimelineEventType.Snoozed, snoozed.By, Until: snoozed.Until))],
        RequestWoke woke => [Event(e, woke.At, new TimelineEvent(TimelineEventType.Woke))],
        RequestClosed closed => [Event(e, closed.At, new TimelineEvent(TimelineEventType.Closed, closed.By, Outcome: closed.Outcome, Reason: closed.Reason))],
        RequestReopened reopened => [Event(e, reopened.At, new TimelineEvent(TimelineEventType.Reopened, reopened.By))],
        FirstResponseMissed missed => [Event(e, missed.DueAt, new TimelineEvent(TimelineEventType.SlaBreached))],
        _ => [],
    };

    private static IEnumerable<TimelineItem> Followed(IEvent e, ContactChanged changed) => changed.Change switch
    {
        ContactChange.Unlinked => [Event(e, changed.At, new TimelineEvent(TimelineEventType.Unlinked, changed.By))],
        ContactChange.Merged => [Event(e, changed.At, new TimelineEvent(TimelineEventType.Merged, changed.By))],
        ContactChange.Unmerged => [Event(e, changed.At, new TimelineEvent(TimelineEventType.Unmerged, changed.By))],
        _ => changed is { Grade: MatchGrade.Certain, Candidates: [var best, ..] }
            ? [Event(e, changed.At, new TimelineEvent(TimelineEventType.Identified, changed.By, Grade: changed.Grade, PatientName: best.Name))]
            : [],
    };

    /// <summary>The word of an answer may come before the answer; then it waits for it.</summary>
    private static IEnumerable<TimelineItem> Delivered(IEvent e, MessageDeliveryChanged delivery, Dictionary<string, TimelineItem> earlier, Dictionary<string, TimelineDelivery> deliveries)
    {
        var id = delivery.MessageId.ToString();
        deliveries[id] = new TimelineDelivery(delivery.Status, delivery.ReasonCode, delivery.Detail, delivery.At);
        return earlier.TryGetValue(id, out var sent) ? [sent with { Version = e.Version, Delivery = deliveries[id] }] : [];
    }

    /// <summary>Chat tells of a message before it tells of its changes, and of one person's messages in order.</summary>
    private static IEnumerable<TimelineItem> Changed(IEvent e, MessageChanged change, Dictionary<string, TimelineItem> earlier) =>
        earlier.TryGetValue(change.MessageId.ToString(), out var item)
            ? [item with { Version = e.Version, Text = change.Text, Attachments = change.Attachments, Earlier = change.Earlier, EditedAt = change.EditedAt ?? item.EditedAt, Folds = null }]
            : [];

    private static IEnumerable<TimelineItem> Removed(IEvent e, MessageRemoved removal, Dictionary<string, TimelineItem> earlier) =>
        earlier.TryGetValue(removal.MessageId.ToString(), out var item) ? [item with { Version = e.Version, RemovedAt = removal.RemovedAt }] : [];

    private static TimelineItem Contact(IEvent e, MessageReceived message, Func<Sealed, string?> open) => new(
        message.MessageId.ToString(), e.Version, TimelineKind.Inbound, message.SentAt, message.ReceivedAt == message.SentAt ? null : message.ReceivedAt, null,
        message.DisplayName, message.Kind, message.ConversationId, message.Subject, message.Text, message.Attachments, Fields(message.Form, open), message.Consent,
        message.Automated, message.Suspicions, null, null, null, [], RemovedAt: message.RemovedAt, Folds: message.Folds, RawInputId: message.RawInputId);

    private static List<TimelineField>? Fields(IReadOnlyList<FormField>? form, Func<Sealed, string?> open) =>
        form?.Select(field => new TimelineField((field.SealedName is { } name ? open(name) : field.Name) ?? "", field.Value)).ToList();

    private static TimelineItem Called(IEvent e, Call call, Agent? agent) =>
        new(call.CallId.ToString(), e.Version, TimelineKind.Call, call.Began, null, agent, null, ChannelKind.Phone, null, null, null, [], null, null, false, [], null, null, null, [],
            new TimelineCall(
                call.CallId, call.Direction ?? CallDirection.Inbound, call.Phase, call.Outcome, call.Party?.Value, call.Line, call.Queue, call.Agents, call.AnsweredBy, call.Transfers,
                call.Wait, call.Talk, call.Recording is not null));

    private static TimelineItem Written(
        IEvent e, TimelineKind kind, MessageId id, DateTimeOffset at, Agent? agent, ChannelKind? channel, ConversationId conversation, Sealed text, TimelineDelivery? delivery) =>
        new(id.ToString(), e.Version, kind, at, null, agent, null, channel, conversation, null, text, [], null, null, false, [], delivery, null, null, []);

    private static TimelineItem Event(IEvent e, DateTimeOffset at, TimelineEvent what) =>
        new(e.Id.ToString(), e.Version, TimelineKind.Event, at, null, what.Agent, null, null, null, null, null, [], null, null, false, [], null, what, null, []);
}
