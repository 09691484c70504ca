namespace MedCrm.Contracts.Chat;

/// <summary>Command of a connector to Chat: somebody wrote to us. Sent once the raw input is durable.</summary>
/// <remarks>Repeats are dropped by (<paramref name="Channel"/>, <paramref name="ExternalMessageId"/>). All sealed values of one message are sealed for <paramref name="SubjectId"/>.</remarks>
/// <param name="Kind">The kind of channel.</param>
/// <param name="Channel">Our bot, mailbox or form: <c>email/info</c>, <c>website/demo</c>. Stable for the life of the channel.</param>
/// <param name="ExternalMessageId">The message's key in its channel; at most 200 characters.</param>
/// <param name="SubjectId">Who wrote; the key of the first of <paramref name="ContactPoints"/>.</param>
/// <param name="ContactPoints">Addresses the contact gave, the surest first. At least one.</param>
/// <param name="DisplayName">As the contact named themselves. Null: not given.</param>
/// <param name="ExternalConversationId">The channel's own thread. Null: the channel has none and <paramref name="References"/> decide (mail).</param>
/// <param name="References">External ids of earlier messages this one answers, ours or theirs, nearest first.</param>
/// <param name="Aliases">Further external ids by which later messages may refer to this one (a mail's Message-ID).</param>
/// <param name="Topic">What it is about, as an opaque key: an open request of the same person with the same topic is continued. A form's key, a hash of a mail's subject without "Re:".</param>
/// <param name="Subject">The subject line or the form's title. Null: none.</param>
/// <param name="Text">Plain text, at most 100 000 characters; what was longer is in an attachment.</param>
/// <param name="Preview">The beginning of <paramref name="Text"/> on one line, at most 160 characters; empty when there is no text.</param>
/// <param name="Attachments">Files, already stored.</param>
/// <param name="Form">The fields of a form in the order of the form. Null: not a form.</param>
/// <param name="Consent">The consent given with the message. Null: none was asked.</param>
/// <param name="Automated">Sent by a machine (auto-reply, newsletter): shown, but opens no request and stops no clock.</param>
/// <param name="Suspicions">Why the message may be junk (<c>honeypot</c>, <c>too-fast</c>, <c>rate</c>, …). Flagged, never dropped. Empty: nothing suspicious.</param>
/// <param name="SentAt">UTC instant by the channel's clock; equals <paramref name="ReceivedAt"/> where the channel tells none.</param>
/// <param name="ReceivedAt">UTC instant at which the connector had it.</param>
/// <param name="RawInputId">The raw input at the connector.</param>
/// <param name="BirthDate">The date of birth as the contact wrote it; who reads it decides whether it is one. Null: not given.</param>
/// <param name="Folds">Parts of <paramref name="Text"/> that a window may fold, in its order and without overlaps. Null: none.</param>
/// <param name="ChoiceOf">Our message whose button was pressed, as the channel says; <paramref name="Text"/> is then the button's words. Null: typed.</param>
[WireName("chat.receive-inbound-message/1")]
public sealed record ReceiveInboundMessage(
    ChannelKind Kind,
    string Channel,
    string ExternalMessageId,
    DataSubjectId SubjectId,
    IReadOnlyList<ContactPoint> ContactPoints,
    Sealed? DisplayName,
    string? ExternalConversationId,
    IReadOnlyList<string> References,
    IReadOnlyList<string> Aliases,
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
    Guid RawInputId,
    Sealed? BirthDate = null,
    IReadOnlyList<Fold>? Folds = null,
    MessageId? ChoiceOf = null) : IAboutSubject;

/// <summary>A stored file.</summary>
/// <param name="BlobId">Where it rests; sealed for the same person as the message.</param>
/// <param name="FileName">The name to show and to save under, without a path.</param>
/// <param name="MediaType">By content where it could be told, else as declared: <c>image/png</c>.</param>
/// <param name="Size">In bytes.</param>
public sealed record Attachment(Guid BlobId, Sealed FileName, string MediaType, long Size);

/// <summary>One field of a form.</summary>
/// <param name="Name">As the form names it, in the open: only from releases that did not seal it. Null: see <paramref name="SealedName"/>.</param>
/// <param name="Value">As it was entered.</param>
/// <param name="SealedName">As the form names it. A site decides what stands in a name, and some write the person into it. Null: see <paramref name="Name"/>.</param>
public sealed record FormField(string? Name, Sealed Value, Sealed? SealedName = null);

/// <summary>Consent to the processing of personal data, as it was given (152-ФЗ, ст. 9).</summary>
/// <param name="Given">Whether the box was ticked.</param>
/// <param name="TextVersion">Which wording was shown. Null: the form does not say.</param>
/// <param name="At">UTC instant.</param>
/// <param name="RemoteAddress">The visitor's network address. Null: unknown.</param>
public sealed record Consent(bool Given, string? TextVersion, DateTimeOffset At, Sealed? RemoteAddress);
