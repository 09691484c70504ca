using Marten;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Conversations;

/// <summary>A contact blocked our bot, or let it in again.</summary>
public static class ReportReachabilityHandler
{
    public static async Task<ReachabilityChanged?> Handle(ReportReachability report, IDocumentSession session, CancellationToken ct)
    {
        // Who never wrote has no conversation, and nobody waits for an answer.
        if (await session.LoadAsync<Conversation>(Conversation.IdOf(report.Channel, report.ExternalConversationId).Value, ct) is not { } conversation
            || !conversation.Reach(report.Reachable, report.At))
        {
            return null;
        }

        session.Update(conversation);
        return new ReachabilityChanged(conversation.ConversationId, conversation.SubjectId, conversation.Route()?.Kind, report.At);
    }
}
