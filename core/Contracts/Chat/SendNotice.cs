namespace MedCrm.Contracts.Chat;

/// <summary>Command of Requests to Chat: send the contact something that no person has written, a confirmation or a reminder. Followed by <see cref="NoticeSent"/>.</summary>
/// <remarks>May arrive twice; <paramref name="MessageId"/> is the idempotency key.</remarks>
/// <param name="MessageId">Of the message.</param>
/// <param name="ConversationId">Where.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="Text">Plain text, 1 to 20 000 characters.</param>
/// <param name="Choices">Answers to offer as buttons, where the channel has any. Null: none.</param>
[WireName("chat.send-notice/1")]
public sealed record SendNotice(MessageId MessageId, ConversationId ConversationId, DataSubjectId SubjectId, Sealed Text, IReadOnlyList<string>? Choices = null) : IAboutSubject;

/// <summary>Event of Chat: a notice is stored and on its way; see <see cref="MessageDeliveryChanged"/> for what became of it. It is nobody's answer: the request stays as it was.</summary>
/// <param name="MessageId">The notice.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="Kind">By which kind of channel it travels. Null: the contact cannot be written to any more.</param>
/// <param name="Text">Plain text.</param>
/// <param name="At">UTC instant.</param>
[WireName("chat.notice-sent/1")]
public sealed record NoticeSent(MessageId MessageId, ConversationId ConversationId, DataSubjectId SubjectId, ChannelKind? Kind, Sealed Text, DateTimeOffset At) : IAboutSubject;
