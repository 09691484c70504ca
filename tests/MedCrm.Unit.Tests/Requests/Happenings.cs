using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Life;

namespace MedCrm.Unit.Tests.Requests;

/// <summary>What can happen to one request, in words.</summary>
internal static class Happenings
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    public static readonly DataSubjectId Irina = DataSubjectId.New();
    public static readonly Agent Anna = new(AgentId.New(), "Ковалёва Анна");
    public static readonly Agent Maria = new(AgentId.New(), "Сидоренко Мария");
    public static readonly MessageId FirstReply = MessageId.New();

    public static MessageReceived Message(bool automated = false, int minute = 0, MessageId? id = null) => new(
        id ?? MessageId.New(), new ConversationId(Guid.NewGuid()), Irina, ChannelKind.Website, "website/demo",
        [new ContactPoint(ContactPointSystem.Phone, Irina, Words("phone"))], Words("name"), "topic", Words("subject"), Words($"text {minute}"), Words($"preview {minute}"), [], null, null,
        automated, [], Noon.AddMinutes(minute), Noon.AddMinutes(minute), ChannelKind.Email);

    public static RequestOpened Opened(bool automated = false) => new(1001, Message(automated), automated ? null : Noon.AddMinutes(15), Noon);

    public static MessageAttached Wrote(int minute = 1, bool automated = false) => new(Message(automated, minute), Noon.AddMinutes(minute));

    public static MessageChangeRecorded Changed(MessageReceived message, string text, int? editedMinute = null) => new(new MessageChanged(
        message.MessageId, message.ConversationId, Irina, Words(text), Words($"preview of {text}"), message.Attachments, editedMinute is null ? [] : [new EarlierText(message.Text, Noon)],
        editedMinute is { } minute ? Noon.AddMinutes(minute) : null, Noon.AddMinutes(editedMinute ?? 1)));

    public static ReachabilityRecorded Reach(MessageReceived message, bool reachable) =>
        new(new ReachabilityChanged(message.ConversationId, Irina, reachable ? ChannelKind.Telegram : null, Noon.AddMinutes(3)));

    public static ReplyRecorded Replied(Agent? by = null, MessageId? id = null) =>
        new(new ReplySent(id ?? FirstReply, new ConversationId(Guid.NewGuid()), Irina, by ?? Anna, ChannelKind.Email, Words("reply"), Noon));

    public static DeliveryRecorded Delivery(DeliveryStatus status, MessageId? id = null, int minute = 2) => new(new MessageDeliveryChanged(
        id ?? FirstReply, new ConversationId(Guid.NewGuid()), Irina, status, status == DeliveryStatus.Failed ? "bad-address" : null, null, Noon.AddMinutes(minute)));

    public static NoteRecorded Noted() => new(new NoteAdded(MessageId.New(), new ConversationId(Guid.NewGuid()), Irina, Maria, Words("note"), Noon));

    public static RequestClaimed Claimed(Agent? by = null) => new(by ?? Anna, Noon);

    public static RequestReleased Released() => new(Anna, Noon);

    public static RequestAssigned Assigned(Agent to) => new(to, Anna, Noon);

    public static RequestRead Read() => new(Anna, Noon);

    public static RequestSnoozed Snoozed() => new(Noon.AddDays(1), Anna, Noon);

    public static RequestWoke Woke() => new(Noon.AddDays(1));

    public static RequestClosed Closed(Outcome outcome = Outcome.Answered) => new(outcome, null, Anna, Noon.AddMinutes(30));

    public static RequestReopened Reopened() => new(null, Noon.AddMinutes(40));

    public static ContactLinked Linked(params PatientCandidate[] candidates) =>
        new(new ContactIdentified(new RequestId(Guid.NewGuid()), Irina, ContactId.New(), candidates.Length == 0 ? MatchGrade.None : candidates[0].Grade, candidates, Noon));

    public static ContactFollowed Followed(ContactChange change, ContactId contact, int minute, params PatientCandidate[] candidates) => new(new ContactChanged(
        Irina, contact, [contact], change, candidates.Length == 0 ? MatchGrade.None : candidates[0].Grade, candidates, Anna, Noon.AddMinutes(minute)));

    public static PatientCandidate Patient(string id, MatchGrade grade) => new(id, Words($"patient {id}"), null, grade, ["phone"]);

    public static Sealed Words(string text) => new(Irina, text);

    public static Request After(params object[] happened) => happened.Aggregate((Request?)null, Request.After)!;
}
