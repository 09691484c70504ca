using MedCrm.Contracts.Chat;

namespace MedCrm.Connectors.Sdk;

/// <summary>A source that is asked (polling) or listened to (an open line). A channel that calls us is an <see cref="IWebhook"/>.</summary>
public interface IInboundSource
{
    /// <summary>Which of our channels it reads, for logs and health: <c>email/info</c>.</summary>
    string Channel { get; }

    /// <summary>Reads for ever and hands each input to the sink. The Sdk starts it again with a growing pause after <see cref="ConnectorNotReadyException"/>.</summary>
    /// <param name="ct">Stops the source; it must return within 5 seconds.</param>
    /// <exception cref="ConnectorNotReadyException">The channel is out of reach for now.</exception>
    /// <exception cref="ConnectorAuthRefusedException">The channel refused our credentials; it is tried again only after 15 minutes.</exception>
    /// <exception cref="ConnectorMisconfiguredException">Settings are wrong; it is not tried again until the process restarts.</exception>
    Task RunAsync(CancellationToken ct);
}

/// <summary>Sends answers into a channel.</summary>
public interface IOutboundSender
{
    /// <summary>Sends one answer. May be called again for the same <see cref="OutboundMessage.MessageId"/> after a crash: use it as the channel's own message id or idempotency key.</summary>
    /// <exception cref="ConnectorNotReadyException">The channel is out of reach; the Sdk tries again later.</exception>
    /// <exception cref="ConnectorAuthRefusedException">The channel refused our credentials; the Sdk tries again later.</exception>
    Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct);

    /// <summary>Which of the connector's channels sends an answer that names none of them, as one to a form does. Null, the default: the only one there is.</summary>
    string? DefaultChannel => null;
}

/// <summary>Asks a channel whether the settings work, without sending or reading anything.</summary>
public interface IConnectionTest
{
    /// <summary>One report per channel of the connector.</summary>
    Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct);
}

/// <summary>Whether a channel can be reached.</summary>
/// <param name="Channel">Which of our channels.</param>
/// <param name="Ok">Whether it works.</param>
/// <param name="Message">What was seen, and if it does not work what to do; for IT, no secrets.</param>
public sealed record ConnectionReport(string Channel, bool Ok, string Message);

/// <summary>An answer to send, opened.</summary>
/// <param name="MessageId">The idempotency key.</param>
/// <param name="Channel">Which of our channels sends. Null: the default one.</param>
/// <param name="To">The address.</param>
/// <param name="ToName">The contact's name. Null: unknown.</param>
/// <param name="Subject">The subject line. Null: none.</param>
/// <param name="Text">Plain text; empty where only files go.</param>
/// <param name="References">External ids of the thread so far, oldest first; the last is what is answered.</param>
/// <param name="Attachments">Files.</param>
/// <param name="Choices">Answers to offer as buttons, one below the other, each carrying <see cref="ChoiceData"/>; a press comes back as a message with the words of the button and <see cref="InboundMessage.ChoiceOf"/>. A channel without buttons leaves them out. Null: none.</param>
public sealed record OutboundMessage(
    MedCrm.Contracts.MessageId MessageId,
    string? Channel,
    string To,
    string? ToName,
    string? Subject,
    string Text,
    IReadOnlyList<string> References,
    IReadOnlyList<OutboundAttachment> Attachments,
    IReadOnlyList<string>? Choices = null);

/// <summary>A file to send.</summary>
/// <param name="FileName">The name to show.</param>
/// <param name="MediaType">For example <c>application/pdf</c>.</param>
/// <param name="OpenAsync">Opens the content.</param>
public sealed record OutboundAttachment(string FileName, string MediaType, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>What the channel said of an answer.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The channel took it over.</summary>
    /// <param name="ExternalMessageId">The channel's id of it. Null: it tells none.</param>
    public sealed record Sent(string? ExternalMessageId) : SendOutcome;

    /// <summary>Not now.</summary>
    /// <param name="After">How long to wait.</param>
    public sealed record RetryAfter(TimeSpan After) : SendOutcome;

    /// <summary>It will never be taken.</summary>
    /// <param name="ReasonCode">The words of <see cref="ReportDelivery.ReasonCode"/>.</param>
    /// <param name="Detail">The far side's own words. Null: none.</param>
    public sealed record Refused(string ReasonCode, string? Detail) : SendOutcome;
}
