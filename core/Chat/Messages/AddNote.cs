using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Chat.Messages;

/// <summary>A manager leaves a note for colleagues; it never leaves the house.</summary>
/// <param name="MessageId">Chosen by the browser: a repeated click is the same note.</param>
/// <param name="Text">Plain text, 1 to 20 000 characters.</param>
public sealed record AddNote(MessageId MessageId, string Text);

public static class AddNoteEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/conversations/{conversationId}/notes", Post).WithName("addNote").ProducesProblem(404);

    private static async Task<Results<Accepted<MessageAccepted>, ValidationProblem, ProblemHttpResult>> Post(
        ConversationId conversationId, AddNote command, HttpContext http, IMessageBus bus, CancellationToken ct)
    {
        if (Checks.Of(command.MessageId, command.Text, 20_000) is { } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        return await bus.InvokeAsync<bool>(new WriteNote(conversationId, command.MessageId, command.Text, http.Agent()), ct)
            ? TypedResults.Accepted((string?)null, new MessageAccepted(command.MessageId))
            : TypedResults.Problem(statusCode: 404, title: "conversation.not-found");
    }
}

/// <summary>Stays in this process, so its text is not sealed.</summary>
public sealed record WriteNote(ConversationId ConversationId, MessageId MessageId, string Text, Agent Agent);

public static class WriteNoteHandler
{
    public static async Task<(bool, OutgoingMessages)> Handle(
        WriteNote command, IDocumentSession session, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var conversation = await session.LoadAsync<Conversation>(command.ConversationId.Value, ct);
        if (conversation is null)
        {
            return (false, []);
        }

        if (await session.LoadAsync<Message>(command.MessageId.Value, ct) is { } earlier)
        {
            return (earlier.ConversationId == conversation.ConversationId, []);
        }

        await vault.EnsureKeyAsync(conversation.SubjectId, ct);
        var text = vault.Seal(conversation.SubjectId, command.Text);
        var now = clock.GetUtcNow();
        session.Insert(new Message
        {
            Id = command.MessageId.Value,
            ConversationId = conversation.ConversationId,
            SubjectId = conversation.SubjectId,
            Kind = MessageKind.Note,
            Text = text,
            Agent = command.Agent,
            SentAt = now,
        });
        return (true, [new NoteAdded(command.MessageId, conversation.ConversationId, conversation.SubjectId, command.Agent, text, now)]);
    }
}
