using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Requests.Life;

/// <param name="Until">UTC instant, in the future.</param>
public sealed record SnoozeBody(DateTimeOffset Until);

/// <param name="MessageId">Chosen by the browser: a repeated click is the same note.</param>
/// <param name="Text">Plain text, 1 to 20 000 characters.</param>
public sealed record NoteBody(MessageId MessageId, string Text);

/// <param name="Reason">Why, at most 2000 characters. Null: not said.</param>
public sealed record CloseBody(Outcome? Outcome, string? Reason);

/// <summary>What people do with a request, over HTTP.</summary>
internal static class LifeEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var request = api.MapGroup("/requests/{id}").ProducesProblem(404).ProducesProblem(409);
        request.MapPost("/claim", (RequestId id, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Answer(bus, new ClaimRequest(id, http.Agent()), ct)).WithName("claimRequest");
        request.MapPost("/release", (RequestId id, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Answer(bus, new ReleaseRequest(id, http.Agent(), http.User.IsInRole(Roles.Supervisor) || http.User.IsInRole(Roles.Admin)), ct)).WithName("releaseRequest");
        // To whom, the gateway has looked up and signed; it describes this, too.
        request.MapPost("/assign", async Task<Results<Ok<RequestRow>, ValidationProblem, ProblemHttpResult>> (RequestId id, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            http.Assignee() is { } assignee
                ? Checked(await Answer(bus, new AssignRequest(id, assignee, http.Agent()), ct))
                : TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["agentId"] = ["request.assignee-missing"] })).ExcludeFromDescription();
        request.MapPost("/read", (RequestId id, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Answer(bus, new ReadRequest(id, http.Agent()), ct)).WithName("readRequest");
        request.MapPost("/snooze", (RequestId id, SnoozeBody body, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Answer(bus, new SnoozeRequest(id, body.Until, http.Agent()), ct)).WithName("snoozeRequest");
        request.MapPost("/reopen", (RequestId id, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Answer(bus, new ReopenRequest(id, http.Agent()), ct)).WithName("reopenRequest");
        request.MapPost("/notes", async Task<Results<Ok<RequestRow>, ValidationProblem, ProblemHttpResult>> (RequestId id, NoteBody body, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            body.MessageId.Value == Guid.Empty ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["messageId"] = ["message.id-missing"] })
            : string.IsNullOrWhiteSpace(body.Text) ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["text"] = ["message.text-missing"] })
            : body.Text.Length > 20_000 ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["text"] = ["message.text-too-long"] })
            : Checked(await Answer(bus, new NoteRequest(id, body.MessageId, body.Text, http.Agent()), ct))).WithName("noteRequest");
        request.MapPost("/close", async Task<Results<Ok<RequestRow>, ValidationProblem, ProblemHttpResult>> (RequestId id, CloseBody body, HttpContext http, IMessageBus bus, CancellationToken ct) =>
        {
            if (body.Outcome is not { } outcome)
            {
                return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["outcome"] = ["request.outcome-missing"] });
            }

            if (body.Reason is { Length: > 2000 })
            {
                return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["reason"] = ["request.reason-too-long"] });
            }

            return Checked(await Answer(bus, new CloseRequest(id, outcome, body.Reason, http.Agent()), ct));
        }).WithName("closeRequest");
    }

    /// <summary>The same answer, where a mistake in the body would have been another one.</summary>
    private static Results<Ok<RequestRow>, ValidationProblem, ProblemHttpResult> Checked(Results<Ok<RequestRow>, ProblemHttpResult> answer) => answer.Result switch
    {
        Ok<RequestRow> ok => ok,
        ProblemHttpResult problem => problem,
        _ => throw new InvalidOperationException("A command answers with a row or a problem."),
    };

    private static async Task<Results<Ok<RequestRow>, ProblemHttpResult>> Answer(IMessageBus bus, object command, CancellationToken ct)
    {
        var answer = await bus.InvokeAsync<RequestAnswer>(command, ct);
        return answer.Row is { } row
            ? TypedResults.Ok(row)
            : TypedResults.Problem(
                statusCode: answer.Refusal switch
                {
                    "request.not-found" => StatusCodes.Status404NotFound,
                    "request.until-past" => StatusCodes.Status400BadRequest,
                    _ => StatusCodes.Status409Conflict,
                },
                title: answer.Refusal,
                extensions: answer.Assignee is { } assignee ? new Dictionary<string, object?> { ["assignee"] = assignee } : null);
    }
}
