using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Vault;
using Wolverine;

namespace MedCrm.Chat.Messages;

/// <summary>Sends what no person has written: a confirmation, a reminder. The same notice again is the same message.</summary>
public static class SendNoticeHandler
{
    /// <summary>As a channel that shut itself says it.</summary>
    private const string ChannelOff = "channel-off";

    public static async Task<OutgoingMessages> Handle(SendNotice command, IDocumentSession session, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        if (await session.LoadAsync<Message>(command.MessageId.Value, ct) is not null)
        {
            return [];
        }

        var conversation = await session.LoadAsync<Conversation>(command.ConversationId.Value, ct)
            ?? throw new TransientFailureException($"Conversation {command.ConversationId} is not there yet.");
        await vault.EnsureKeyAsync(conversation.SubjectId, ct);
        await vault.PrefetchAsync([command.Text.Subject], ct);
        // A person may write from several addresses; what leaves is sealed for the one it leaves to.
        if (vault.Open(command.Text) is not { } words)
        {
            return [];
        }

        var text = vault.Seal(conversation.SubjectId, words);
        var now = clock.GetUtcNow();
        var route = conversation.Route();
        session.Insert(new Message
        {
            Id = command.MessageId.Value,
            ConversationId = conversation.ConversationId,
            SubjectId = conversation.SubjectId,
            Kind = MessageKind.Reply,
            Text = text,
            SentAt = now,
            Delivery = route is null ? DeliveryStatus.Failed : DeliveryStatus.Queued,
        });
        var sent = new NoticeSent(command.MessageId, conversation.ConversationId, conversation.SubjectId, route?.Kind, text, now);
        return route is null
            ? [sent, new MessageDeliveryChanged(command.MessageId, conversation.ConversationId, conversation.SubjectId, DeliveryStatus.Failed, ChannelOff, null, now)]
            :
            [
                sent,
                new DeliverMessage(
                    command.MessageId, conversation.ConversationId, conversation.SubjectId, route.Channel, route.To, conversation.ContactName, conversation.Subject, text, [.. conversation.Thread], [], command.Choices)
                    .ToEndpoint(ReplyRoute.QueueOf(route.Kind)),
            ];
    }
}
