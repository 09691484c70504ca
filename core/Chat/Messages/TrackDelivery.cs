using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Messages;

/// <summary>A connector tells what became of an answer.</summary>
public static class ReportDeliveryHandler
{
    private const string Blocked = "blocked";

    public static async Task<(MessageDeliveryChanged?, ReachabilityChanged?)> Handle(ReportDelivery report, IDocumentSession session, CancellationToken ct)
    {
        var message = await session.LoadAsync<Message>(report.MessageId.Value, ct);
        if (message is null || !message.Report(report.Status))
        {
            return (null, null);
        }

        session.Update(message);
        var changed = new MessageDeliveryChanged(report.MessageId, message.ConversationId, message.SubjectId, report.Status, report.ReasonCode, report.Detail, report.At);
        if ((report.ExternalMessageId is null && report.ReasonCode != Blocked) || await session.LoadAsync<Conversation>(message.ConversationId.Value, ct) is not { } conversation)
        {
            return (changed, null);
        }

        if (report.ExternalMessageId is { } externalId)
        {
            conversation.Remember(externalId);
        }

        // Only where the answer left by the conversation's own channel does its refusal say something about it.
        var isShut = report.ReasonCode == Blocked && conversation.Kind is ChannelKind.Telegram or ChannelKind.Max && conversation.Reach(false, report.At);
        session.Update(conversation);
        return (changed, isShut ? new ReachabilityChanged(conversation.ConversationId, message.SubjectId, null, report.At) : null);
    }
}
