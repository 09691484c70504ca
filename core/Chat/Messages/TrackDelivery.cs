using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Messages;

/// <summary>A connector tells what became of an answer.</summary>
public static class ReportDeliveryHandler
{
    public static async Task<MessageDeliveryChanged?> Handle(ReportDelivery report, IDocumentSession session, CancellationToken ct)
    {
        var message = await session.LoadAsync<Message>(report.MessageId.Value, ct);
        if (message is null || !message.Report(report.Status))
        {
            return null;
        }

        session.Update(message);
        if (report.ExternalMessageId is { } externalId && await session.LoadAsync<Conversation>(message.ConversationId.Value, ct) is { } conversation)
        {
            conversation.Remember(externalId);
            session.Update(conversation);
        }

        return new MessageDeliveryChanged(report.MessageId, message.ConversationId, message.SubjectId, report.Status, report.ReasonCode, report.Detail, report.At);
    }
}
