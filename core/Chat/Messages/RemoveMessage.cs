using Marten;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Messages;

/// <summary>A contact took a message back: mark it, keep it, tell.</summary>
public static class RemoveInboundMessageHandler
{
    public static async Task<MessageRemoved?> Handle(RemoveInboundMessage removal, IDocumentSession session, CancellationToken ct)
    {
        var id = Message.IdOf(removal.Channel, removal.ExternalMessageId);
        if (await session.LoadAsync<Message>(id.Value, ct) is not { } message)
        {
            session.Insert(Message.RemovedAhead(id, removal));
            return null;
        }

        if (message.RemovedAt is not null)
        {
            return null;
        }

        message.RemovedAt = removal.RemovedAt;
        session.Update(message);
        return new MessageRemoved(id, message.ConversationId, message.SubjectId, removal.RemovedAt);
    }
}
