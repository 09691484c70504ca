namespace MedCrm.Contracts.Chat;

/// <summary>Command of a connector to Chat: the author rewrote a message, or a further piece of it arrived (albums come file by file). Sent once the raw input is durable.</summary>
/// <remarks>
/// Repeats are dropped by (message, <paramref name="ChangeId"/>). Chat takes the change of a message it does not know for the message itself, so the pieces of an album may come in any order.
/// Files which the message does not have yet are added, none is taken away; an earlier text stays in the history.
/// </remarks>
/// <param name="Message">The message as it is now, or the further piece; (<see cref="ReceiveInboundMessage.Channel"/>, <see cref="ReceiveInboundMessage.ExternalMessageId"/>) name the message.</param>
/// <param name="ChangeId">The key of the change within the message; at most 200 characters.</param>
/// <param name="EditedAt">UTC instant by the channel's clock at which the author rewrote it. Null: not rewritten, a further piece.</param>
[WireName("chat.change-inbound-message/1")]
public sealed record ChangeInboundMessage(ReceiveInboundMessage Message, string ChangeId, DateTimeOffset? EditedAt) : IAboutSubject
{
    /// <inheritdoc />
    public DataSubjectId SubjectId => Message.SubjectId;
}

/// <summary>Event of Chat: a contact's message is now another one.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="SubjectId">Who wrote.</param>
/// <param name="Text">Plain text, as it is now.</param>
/// <param name="Preview">The beginning of <paramref name="Text"/> on one line. Null: the same as before.</param>
/// <param name="Attachments">All files of the message.</param>
/// <param name="Earlier">What the author wrote before, oldest first. Empty: never rewritten.</param>
/// <param name="EditedAt">UTC instant by the channel's clock at which the author rewrote it. Null: not rewritten, a further piece arrived.</param>
/// <param name="At">UTC instant at which the connector had the change.</param>
[WireName("chat.message-changed/1")]
public sealed record MessageChanged(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    Sealed Text,
    Sealed? Preview,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyList<EarlierText> Earlier,
    DateTimeOffset? EditedAt,
    DateTimeOffset At) : IAboutSubject;

/// <summary>A text that its author replaced.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Until">UTC instant by the channel's clock at which it was replaced.</param>
public sealed record EarlierText(Sealed Text, DateTimeOffset Until);
