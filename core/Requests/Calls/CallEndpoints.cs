using System.Text.RegularExpressions;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Requests.Calls;

/// <summary>A manager calls a contact.</summary>
/// <param name="CallId">Chosen by the browser: a repeated click is the same call.</param>
/// <param name="RequestId">Whose contact to call.</param>
/// <param name="Phone">E.164, another number of theirs, as on the patient's card. Null: the contact's own.</param>
public sealed record CallBack(CallId CallId, RequestId RequestId, string? Phone);

/// <param name="CallId">The call.</param>
public sealed record CallAccepted(CallId CallId);

/// <param name="Extension">2 to 20 digits. Null or empty: no telephone.</param>
public sealed record ExtensionBody(string? Extension);

/// <summary>The person behind a call.</summary>
/// <param name="Requests">Their latest requests, at most three, the open ones first.</param>
public sealed record CallerHistory(IReadOnlyList<RequestRow> Requests);

/// <summary>Calls, newest first.</summary>
/// <param name="Items">One page.</param>
/// <param name="Next">Give it as <c>before</c> to see older ones. Null: there are none.</param>
public sealed record CallPage(IReadOnlyList<CallItem> Items, DateTimeOffset? Next);

/// <summary>A call in a list.</summary>
/// <param name="Id">The call.</param>
/// <param name="At">UTC instant at which it began.</param>
/// <param name="Direction">Who called.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Outcome">What came of it. Null: it is not over.</param>
/// <param name="Phone">The number of the person outside. Null: hidden, or erased.</param>
/// <param name="Line">Our number. Null: unknown.</param>
/// <param name="Queue">The queue. Null: none.</param>
/// <param name="AnsweredBy">The extension that answered first. Null: nobody.</param>
/// <param name="WaitSeconds">Null: not known.</param>
/// <param name="TalkSeconds">Null: none, or not known.</param>
/// <param name="HasRecording">Whether there is something to listen to at <c>/api/calls/{id}/recording</c>.</param>
/// <param name="RequestId">The request it was written to. Null: none.</param>
public sealed record CallItem(
    CallId Id, DateTimeOffset At, CallDirection Direction, CallPhase Phase, CallOutcome? Outcome, Sealed? Phone, string? Line, string? Queue, string? AnsweredBy, int? WaitSeconds, int? TalkSeconds,
    bool HasRecording, RequestId? RequestId);

public static partial class CallEndpoints
{
    private const int MostCalls = 200;

    // A player jumps about in a recording; in what is larger than this it plays from the beginning only.
    private const long LargestToJumpIn = 24 * 1024 * 1024;

    internal static void Map(IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls");
        calls.MapGet("", ListAsync).WithName("listCalls");
        calls.MapPost("", PlaceAsync).WithName("placeCall").ProducesProblem(404).ProducesProblem(409);
        calls.MapGet("/extension", async (HttpContext http, IQuerySession session, CancellationToken ct) =>
            TypedResults.Ok(new ExtensionBody(await OwnAsync(session, http.Agent(), ct) is [var own, ..] ? own.Id : null))).WithName("getExtension");
        calls.MapPut("/extension", KeepExtensionAsync).WithName("setExtension").ProducesProblem(409);
        calls.MapGet("/{id}/history", HistoryAsync).WithName("getCallerHistory").ProducesProblem(404);
        calls.MapGet("/{id}/recording", RecordingAsync).WithName("getCallRecording").ProducesProblem(404);
    }

    private static async Task<Results<Accepted<CallAccepted>, ValidationProblem, ProblemHttpResult>> PlaceAsync(CallBack body, HttpContext http, IMessageBus bus, CancellationToken ct)
    {
        if (body.CallId.Value == Guid.Empty)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["callId"] = ["call.id-missing"] });
        }

        if (body.Phone is { } number && !E164().IsMatch(number))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["phone"] = ["call.phone-unreadable"] });
        }

        return await bus.InvokeAsync<string>(new ClickToCall(body.CallId, body.RequestId, body.Phone, http.Agent()), ct) is { Length: > 0 } refusal
            ? TypedResults.Problem(statusCode: refusal == "request.not-found" ? 404 : 409, title: refusal)
            : TypedResults.Accepted((string?)null, new CallAccepted(body.CallId));
    }

    private static async Task<Results<Ok<ExtensionBody>, ValidationProblem, ProblemHttpResult>> KeepExtensionAsync(ExtensionBody body, HttpContext http, IDocumentSession session, CancellationToken ct)
    {
        var agent = http.Agent();
        var extension = body.Extension?.Trim() ?? "";
        if (extension.Length > 0 && !Extension().IsMatch(extension))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["extension"] = ["call.extension-unreadable"] });
        }

        if (extension.Length > 0 && await session.LoadAsync<AgentExtension>(extension, ct) is { } taken && taken.AgentId != agent.Id.Value)
        {
            return TypedResults.Problem(statusCode: 409, title: "call.extension-taken", extensions: new Dictionary<string, object?> { ["assignee"] = taken.Agent });
        }

        foreach (var owned in await OwnAsync(session, agent, ct))
        {
            session.Delete(owned);
        }

        if (extension.Length > 0)
        {
            session.Store(new AgentExtension { Id = extension, AgentId = agent.Id.Value, AgentName = agent.Name });
        }

        await session.SaveChangesAsync(ct);
        return TypedResults.Ok(new ExtensionBody(extension.Length > 0 ? extension : null));
    }

    internal static Task<IReadOnlyList<AgentExtension>> OwnAsync(IQuerySession session, Agent agent, CancellationToken ct) =>
        session.QueryAsync<AgentExtension>("where data ->> 'agentId' = ?", ct, agent.Id.ToString());

    private static async Task<Results<Ok<CallerHistory>, ProblemHttpResult>> HistoryAsync(CallId id, HttpContext http, IQuerySession session, IPersonalDataVault vault, SeenLog seen, CancellationToken ct)
    {
        if (await session.LoadAsync<Call>(id.Value, ct) is not { } call)
        {
            return TypedResults.Problem(statusCode: 404, title: "call.not-found");
        }

        http.Response.Headers.CacheControl = "no-store";
        var requests = await session.QueryAsync<Request>(
            // On a family's telephone the one that the call joins comes first, as on the card.
            "where subject_key = ? order by (id = ?) desc, (status = 'Closed'), last_contact_at desc limit 3", ct, call.SubjectId.Value, call.RequestId?.Value ?? Guid.Empty);
        await vault.PrefetchAsync([call.SubjectId], ct);
        await seen.TellAsync(http.Agent(), SeenAs.Inbox, requests.Select(request => request.Seen()));
        return TypedResults.Ok(new CallerHistory([.. requests.Select(request => request.ToRow())]));
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> RecordingAsync(CallId id, HttpContext http, IQuerySession session, IBlobStore blobs, CancellationToken ct)
    {
        if (await session.LoadAsync<Call>(id.Value, ct) is not { Recording: { } recording } || await blobs.OpenAsync(recording.BlobId, ct) is not { } content)
        {
            return TypedResults.Problem(statusCode: 404, title: "call.no-recording");
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; media-src 'self'";
        var mediaType = recording.MediaType.StartsWith("audio/", StringComparison.Ordinal) ? recording.MediaType : "application/octet-stream";
        if (recording.Size > LargestToJumpIn)
        {
            return TypedResults.Stream(content, mediaType);
        }

        await using (content)
        {
            var whole = new MemoryStream((int)recording.Size);
            await content.CopyToAsync(whole, ct);
            whole.Position = 0;
            return TypedResults.Stream(whole, mediaType, enableRangeProcessing: true);
        }
    }

    private static async Task<Ok<CallPage>> ListAsync(bool? missed, DateTimeOffset? before, int? limit, HttpContext http, IQuerySession session, IPersonalDataVault vault, SeenLog seen, CancellationToken ct)
    {
        var take = Math.Clamp(limit ?? 50, 1, MostCalls);
        var until = (before ?? DateTimeOffset.MaxValue).ToUniversalTime();
        IQueryable<Call> calls = session.Query<Call>().Where(call => call.FirstAt < until);
        if (missed is { } wanted)
        {
            calls = wanted
                ? calls.Where(call => call.Phase == CallPhase.Ended && call.Direction != CallDirection.Outbound && call.Outcome != CallOutcome.Answered)
                : calls.Where(call => call.Phase != CallPhase.Ended || call.Direction == CallDirection.Outbound || call.Outcome == CallOutcome.Answered);
        }

        http.Response.Headers.CacheControl = "no-store";
        var page = await calls.OrderByDescending(call => call.FirstAt).Take(take).ToListAsync(ct);
        await vault.PrefetchAsync([.. page.Select(call => call.SubjectId).Distinct()], ct);
        await seen.TellAsync(http.Agent(), SeenAs.Inbox, page.Select(call => call.RequestId).OfType<RequestId>().Select(request => new SeenRequest(request, null)));
        return TypedResults.Ok(new CallPage(
            [.. page.Select(call => new CallItem(
                call.CallId, call.Began, call.Direction ?? CallDirection.Inbound, call.Phase, call.Outcome, call.Party?.Value, call.Line, call.Queue, call.AnsweredBy, call.Wait, call.Talk,
                call.Recording is not null, call.RequestId))],
            page.Count == take ? page[^1].FirstAt : null));
    }

    [GeneratedRegex(@"^[0-9]{2,20}\z")]
    private static partial Regex Extension();

    [GeneratedRegex(@"^\+[0-9]{7,15}\z")]
    private static partial Regex E164();
}

/// <summary>Stays in this process.</summary>
public sealed record ClickToCall(CallId CallId, RequestId RequestId, string? Phone, Agent By);

public static class ClickToCallHandler
{
    /// <summary>Empty: on its way, or a repeated click. Else a stable word: <c>request.not-found</c>, <c>call.no-phone</c>, <c>call.no-extension</c>.</summary>
    public static async Task<(string, OutgoingMessages)> Handle(ClickToCall command, IDocumentSession session, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        if (await session.LoadAsync<Call>(command.CallId.Value, ct) is not null)
        {
            return ("", []);
        }

        if (await session.LoadAsync<Request>(command.RequestId.Value, ct) is not { } request)
        {
            return ("request.not-found", []);
        }

        if (command.Phone is null && request.Phone is null)
        {
            return ("call.no-phone", []);
        }

        if (await CallEndpoints.OwnAsync(session, command.By, ct) is not [var telephone, ..])
        {
            return ("call.no-extension", []);
        }

        var now = clock.GetUtcNow();
        var subject = new DataSubjectId(request.SubjectKey);
        if (command.Phone is not null)
        {
            await vault.PrefetchAsync([subject], ct);
            if (vault.KeyOf(subject) is null)
            {
                // Erased: nobody's number is dialled, and nothing can be sealed for them.
                return ("call.no-phone", []);
            }
        }

        var phone = command.Phone is { } number ? vault.Seal(subject, number) : request.Phone!.Value;

        // Insert: of two clicks at one instant the second meets the first, and finds it when it is tried again.
        session.Insert(new Call
        {
            Id = command.CallId.Value,
            Rev = 1,
            SubjectId = subject,
            Direction = CallDirection.Outbound,
            Agents = [new CallAgent(telephone.Id)],
            StartedAt = now,
            FirstAt = now,
            RequestId = command.RequestId,
            PlacedBy = command.By,
        });
        return ("", [new PlaceCall(command.CallId, subject, null, phone, telephone.Id, command.By, now)]);
    }
}
