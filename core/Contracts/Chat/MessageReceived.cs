namespace MedCrm.Contracts.Chat;

/// <summary>Event of Chat: a contact's message is stored in its conversation. Published once per message.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation; a conversation exists from its first message on.</param>
/// <param name="SubjectId">Who wrote.</param>
/// <param name="Kind">The kind of channel.</param>
/// <param name="Channel">Our bot, mailbox or form.</param>
/// <param name="ContactPoints">Addresses of the contact.</param>
/// <param name="DisplayName">As the contact named themselves. Null: not given.</param>
/// <param name="Topic">What it is about, as an opaque key.</param>
/// <param name="Subject">The subject line or the form's title. Null: none.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Preview">The beginning of <paramref name="Text"/> on one line.</param>
/// <param name="Attachments">Files.</param>
/// <param name="Form">Fields of a form. Null: not a form.</param>
/// <param name="Consent">Consent given with it. Null: none was asked.</param>
/// <param name="Automated">Sent by a machine.</param>
/// <param name="Suspicions">Why it may be junk. Empty: nothing suspicious.</param>
/// <param name="SentAt">UTC instant by the channel's clock.</param>
/// <param name="ReceivedAt">UTC instant at which the connector had it.</param>
/// <param name="ReplyBy">How an answer would travel. Null: it cannot be answered in writing.</param>
/// <param name="BirthDate">The date of birth as the contact wrote it. Null: not given.</param>
/// <param name="RemovedAt">UTC instant by the channel's clock at which its author took it back, before it came here. Null: they did not.</param>
/// <param name="Folds">Parts of <paramref name="Text"/> that a window may fold, in its order and without overlaps. Null: none.</param>
/// <param name="RawInputId">The raw input at the connector. Null: told by a release that did not say.</param>
/// <param name="ChoiceOf">Our message whose button was pressed, as the channel says; <paramref name="Text"/> is then the button's words. Null: typed.</param>
[WireName("chat.message-received/1")]
public sealed record MessageReceived(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    ChannelKind Kind,
    string Channel,
    IReadOnlyList<ContactPoint> ContactPoints,
    Sealed? DisplayName,
    string Topic,
    Sealed? Subject,
    Sealed Text,
    Sealed Preview,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyList<FormField>? Form,
    Consent? Consent,
    bool Automated,
    IReadOnlyList<string> Suspicions,
    DateTimeOffset SentAt,
    DateTimeOffset ReceivedAt,
    ChannelKind? ReplyBy,
    Sealed? BirthDate = null,
    DateTimeOffset? RemovedAt = null,
    IReadOnlyList<Fold>? Folds = null,
    Guid? RawInputId = null,
    MessageId? ChoiceOf = null) : IAboutSubject;
