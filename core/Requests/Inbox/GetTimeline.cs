using System.Text.Json.Serialization;
using JasperFx.Events;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
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
}

/// <summary>How far an answer has come.</summary>
public sealed record TimelineDelivery(DeliveryStatus Status, string? ReasonCode, Sealed? Detail, DateTimeOffset At);

/// <summary>Something that happened to the request itself.</summary>
public sealed record TimelineEvent(
    TimelineEventType Type,
    Agent? Agent = null,
    Agent? Assignee = null,
    Outcome? Outcome = null,
    Sealed? Reason = null,
    DateTimeOffset? Until = null,
    MatchGrade? Grade = null,
    Sealed? PatientName = null);

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
    IReadOnlyList<FormField>? Form,
    Consent? Consent,
    bool Automated,
    IReadOnlyList<string> Suspicions,
    TimelineDelivery? Delivery,
    TimelineEvent? Event);

/// <summary>The timeline, or what changed of it.</summary>
/// <param name="Version">Pass it as <c>after</c> to hear only what comes later.</param>
/// <param name="Items">In order of time.</param>
public sealed record Timeline(long Version, IReadOnlyList<TimelineItem> Items);

public static class GetTimelineEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/requests/{id}/timeline", Get).WithName("getTimeline").ProducesProblem(404);

    private static async Task<Results<Ok<Timeline>, ProblemHttpResult>> Get(RequestId id, long? after, HttpContext http, IQuerySession session, CancellationToken ct)
    {
        var events = await session.Events.FetchStreamAsync(id.Value, token: ct);
        if (events.Count == 0)
        {
            return TypedResults.Problem(statusCode: 404, title: "request.not-found");
        }

        http.Response.Headers.CacheControl = "no-store";
        var items = Fold(events);
        return TypedResults.Ok(new Timeline(events[^1].Version, [.. items.Where(item => item.Version > (after ?? 0)).OrderBy(item => item.At).ThenBy(item => item.Version)]));
    }

    internal static IEnumerable<TimelineItem> Fold(IEnumerable<IEvent> events)
    {
        var items = new Dictionary<string, TimelineItem>();
        var deliveries = new Dictionary<string, TimelineDelivery>();
        foreach (var e in events)
        {
            foreach (var item in Items(e, items, deliveries))
            {
                items[item.Id] = item;
            }
        }

        return items.Values;
    }

    private static IEnumerable<TimelineItem> Items(IEvent e, Dictionary<string, TimelineItem> earlier, Dictionary<string, TimelineDelivery> deliveries) => e.Data switch
    {
        RequestOpened opened => [Contact(e, opened.Message), Event(e, opened.At, new TimelineEvent(TimelineEventType.Opened))],
        MessageAttached attached => [Contact(e, attached.Message)],
        ReplyRecorded { Reply: var reply } => [Written(e, TimelineKind.Reply, reply.MessageId, reply.At, reply.Agent, reply.Kind, reply.ConversationId, reply.Text, deliveries.GetValueOrDefault(reply.MessageId.ToString()) ?? new TimelineDelivery(DeliveryStatus.Queued, null, null, reply.At))],
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

    private static TimelineItem Contact(IEvent e, MessageReceived message) => new(
        message.MessageId.ToString(), e.Version, TimelineKind.Inbound, message.SentAt, message.ReceivedAt == message.SentAt ? null : message.ReceivedAt, null,
        message.DisplayName, message.Kind, message.ConversationId, message.Subject, message.Text, message.Attachments, message.Form, message.Consent,
        message.Automated, message.Suspicions, null, null);

    private static TimelineItem Written(
        IEvent e, TimelineKind kind, MessageId id, DateTimeOffset at, Agent agent, ChannelKind? channel, ConversationId conversation, Sealed text, TimelineDelivery? delivery) =>
        new(id.ToString(), e.Version, kind, at, null, agent, null, channel, conversation, null, text, [], null, null, false, [], delivery, null);

    private static TimelineItem Event(IEvent e, DateTimeOffset at, TimelineEvent what) =>
        new(e.Id.ToString(), e.Version, TimelineKind.Event, at, null, what.Agent, null, null, null, null, null, [], null, null, false, [], null, what);
}
