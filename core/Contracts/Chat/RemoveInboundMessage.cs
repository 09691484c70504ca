namespace MedCrm.Contracts.Chat;

/// <summary>Command of a connector to Chat: the author took a message back. It is shown as removed; what it said stays, for a clinic must be able to prove what it was told.</summary>
/// <remarks>May come before the message itself; its mark then waits for it. Repeats change nothing.</remarks>
/// <param name="Channel">Our bot: <c>max/main</c>.</param>
/// <param name="ExternalMessageId">As in <see cref="ReceiveInboundMessage.ExternalMessageId"/>.</param>
/// <param name="SubjectId">Who took it back.</param>
/// <param name="RemovedAt">UTC instant by the channel's clock.</param>
[WireName("chat.remove-inbound-message/1")]
public sealed record RemoveInboundMessage(
    string Channel,
    string ExternalMessageId,
    DataSubjectId SubjectId,
    DateTimeOffset RemovedAt) : IAboutSubject;

/// <summary>Event of Chat: a contact took a message back.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="SubjectId">Who wrote it.</param>
/// <param name="RemovedAt">UTC instant by the channel's clock.</param>
[WireName("chat.message-removed/1")]
public sealed record MessageRemoved(
    MessageId MessageId,
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    DateTimeOffset RemovedAt) : IAboutSubject;
