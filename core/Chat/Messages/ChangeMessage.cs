using Marten;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Vault;

namespace MedCrm.Chat.Messages;

/// <summary>A contact rewrote a message, or a further piece of it arrived: drop repeats, keep what was said before, tell.</summary>
public static class ChangeInboundMessageHandler
{
    public static async Task<(MessageReceived?, MessageChanged?)> Handle(ChangeInboundMessage change, IDocumentSession session, IPersonalDataVault vault, CancellationToken ct)
    {
        var inbound = change.Message;
        var id = Message.IdOf(inbound.Channel, inbound.ExternalMessageId);
        if (await session.LoadAsync<Message>(id.Value, ct) is not { IsAwaited: false } message)
        {
            return (await ReceiveInboundMessageHandler.ReceiveAsync(inbound, change, session, ct), null);
        }

        if (message.Changes.Contains(change.ChangeId))
        {
            return (null, null);
        }

        message.Changes.Add(change.ChangeId);
        // The same file comes again with every change of its caption, under another id.
        var files = inbound.Attachments.Where(file => change.EditedAt is null || !message.Attachments.Exists(known => known.MediaType == file.MediaType && known.Size == file.Size)).ToArray();
        message.Attachments.AddRange(files);
        var isPreviewNew = change.EditedAt is { } editedAt ? message.Rewrite(inbound.Text, editedAt) : await AppendAsync(message, inbound, vault, ct);
        session.Store(files.Select(file => StoredAttachment.Of(file, message.ConversationId)).ToArray());
        session.Update(message);
        return (null, new MessageChanged(
            id, message.ConversationId, message.SubjectId, message.Text, isPreviewNew ? inbound.Preview : null, message.Attachments, message.Earlier, change.EditedAt, inbound.ReceivedAt));
    }

    /// <returns>True when the message begins with what was appended.</returns>
    private static async Task<bool> AppendAsync(Message message, ReceiveInboundMessage inbound, IPersonalDataVault vault, CancellationToken ct)
    {
        await vault.EnsureKeyAsync(message.SubjectId, ct);
        var (before, more) = (vault.Open(message.Text), vault.Open(inbound.Text));
        if (string.IsNullOrEmpty(more))
        {
            return false;
        }

        message.Text = string.IsNullOrEmpty(before) ? inbound.Text : vault.Seal(message.SubjectId, $"{before}\n{more}");
        return string.IsNullOrEmpty(before);
    }
}
