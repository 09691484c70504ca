// What travels between an NServiceBus endpoint and MedCrm. Data alone, without a reference: an endpoint takes this file over as it is (samples/nservicebus-endpoint).
// Names are the contract: NServiceBus tells messages apart by namespace and type, System.Text.Json writes the properties as they stand here.
namespace MedCrm.Edge;

/// <summary>Command of an endpoint to MedCrm: somebody wrote. What is wrong with it goes to the quarantine, where a person sees it.</summary>
/// <param name="Id">The message's id in its channel, 1 to 200 characters, no personal data. A repeat under the same id is stored once.</param>
/// <param name="From">Who wrote; at least one address.</param>
/// <param name="Text">Plain text, 1 to 100 000 characters; may be empty where there are attachments.</param>
public sealed record ReceiveInboundMessage(string Id, Person From, string Text)
{
    /// <summary>The channel's thread, at most 200 characters. Null: the sender's account.</summary>
    public string? ConversationId { get; init; }

    /// <summary>An open request of the same person with the same topic is continued. Null: one topic for all.</summary>
    public string? Topic { get; init; }

    /// <summary>A subject line, at most 500 characters. Null: none.</summary>
    public string? Subject { get; init; }

    /// <summary>When it was written. Null: when the command was sent.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Written by a machine: shown, but opens no request.</summary>
    public bool Automated { get; init; }

    /// <summary>Ids of earlier messages it answers, nearest first, at most 50. Null: none.</summary>
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>Files, at most 20; with everything else the command has at most 16 MiB. Null: none.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }

    /// <summary>The <see cref="DeliverMessage.MessageId"/> of the answer whose button was pressed; <see cref="Text"/> is then the button's words. Null: typed.</summary>
    public Guid? ChoiceOf { get; init; }
}

/// <summary>Command of an endpoint to MedCrm: what became of an answer. May be sent with <c>context.Reply</c>.</summary>
/// <param name="MessageId">The <see cref="DeliverMessage.MessageId"/>.</param>
/// <param name="Status"><c>sent</c>, <c>delivered</c>, <c>read</c> or <c>failed</c>.</param>
public sealed record ReportDelivery(Guid MessageId, string Status)
{
    /// <summary>The channel's id of the answer, by which a later message may refer to it. Null: not told.</summary>
    public string? ExternalMessageId { get; init; }

    /// <summary>Of a failure, and only then: <c>bad-address</c>, <c>mailbox-full</c>, <c>rejected</c>, <c>too-large</c>, <c>expired</c>, <c>blocked</c>.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The channel's own words, at most 1000 characters. Null: none.</summary>
    public string? Detail { get; init; }
}

/// <summary>Command of MedCrm to an endpoint: send this to the contact. May come twice, always with the same <paramref name="MessageId"/> (also the NServiceBus message id): show it once.</summary>
/// <param name="MessageId">The answer.</param>
/// <param name="To">The account, as <see cref="Person.Account"/> named it.</param>
/// <param name="ToName">The contact's name. Null: unknown.</param>
/// <param name="Subject">Null: none.</param>
/// <param name="Text">Plain text.</param>
/// <param name="References">Ids of the messages so far, oldest first; the last one is answered.</param>
/// <param name="Attachments">Files, together at most 10 MiB.</param>
/// <param name="Choices">Answers to offer as buttons, one below the other: different from each other, at most 20 characters each. A press comes back as <see cref="ReceiveInboundMessage.ChoiceOf"/>. A channel without buttons leaves them out: the text stands alone. Null: none.</param>
public sealed record DeliverMessage(
    Guid MessageId, string To, string? ToName, string? Subject, string Text, IReadOnlyList<string> References, IReadOnlyList<Attachment> Attachments,
    IReadOnlyList<string>? Choices = null);

/// <summary>A person outside.</summary>
/// <param name="Account">Their id in the channel, at most 200 characters; answers go to it. Null: cannot be answered here.</param>
/// <param name="Phone">A telephone number. Null: not known.</param>
/// <param name="Email">A mail address. Null: not known.</param>
/// <param name="Name">As they call themselves, at most 200 characters. Null: not given.</param>
public sealed record Person(string? Account = null, string? Phone = null, string? Email = null, string? Name = null);

/// <summary>A file.</summary>
/// <param name="FileName">1 to 255 characters.</param>
/// <param name="MediaType">For example <c>image/png</c>.</param>
/// <param name="Content">Its bytes; in JSON base64.</param>
public sealed record Attachment(string FileName, string MediaType, byte[] Content);
