namespace MedCrm.Contracts.Chat;

/// <summary>Command of a connector to Chat: a contact shut the channel to us (blocked the bot), or opened it again.</summary>
/// <param name="Channel">Our bot: <c>telegram/main</c>.</param>
/// <param name="ExternalConversationId">The channel's own thread, as in <see cref="ReceiveInboundMessage.ExternalConversationId"/>.</param>
/// <param name="SubjectId">The contact.</param>
/// <param name="Reachable">False: nothing we send will arrive.</param>
/// <param name="At">UTC instant by the channel's clock. Of two reports the later one counts.</param>
[WireName("chat.report-reachability/1")]
public sealed record ReportReachability(
    string Channel,
    string ExternalConversationId,
    DataSubjectId SubjectId,
    bool Reachable,
    DateTimeOffset At) : IAboutSubject;

/// <summary>Event of Chat: a conversation can no longer be answered, or can be again.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="SubjectId">The contact.</param>
/// <param name="ReplyBy">How an answer would travel. Null: it cannot be answered in writing.</param>
/// <param name="At">UTC instant.</param>
[WireName("chat.reachability-changed/1")]
public sealed record ReachabilityChanged(
    ConversationId ConversationId,
    DataSubjectId SubjectId,
    ChannelKind? ReplyBy,
    DateTimeOffset At) : IAboutSubject;
