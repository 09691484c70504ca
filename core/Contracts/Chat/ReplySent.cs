namespace MedCrm.Contracts.Chat;

/// <summary>Event of Chat: a manager answered. The answer is stored and on its way; see <see cref="MessageDeliveryChanged"/> for what became of it.</summary>
/// <param name="MessageId">The answer.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="Agent">Who answered.</param>
/// <param name="Kind">By which kind of channel it travels.</param>
/// <param name="Text">Plain text; empty where only files go.</param>
/// <param name="At">UTC instant.</param>
/// <param name="Attachments">Files that go with it. Null: none.</param>
[WireName("chat.reply-sent/1")]
public sealed record ReplySent(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    Agent Agent,
    ChannelKind Kind,
    Sealed Text,
    DateTimeOffset At,
    IReadOnlyList<Attachment>? Attachments = null) : IAboutSubject;

/// <summary>Event of Chat: a note for colleagues was written. Never leaves the house.</summary>
/// <param name="MessageId">The note.</param>
/// <param name="ConversationId">The conversation it stands in.</param>
/// <param name="SubjectId">Whom the conversation is with.</param>
/// <param name="Agent">Who wrote it.</param>
/// <param name="Text">Plain text.</param>
/// <param name="At">UTC instant.</param>
[WireName("chat.note-added/1")]
public sealed record NoteAdded(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    Agent Agent,
    Sealed Text,
    DateTimeOffset At) : IAboutSubject;
