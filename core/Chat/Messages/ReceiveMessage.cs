using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Messages;

/// <summary>A contact's message arrives: drop repeats, find or open the conversation, store, tell.</summary>
public static class ReceiveInboundMessageHandler
{
    public static Task<MessageReceived?> Handle(ReceiveInboundMessage inbound, IDocumentSession session, CancellationToken ct) => ReceiveAsync(inbound, null, session, ct);

    /// <param name="change">The message came as a change of one that nobody knows. Null: it came by itself.</param>
    internal static async Task<MessageReceived?> ReceiveAsync(ReceiveInboundMessage inbound, ChangeInboundMessage? change, IDocumentSession session, CancellationToken ct)
    {
        var id = Message.IdOf(inbound.Channel, inbound.ExternalMessageId);
        var expected = ExpectedConversation(inbound, id);
        var batch = session.CreateBatchQuery();
        var repeat = batch.Load<Message>(id.Value);
        var known = batch.Load<Conversation>(expected.Value);
        await batch.Execute(ct);
        var awaited = await repeat;
        if (awaited is { IsAwaited: false })
        {
            return null;
        }

        var conversation = await known ?? await ReferredTo(inbound, session, ct);
        if (conversation is null)
        {
            conversation = Conversation.Open(expected, inbound);
            conversation.Learn(inbound);
            session.Insert(conversation);
        }
        else
        {
            conversation.Learn(inbound);
            session.Update(conversation);
        }

        var message = new Message
        {
            Id = id.Value,
            ConversationId = conversation.ConversationId,
            SubjectId = inbound.SubjectId,
            Kind = MessageKind.Inbound,
            Text = inbound.Text,
            SentAt = inbound.SentAt,
            Attachments = [.. inbound.Attachments],
            EditedAt = change?.EditedAt,
            Changes = change is null ? [] : [change.ChangeId],
            RemovedAt = awaited?.RemovedAt,
        };
        if (awaited is null)
        {
            session.Insert(message);
        }
        else
        {
            session.Update(message);
        }

        // Store, not Insert: a hostile mail may repeat somebody's Message-ID, and a mail lives also without being referred to.
        session.Store(inbound.Aliases.Select(alias => new MessageAlias { Id = MessageAlias.IdOf(inbound.Channel, alias), ConversationId = conversation.ConversationId }).ToArray());
        session.Store(inbound.Attachments.Select(file => StoredAttachment.Of(file, conversation.ConversationId)).ToArray());

        return new MessageReceived(
            id, conversation.ConversationId, inbound.SubjectId, inbound.Kind, inbound.Channel, conversation.ContactPoints, conversation.ContactName,
            inbound.Topic, inbound.Subject, inbound.Text, inbound.Preview, inbound.Attachments, inbound.Form, inbound.Consent, inbound.Automated,
            inbound.Suspicions, inbound.SentAt, inbound.ReceivedAt, conversation.Route()?.Kind, inbound.BirthDate, message.RemovedAt, inbound.Folds, inbound.RawInputId, inbound.ChoiceOf);
    }

    /// <summary>A channel with threads names its thread; without one, a message that refers to nothing begins its own.</summary>
    private static ConversationId ExpectedConversation(ReceiveInboundMessage inbound, MessageId id) =>
        inbound.ExternalConversationId is { } thread ? Conversation.IdOf(inbound.Channel, thread) : new(DeterministicId.From("conversation", id.ToString()));

    private static async Task<Conversation?> ReferredTo(ReceiveInboundMessage inbound, IDocumentSession session, CancellationToken ct)
    {
        if (inbound.References.Count == 0)
        {
            return null;
        }

        // Our own answers are known by the message id inside their external id, whatever channel the thread began on.
        var batch = session.CreateBatchQuery();
        var ours = inbound.References.Select(OurMessage).OfType<MessageId>().Select(id => batch.Load<Message>(id.Value)).ToArray();
        var theirs = inbound.References.Select(reference => batch.Load<MessageAlias>(MessageAlias.IdOf(inbound.Channel, reference))).ToArray();
        await batch.Execute(ct);
        var ids = (await Task.WhenAll(ours)).Select(message => message?.ConversationId)
            .Concat((await Task.WhenAll(theirs)).Select(alias => alias?.ConversationId))
            .OfType<ConversationId>()
            .Distinct();
        foreach (var id in ids)
        {
            if (await session.LoadAsync<Conversation>(id.Value, ct) is { } conversation && conversation.IsWith(inbound))
            {
                return conversation;
            }
        }

        return null;
    }

    /// <summary>An answer's external id begins with our message id: <c>{32 hex digits}@clinic.ru</c>.</summary>
    private static MessageId? OurMessage(string reference) =>
        reference.Length > 32 && reference[32] == '@' && Guid.TryParseExact(reference.AsSpan(0, 32), "N", out var id) ? new MessageId(id) : null;
}
