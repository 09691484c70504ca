using System.Text.Json.Serialization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Identity;
using MedCrm.Patients.Access;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Contacts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Patients.CallList;

/// <summary>A patient to be called.</summary>
/// <param name="Id">Of the entry.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppointmentId">About which visit.</param>
/// <param name="RequestId">The request the visit was asked for in.</param>
/// <param name="PatientId">The MIS's own.</param>
/// <param name="PatientName">Null: the index has lost them.</param>
/// <param name="Phones">E.164.</param>
/// <param name="Slot">When, where and with whom.</param>
/// <param name="ListedAt">UTC instant.</param>
/// <param name="TakenBy">Who is calling now. Null: nobody.</param>
/// <param name="TakenUntil">UTC instant from which on anybody may take it again. Null: nobody has it.</param>
/// <param name="CallAt">UTC instant before which not to call again. Null: call now.</param>
/// <param name="Tries">Calls in vain so far.</param>
/// <param name="Result">What came of it. Null: still to be called.</param>
/// <param name="DoneAt">UTC instant. Null: still to be called.</param>
/// <param name="DoneBy">Null: nobody, it settled itself or is open.</param>
public sealed record CallListRow(
    Guid Id, CallReason Reason, AppointmentId AppointmentId, RequestId RequestId, string PatientId, string? PatientName, IReadOnlyList<string> Phones, AppointmentSlot Slot,
    DateTimeOffset ListedAt, Agent? TakenBy, DateTimeOffset? TakenUntil, DateTimeOffset? CallAt, int Tries, CallResult? Result, DateTimeOffset? DoneAt, Agent? DoneBy);

/// <param name="Items">The nearest visit first; those put off until later, last.</param>
public sealed record CallListPage(IReadOnlyList<CallListRow> Items);

/// <param name="Result">What came of the call; not <c>settled</c>.</param>
public sealed record CallDone([property: JsonRequired] CallResult Result);

/// <param name="Until">UTC instant, ahead and at most 14 days; of a visit to come, before it begins.</param>
public sealed record CallLater([property: JsonRequired] DateTimeOffset Until);

public sealed record TakeCall(Guid Id, Agent By);

public sealed record LeaveCall(Guid Id, Agent By);

/// <summary>They did not answer, or asked to be called later.</summary>
public sealed record PutOffCall(Guid Id, DateTimeOffset Until, Agent By);

public sealed record FinishCall(Guid Id, CallResult Result, Agent By);

/// <param name="Entry">As it is afterwards, or as somebody else left it.</param>
/// <param name="Refusal">A stable word: <c>call-list.not-found</c>, <c>call-list.taken</c>, <c>call-list.done</c>, <c>call-list.too-late</c> (put off until after the visit). Null: done.</param>
public sealed record CallListAnswer(CallListEntry? Entry, string? Refusal = null);

/// <summary>Whom to call, one manager at a time.</summary>
internal static class CallListEndpoints
{
    private const int Longest = 500;
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(14);

    public static void Map(IEndpointRouteBuilder api)
    {
        var list = api.MapGroup("/call-list");
        list.MapGet("", Get).WithName("getCallList");
        list.MapPost("/{id:guid}/take", (Guid id, HttpContext http, IMessageBus bus, CallListReading reading, CancellationToken ct) => Do(new TakeCall(id, http.Agent()), http, bus, reading, ct)).WithName("takeCall").ProducesProblem(404).ProducesProblem(409);
        list.MapPost("/{id:guid}/leave", (Guid id, HttpContext http, IMessageBus bus, CallListReading reading, CancellationToken ct) => Do(new LeaveCall(id, http.Agent()), http, bus, reading, ct)).WithName("leaveCall").ProducesProblem(404).ProducesProblem(409);
        list.MapPost("/{id:guid}/later", async Task<Results<Ok<CallListRow>, ValidationProblem, ProblemHttpResult>> (Guid id, CallLater body, HttpContext http, IMessageBus bus, CallListReading reading, TimeProvider clock, CancellationToken ct) =>
            body.Until <= clock.GetUtcNow() || body.Until > clock.GetUtcNow() + Furthest
                ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["until"] = ["call-list.until-out-of-range"] })
                : Checked(await Do(new PutOffCall(id, body.Until.ToUniversalTime(), http.Agent()), http, bus, reading, ct))).WithName("putOffCall").ProducesProblem(404).ProducesProblem(409);
        list.MapPost("/{id:guid}/done", async Task<Results<Ok<CallListRow>, ValidationProblem, ProblemHttpResult>> (Guid id, CallDone body, HttpContext http, IMessageBus bus, CallListReading reading, CancellationToken ct) =>
            body.Result == CallResult.Settled
                ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["result"] = ["call-list.result-unknown"] })
                : Checked(await Do(new FinishCall(id, body.Result, http.Agent()), http, bus, reading, ct))).WithName("finishCall").ProducesProblem(404).ProducesProblem(409);
    }

    /// <param name="reason">Only for this reason.</param>
    /// <param name="done">True: only what is done, the latest first. Default: what is to be called.</param>
    /// <param name="limit">1 to 500; default 100.</param>
    private static async Task<Results<Ok<CallListPage>, ValidationProblem>> Get(CallReason? reason, bool? done, int? limit, HttpContext http, IQuerySession session, CallListReading reading, TimeProvider clock, CancellationToken ct)
    {
        if (limit is < 1 or > Longest)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = ["call-list.limit-out-of-range"] });
        }

        var entries = await session.QueryAsync<CallListEntry>(
            done == true
                ? "where done_at is not null and (? = '' or reason = ?) order by done_at desc limit ?"
                : "where done_at is null and (? = '' or reason = ?) order by coalesce(call_at <= ?, true) desc, starts_at, id limit ?",
            ct, [reason?.ToString() ?? "", reason?.ToString() ?? "", .. done == true ? Array.Empty<object>() : [clock.GetUtcNow()], limit ?? 100]);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new CallListPage(await reading.RowsAsync(entries, http.Agent(), ct)));
    }

    private static Results<Ok<CallListRow>, ValidationProblem, ProblemHttpResult> Checked(Results<Ok<CallListRow>, ProblemHttpResult> answer) => answer.Result switch
    {
        Ok<CallListRow> ok => ok,
        ProblemHttpResult problem => problem,
        _ => throw new InvalidOperationException("A command answers with an entry or a problem."),
    };

    private static async Task<Results<Ok<CallListRow>, ProblemHttpResult>> Do(object command, HttpContext http, IMessageBus bus, CallListReading reading, CancellationToken ct)
    {
        var answer = await bus.InvokeAsync<CallListAnswer>(command, ct);
        if (answer is not { Entry: { } entry, Refusal: null })
        {
            return TypedResults.Problem(
                statusCode: answer.Refusal == "call-list.not-found" ? 404 : 409, title: answer.Refusal,
                extensions: new Dictionary<string, object?> { ["takenBy"] = answer.Entry?.TakenBy, ["doneBy"] = answer.Entry?.DoneBy });
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok((await reading.RowsAsync([entry], http.Agent(), ct))[0]);
    }
}

/// <summary>Entries with names and telephones, and an entry of the access log for each patient.</summary>
public sealed class CallListReading(PatientSearch patients, AccessLog log)
{
    internal async Task<IReadOnlyList<CallListRow>> RowsAsync(IReadOnlyList<CallListEntry> entries, Agent reader, CancellationToken ct)
    {
        await log.WriteAsync(reader, AccessPurpose.Appointment, entries is [var only] ? only.RequestId : null, [.. entries.Select(entry => entry.PatientId).Distinct()], ct);

        var rows = new List<CallListRow>();
        foreach (var entry in entries)
        {
            var patient = await patients.GetAsync(entry.PatientId, ct);
            rows.Add(new CallListRow(
                entry.Id, entry.Reason, new AppointmentId(entry.AppointmentKey), entry.RequestId, entry.PatientId, patient?.Person.FullName, patient?.Person.Phones ?? [], entry.Slot,
                entry.ListedAt, entry.TakenBy, entry.TakenBy is null ? null : entry.TakenAt + CallListCommandHandler.Keep, entry.CallAt, entry.Tries, entry.Result, entry.DoneAt, entry.DoneBy));
        }

        return rows;
    }
}

public static class CallListCommandHandler
{
    /// <summary>Who walked away from the telephone does not keep a patient for ever.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromMinutes(15);

    public static async Task<(CallListAnswer, WorkListChanged?)> Handle(TakeCall command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (entry, refusal, now) = await FindAsync(command.Id, command.By, session, clock, ct);
        if (refusal is null)
        {
            (entry!.TakenBy, entry.TakenAt) = (command.By, now);
        }

        return Kept(entry, refusal, session, now);
    }

    public static async Task<(CallListAnswer, WorkListChanged?)> Handle(LeaveCall command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (entry, refusal, now) = await FindAsync(command.Id, command.By, session, clock, ct);
        if (refusal is null)
        {
            (entry!.TakenBy, entry.TakenAt) = (null, null);
        }

        return Kept(entry, refusal, session, now);
    }

    public static async Task<(CallListAnswer, WorkListChanged?)> Handle(PutOffCall command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (entry, refusal, now) = await FindAsync(command.Id, command.By, session, clock, ct);
        if (refusal is null && entry!.StartsAt > now && command.Until >= entry.StartsAt)
        {
            refusal = "call-list.too-late";
        }

        if (refusal is null && entry!.CallAt != command.Until)
        {
            (entry.CallAt, entry.Tries, entry.TakenBy, entry.TakenAt) = (command.Until, entry.Tries + 1, null, null);
        }

        return Kept(entry, refusal, session, now);
    }

    /// <summary>What the patient said on the telephone is noted in the visit; moving and cancelling are clicks of their own.</summary>
    public static async Task<(CallListAnswer, WorkListChanged?, ConfirmVisit?)> Handle(FinishCall command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (entry, refusal, now) = await FindAsync(command.Id, command.By, session, clock, ct);
        if (refusal == "call-list.done" && entry!.Result == command.Result && entry.DoneBy?.Id == command.By.Id)
        {
            // The same click once more.
            return (new CallListAnswer(entry), null, null);
        }

        if (refusal is null)
        {
            (entry!.Result, entry.DoneAt, entry.DoneBy, entry.TakenBy) = (command.Result, now, command.By, null);
        }

        var (answer, changed) = Kept(entry, refusal, session, now);
        return (answer, changed, refusal is null && command.Result == CallResult.Confirmed ? new ConfirmVisit(new AppointmentId(entry!.AppointmentKey), command.By) : null);
    }

    private static (CallListAnswer, WorkListChanged?) Kept(CallListEntry? entry, string? refusal, IDocumentSession session, DateTimeOffset now)
    {
        if (refusal is not null)
        {
            return (new CallListAnswer(entry, refusal), null);
        }

        session.Update(entry!);
        return (new CallListAnswer(entry), new WorkListChanged(WorkList.Calls, now));
    }

    private static async Task<(CallListEntry? Entry, string? Refusal, DateTimeOffset Now)> FindAsync(Guid id, Agent by, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (entry, now) = (await session.LoadAsync<CallListEntry>(id, ct), clock.GetUtcNow());
        var refusal = entry switch
        {
            null => "call-list.not-found",
            { DoneAt: not null } => "call-list.done",
            { TakenBy: { } other } when other.Id != by.Id && now - entry.TakenAt < Keep => "call-list.taken",
            _ => null,
        };
        return (entry, refusal, now);
    }
}
