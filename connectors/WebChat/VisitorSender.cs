using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>Keeps an answer for the visitor, under the manager's message id; "sent" is no more than that. Delivered and read are her browser's words (<see cref="VisitorHub.Acknowledge"/>).</summary>
internal sealed class VisitorSender(Visitors visitors, History history, IPersonalDataVault vault, IBlobStore blobs, IOptionsMonitor<WebChatOptions> options) : IOutboundSender
{
    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        if (options.CurrentValue.Chats.Find(known => known.Channel == message.Channel) is not { } chat)
        {
            throw new ConnectorMisconfiguredException($"{message.Channel}: ответить нельзя, этого чата больше нет в Connectors:WebChat:Chats. Верните его в настройки.");
        }

        if (await visitors.ReachableAsync(chat, message.To, ct) is not { } visitor)
        {
            // Her browser has forgotten the conversation, or was told to: nobody would ever see the answer.
            return new SendOutcome.Refused("bad-address", null);
        }

        if (!await history.HasAsync(visitor, message.MessageId.Value, ct))
        {
            var subject = vault.SubjectOf(ContactPointSystem.Account, message.To);
            await vault.EnsureKeyAsync(subject, ct);
            var files = new List<EntryFile>(message.Attachments.Count);
            foreach (var attachment in message.Attachments)
            {
                await using var content = await attachment.OpenAsync(ct);
                var blob = await blobs.WriteAsync(subject, content, ct);
                files.Add(new(attachment.FileName, attachment.MediaType, blob.Size, blob.Id));
            }

            var repliesTo = message.References is [.., var last] ? MessageMapper.MessageOf(visitor, last) : null;
            await history.AddAnswerAsync(visitor, message.To, message.MessageId.Value, new(message.Text, files, repliesTo, message.Choices), ct);
        }

        return new SendOutcome.Sent(null);
    }
}
