using System.ComponentModel.DataAnnotations;
using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Chat.Messages;

/// <summary>A manager answers a contact.</summary>
/// <param name="MessageId">Chosen by the browser: a repeated click is the same message.</param>
/// <param name="Text">Plain text, 1 to 20 000 characters; may be empty where there are files.</param>
/// <param name="Attachments">Files of this conversation, by <see cref="UploadedAttachment.BlobId"/>: at most 10, together at most 20 MiB. Null: none.</param>
public sealed record SendMessage(MessageId MessageId, [property: Required(AllowEmptyStrings = true), StringLength(20_000)] string Text, IReadOnlyList<Guid>? Attachments = null);

/// <summary>The answer is stored and on its way; its delivery is reported in the timeline.</summary>
public sealed record MessageAccepted(MessageId MessageId);

public static class SendMessageEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/conversations/{conversationId}/messages", Post).WithName("sendMessage").ProducesProblem(404).ProducesProblem(409).ProducesProblem(413);

    private static async Task<Results<Accepted<MessageAccepted>, ValidationProblem, ProblemHttpResult>> Post(
        ConversationId conversationId, SendMessage command, HttpContext http, IMessageBus bus, CancellationToken ct)
    {
        IReadOnlyList<Guid> files = [.. (command.Attachments ?? []).Distinct()];
        if (Checks.Of(command.MessageId, command.Text, 20_000, mayBeBlank: files.Count > 0) is { } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var outcome = await bus.InvokeAsync<SendOutcome>(new SendReply(conversationId, command.MessageId, command.Text ?? "", http.Agent(), files), ct);
        return outcome switch
        {
            SendOutcome.Accepted => TypedResults.Accepted((string?)null, new MessageAccepted(command.MessageId)),
            SendOutcome.NotFound => TypedResults.Problem(statusCode: 404, title: "conversation.not-found"),
            SendOutcome.CannotReply => TypedResults.Problem(statusCode: 409, title: "conversation.cannot-reply", detail: "The contact left no address that can be answered in writing."),
            SendOutcome.UnknownAttachment => TypedResults.Problem(statusCode: 400, title: "attachment.not-found", detail: "A file is none of this conversation; hand it over again."),
            SendOutcome.TooLarge => TypedResults.Problem(statusCode: 413, title: "attachment.too-large", detail: $"At most {SendReplyHandler.MostFiles} files and {UploadAttachmentEndpoint.LargestBytes} bytes together."),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }
}

/// <summary>Stays in this process, so its text is not sealed.</summary>
public sealed record SendReply(ConversationId ConversationId, MessageId MessageId, string Text, Agent Agent, IReadOnlyList<Guid> Attachments);

public enum SendOutcome
{
    Accepted,
    NotFound,
    CannotReply,
    UnknownAttachment,
    TooLarge,
}

public static class SendReplyHandler
{
    internal const int MostFiles = 10;

    public static async Task<(SendOutcome, OutgoingMessages)> Handle(
        SendReply command, IDocumentSession session, IPersonalDataVault vault, RetentionOptions retention, TimeProvider clock, CancellationToken ct)
    {
        var conversation = await session.LoadAsync<Conversation>(command.ConversationId.Value, ct);
        if (conversation is null)
        {
            return (SendOutcome.NotFound, []);
        }

        if (await session.LoadAsync<Message>(command.MessageId.Value, ct) is { } earlier)
        {
            // A repeated click. A foreign conversation under the same id is no repeat.
            return (earlier.ConversationId == conversation.ConversationId ? SendOutcome.Accepted : SendOutcome.NotFound, []);
        }

        if (conversation.Route() is not { } route)
        {
            return (SendOutcome.CannotReply, []);
        }

        if (command.Attachments.Count > MostFiles)
        {
            return (SendOutcome.TooLarge, []);
        }

        var now = clock.GetUtcNow();
        var kept = (await session.LoadManyAsync<StoredAttachment>(ct, command.Attachments)).ToDictionary(file => file.Id);
        if (command.Attachments.Any(id => !kept.TryGetValue(id, out var file) || file.ConversationId != conversation.ConversationId || file.IsForgotten(retention.UnsentUploads, now)))
        {
            return (SendOutcome.UnknownAttachment, []);
        }

        if (kept.Values.Sum(file => file.Size) > UploadAttachmentEndpoint.LargestBytes)
        {
            return (SendOutcome.TooLarge, []);
        }

        foreach (var file in kept.Values.Where(file => file.UploadedAt is not null))
        {
            // Update: one that is being removed at this moment is not there any more, and nothing is sent.
            file.UploadedAt = null;
            session.Update(file);
        }

        List<Attachment> files = [.. command.Attachments.Select(id => kept[id].ToAttachment())];
        await vault.EnsureKeyAsync(conversation.SubjectId, ct);
        var text = vault.Seal(conversation.SubjectId, command.Text);
        // Insert: of two simultaneous clicks the database lets one through, and the retry of the other finds it.
        session.Insert(new Message
        {
            Id = command.MessageId.Value,
            ConversationId = conversation.ConversationId,
            SubjectId = conversation.SubjectId,
            Kind = MessageKind.Reply,
            Text = text,
            Agent = command.Agent,
            SentAt = now,
            Delivery = DeliveryStatus.Queued,
            Attachments = files,
        });
        var deliver = new DeliverMessage(
            command.MessageId, conversation.ConversationId, conversation.SubjectId, route.Channel, route.To, conversation.ContactName, conversation.Subject, text, [.. conversation.Thread], files);
        return (SendOutcome.Accepted,
        [
            // First what was said, then the order to send it: a quick channel would report on an answer that nobody has heard of.
            new ReplySent(command.MessageId, conversation.ConversationId, conversation.SubjectId, command.Agent, route.Kind, text, now, files.Count > 0 ? files : null),
            deliver.ToEndpoint(ReplyRoute.QueueOf(route.Kind)),
        ]);
    }
}
