using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Sdk;

/// <summary>What a connector understood of one raw input. A raw input may hold none (it goes to quarantine) or several.</summary>
public abstract record InboundEvent
{
    /// <summary>Our bot, mailbox or form: <c>email/info</c>. Stable for the life of the channel.</summary>
    public required string Channel { get; init; }
}

/// <summary>Somebody wrote to us. Plain text here; <see cref="IInboundSink"/> seals it before it leaves the process or touches a disk.</summary>
public sealed record InboundMessage : InboundEvent
{
    /// <summary>The kind of channel.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>The message's key in its channel, by which repeats are recognised. No personal data: hash it where the channel offers nothing better. At most 200 characters.</summary>
    public required string ExternalMessageId { get; init; }

    /// <summary>Addresses the contact gave, the surest first; normalise them with <see cref="Addresses"/>. Empty: unknown, the message then stands alone under its own external id.</summary>
    public required IReadOnlyList<Address> From { get; init; }

    /// <summary>As the contact named themselves. Null: not given.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The date of birth as the contact wrote it, in whatever form; it helps to tell family members apart. Null: not given.</summary>
    public string? BirthDate { get; init; }

    /// <summary>The channel's own thread (a messenger's chat id). It travels open: hash it where it is a telephone or a mail address. Null: there is none and <see cref="References"/> decide.</summary>
    public string? ExternalConversationId { get; init; }

    /// <summary>External ids of earlier messages this one answers, nearest first. At most 50 are used.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Further external ids by which later messages may refer to this one (a mail's Message-ID).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it is about: an open request of the same person with the same topic is continued. Give the words (a mail's subject without "Re:", a form's key); only a hash travels.</summary>
    public required string Topic { get; init; }

    /// <summary>The subject line or the form's title. Null: none.</summary>
    public string? Subject { get; init; }

    /// <summary>Plain text. NUL is removed; beyond 100 000 characters it is cut and the whole kept as an attachment.</summary>
    public required string Text { get; init; }

    /// <summary>Parts of <see cref="Text"/> that a window may show folded, in its order and without overlaps.</summary>
    public IReadOnlyList<Fold> Folds { get; init; } = [];

    /// <summary>Files.</summary>
    public IReadOnlyList<InboundAttachment> Attachments { get; init; } = [];

    /// <summary>Fields of a form, in its order. Null: not a form.</summary>
    public IReadOnlyList<InboundFormField>? Form { get; init; }

    /// <summary>Consent given with the message. Null: none was asked.</summary>
    public InboundConsent? Consent { get; init; }

    /// <summary>Sent by a machine (auto-reply, newsletter): shown, but opens no request and stops no clock.</summary>
    public bool Automated { get; init; }

    /// <summary>Why it may be junk, stable words. Flagged, never dropped.</summary>
    public IReadOnlyList<string> Suspicions { get; init; } = [];

    /// <summary>UTC instant by the channel's clock. Null: the channel tells none, or a nonsense.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Our message whose button was pressed (<see cref="OutboundMessage.Choices"/>, <see cref="ChoiceData"/>); <see cref="Text"/> is then the button's words. Null: typed.</summary>
    public MessageId? ChoiceOf { get; init; }
}

/// <summary>The author rewrote a message, or a further piece of it arrived (albums come file by file). The change of a message that the hub does not know is taken for the message itself, so pieces may come in any order.</summary>
public sealed record InboundMessageChange : InboundEvent
{
    /// <summary>The message as it is now, or the further piece, under the same <see cref="InboundMessage.ExternalMessageId"/>. Files that the message has already may be named again after a rewriting; a piece brings only its own.</summary>
    public required InboundMessage Message { get; init; }

    /// <summary>The change's key within the message, by which repeats are recognised. At most 200 characters.</summary>
    public required string ChangeId { get; init; }

    /// <summary>UTC instant by the channel's clock at which the author rewrote it. Null: a further piece.</summary>
    public DateTimeOffset? EditedAt { get; init; }
}

/// <summary>The author took a message back. It is shown as removed, and its words stay. May come before the message.</summary>
public sealed record InboundMessageRemoval : InboundEvent
{
    /// <summary>As in <see cref="InboundMessage.ExternalMessageId"/>.</summary>
    public required string ExternalMessageId { get; init; }

    /// <summary>Who took it back, as in <see cref="InboundMessage.From"/>.</summary>
    public required Address Contact { get; init; }

    /// <summary>UTC instant by the channel's clock.</summary>
    public required DateTimeOffset RemovedAt { get; init; }
}

/// <summary>A contact shut the channel to us (blocked the bot), or opened it again.</summary>
public sealed record ReachabilityReport : InboundEvent
{
    /// <summary>The contact, as in <see cref="InboundMessage.From"/>.</summary>
    public required Address Contact { get; init; }

    /// <summary>As in <see cref="InboundMessage.ExternalConversationId"/>.</summary>
    public required string ExternalConversationId { get; init; }

    /// <summary>False: nothing we send will arrive.</summary>
    public required bool Reachable { get; init; }

    /// <summary>UTC instant by the channel's clock.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The channel tells what became of one of our answers: a bounce, a read receipt.</summary>
public sealed record DeliveryReport : InboundEvent
{
    /// <summary>Our answer. Set it when the report names our own id; else set <see cref="ExternalMessageId"/>.</summary>
    public MessageId? MessageId { get; init; }

    /// <summary>The channel's id of our answer. Null: <see cref="MessageId"/> is known.</summary>
    public string? ExternalMessageId { get; init; }

    /// <summary>How far it came.</summary>
    public required DeliveryStatus Status { get; init; }

    /// <summary>Why it failed; the words of <see cref="ReportDelivery.ReasonCode"/>. Null: did not fail.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The far side's own words. Null: none.</summary>
    public string? Detail { get; init; }
}

/// <summary>Facts about a call, in plain text; <see cref="IInboundSink"/> seals them. They may come in any order, repeat and be incomplete: what is null takes nothing back. See <see cref="CallChanged"/> for the meaning of each.</summary>
public sealed record InboundCall : InboundEvent
{
    /// <summary>The call's key in its exchange. No personal data. At most 200 characters.</summary>
    public required string ExternalCallId { get; init; }

    /// <summary>Set when the exchange names the call by the key that <see cref="ICallPlacer"/> gave it. Null: the Sdk finds the call by <see cref="ExternalCallId"/>.</summary>
    public CallId? CallId { get; init; }

    /// <summary>Who called.</summary>
    public CallDirection? Direction { get; init; }

    /// <summary>How far it has come.</summary>
    public required CallPhase Phase { get; init; }

    /// <summary>The person outside; normalise with <see cref="Addresses.Phone"/>.</summary>
    public Address? Party { get; init; }

    /// <summary>Our number.</summary>
    public string? Line { get; init; }

    /// <summary>The exchange's queue or group.</summary>
    public string? Queue { get; init; }

    /// <summary>Telephones of ours that rang or spoke.</summary>
    public IReadOnlyList<CallAgent> Agents { get; init; } = [];

    /// <summary>In the order in which they happened.</summary>
    public IReadOnlyList<CallTransfer> Transfers { get; init; } = [];

    /// <summary>UTC instant.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>UTC instant at which the first person answered.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>UTC instant.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What came of it.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>Whole seconds.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>Whole seconds.</summary>
    public int? TalkSeconds { get; init; }

    /// <summary>What was recorded.</summary>
    public InboundAttachment? Recording { get; init; }
}

/// <summary>One normalised address in plain text.</summary>
/// <param name="System">What kind of address.</param>
/// <param name="Value">As <see cref="Addresses"/> normalised it.</param>
public sealed record Address(ContactPointSystem System, string Value);

/// <summary>A file that came with a message.</summary>
/// <param name="FileName">As declared; the path is cut off and dangerous characters replaced when it is stored.</param>
/// <param name="MediaType">As declared.</param>
/// <param name="OpenAsync">Opens the content; called at most once, while <see cref="IInboundSink.AcceptAsync"/> runs.</param>
public sealed record InboundAttachment(string FileName, string MediaType, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>One field of a form.</summary>
/// <param name="Name">As the form names it.</param>
/// <param name="Value">As it was entered.</param>
public sealed record InboundFormField(string Name, string Value);

/// <summary>Consent as it was given.</summary>
/// <param name="Given">Whether the box was ticked.</param>
/// <param name="TextVersion">Which wording was shown. Null: the form does not say.</param>
/// <param name="RemoteAddress">The visitor's network address. Null: unknown.</param>
public sealed record InboundConsent(bool Given, string? TextVersion, string? RemoteAddress);
