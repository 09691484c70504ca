using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Chat;

/// <summary>Command of Chat to a connector: send this to the contact. Answered by <see cref="ReportDelivery"/>.</summary>
/// <remarks>May arrive twice; <paramref name="MessageId"/> is the idempotency key, and the channel's own message id is derived from it where the channel lets us choose one.</remarks>
/// <param name="MessageId">The answer.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="Channel">Which of our channels sends: <c>email/info</c>. Null: the connector's default one (an answer to a form travels by mail).</param>
/// <param name="To">The address, frozen when the manager pressed "send".</param>
/// <param name="ToName">The contact's name. Null: unknown.</param>
/// <param name="Subject">The subject line. Null: the channel has none.</param>
/// <param name="Text">Plain text, 1 to 100 000 characters; empty where only files go.</param>
/// <param name="References">External ids of the thread so far, oldest first; the last one is what is answered. Empty: starts a thread.</param>
/// <param name="Attachments">Files.</param>
/// <param name="Choices">Answers to offer as buttons, where the channel has any: different from each other, at most 20 characters each. Pressing one is a message with its words (<see cref="ReceiveInboundMessage.ChoiceOf"/>). Null: none.</param>
[WireName("chat.deliver-message/1")]
public sealed record DeliverMessage(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    string? Channel,
    Sealed To,
    Sealed? ToName,
    Sealed? Subject,
    Sealed Text,
    IReadOnlyList<string> References,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyList<string>? Choices = null) : IAboutSubject;

/// <summary>How far an answer has come. What a channel does not report is not invented: mail ends at <see cref="Sent"/> unless it bounces.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryStatus>))]
public enum DeliveryStatus
{
    /// <summary>Stored here, on its way to the connector.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>The channel took it over.</summary>
    [JsonStringEnumMemberName("sent")] Sent,

    /// <summary>The channel says it reached the contact's device or mailbox.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered,

    /// <summary>The channel says it was read.</summary>
    [JsonStringEnumMemberName("read")] Read,

    /// <summary>It will not arrive; somebody must act.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>Command of a connector to Chat: what became of an answer. Reports may repeat and overtake each other; a message never goes back from a later status, except to <see cref="DeliveryStatus.Failed"/>.</summary>
/// <param name="MessageId">The answer.</param>
/// <param name="SubjectId">To whom it went.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="ExternalMessageId">The channel's id of it, by which a reply or a bounce will refer to it. Null: not told.</param>
/// <param name="ReasonCode">Why it failed, a stable word the window translates: <c>bad-address</c>, <c>mailbox-full</c>, <c>rejected</c>, <c>too-large</c>, <c>auth-refused</c>, <c>expired</c>, <c>blocked</c> (the contact shut the channel to us), <c>channel-off</c>, <c>unconfirmed</c> (the channel did not answer; it may have arrived). Null: did not fail.</param>
/// <param name="Detail">The far side's own words. Null: none.</param>
/// <param name="At">UTC instant.</param>
[WireName("chat.report-delivery/1")]
public sealed record ReportDelivery(
    MessageId MessageId,
    DataSubjectId SubjectId,
    DeliveryStatus Status,
    string? ExternalMessageId,
    string? ReasonCode,
    Sealed? Detail,
    DateTimeOffset At) : IAboutSubject;

/// <summary>Event of Chat: an answer has come further, or failed.</summary>
/// <param name="MessageId">The answer.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="Status">How far.</param>
/// <param name="ReasonCode">Why it failed. Null: did not fail.</param>
/// <param name="Detail">The far side's own words. Null: none.</param>
/// <param name="At">UTC instant.</param>
[WireName("chat.message-delivery-changed/1")]
public sealed record MessageDeliveryChanged(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    DeliveryStatus Status,
    string? ReasonCode,
    Sealed? Detail,
    DateTimeOffset At) : IAboutSubject;
