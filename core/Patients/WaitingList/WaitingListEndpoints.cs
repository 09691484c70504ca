using System.Globalization;
using System.Text.Json.Serialization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Identity;
using MedCrm.Patients.Access;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Patients.WaitingList;

/// <summary>Put a patient on the waiting list. At least a specialty, a doctor or a branch is named; of each kind several are alternatives.</summary>
/// <param name="RequestId">The request in which it was asked for; offers go to its contact.</param>
/// <param name="PatientId">The MIS's id of the patient.</param>
/// <param name="FromDay">First day, by the branch's calendar. Null: today.</param>
/// <param name="ToDay">Last day, included. Null: 30 days after the first.</param>
/// <param name="After">Earliest start by the branch's clock, <c>HH:mm</c>, included. Null: any.</param>
/// <param name="Before">Starts before it, <c>HH:mm</c>. Null: any.</param>
/// <param name="IdempotencyKey">1 to 100 characters: the same key in the same request is the same wish.</param>
public sealed record WaitingBody(
    [property: JsonRequired] RequestId RequestId, string? PatientId, IReadOnlyList<string>? SpecialtyIds, IReadOnlyList<string>? PractitionerIds, IReadOnlyList<string>? LocationIds,
    DateOnly? FromDay, DateOnly? ToDay, string? After, string? Before, string? IdempotencyKey);

/// <summary>One who waits.</summary>
/// <param name="Id">Of the wish.</param>
/// <param name="RequestId">The request in which it was asked for.</param>
/// <param name="PatientId">The MIS's own.</param>
/// <param name="PatientName">Null: the index has lost them.</param>
/// <param name="Phones">E.164.</param>
/// <param name="Specialties">Names. Empty: any.</param>
/// <param name="Practitioners">Names. Empty: any.</param>
/// <param name="Locations">Names. Empty: any.</param>
/// <param name="FromDay">First day.</param>
/// <param name="ToDay">Last day, included.</param>
/// <param name="After">Earliest start, <c>HH:mm</c>. Null: any.</param>
/// <param name="Before">Starts before it, <c>HH:mm</c>. Null: any.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Offered">The slot that is offered now. Null: none.</param>
/// <param name="OfferUntil">UTC instant at which the offer ends. Null: none.</param>
/// <param name="AcceptedBy">The manager who took the offer for the patient. Null: nobody, or the patient did.</param>
/// <param name="AppointmentId">The visit that came of it. Null: none yet.</param>
/// <param name="By">Who put them on the list.</param>
/// <param name="CreatedAt">UTC instant; who came earlier is asked earlier.</param>
public sealed record WaitingRow(
    Guid Id, RequestId RequestId, string PatientId, string? PatientName, IReadOnlyList<string> Phones, IReadOnlyList<string> Specialties, IReadOnlyList<string> Practitioners, IReadOnlyList<string> Locations,
    DateOnly FromDay, DateOnly ToDay, string? After, string? Before, WaitingStatus Status, SlotRow? Offered, DateTimeOffset? OfferUntil, Agent? AcceptedBy, AppointmentId? AppointmentId, Agent By, DateTimeOffset CreatedAt);

/// <param name="Items">In the order in which they are asked.</param>
public sealed record WaitingPage(IReadOnlyList<WaitingRow> Items);

public sealed record AddWaiting(WaitingEntry Entry);

public sealed record RemoveWaiting(Guid Id);

/// <summary>What a manager says of an offer on behalf of the patient.</summary>
/// <param name="SlotId">The slot that was on the screen: another one may be offered by now.</param>
public sealed record OfferDecision(string? SlotId);

public sealed record AcceptOffer(Guid Id, string SlotId, Agent By);

public sealed record DeclineOffer(Guid Id, string SlotId, Agent By);

/// <param name="Entry">As it is afterwards, or as somebody else left it. Null: there is none.</param>
/// <param name="Refusal">A stable word: <c>waiting-list.not-found</c>, <c>waiting-list.taken</c> (accepted by a colleague or by the patient), <c>waiting-list.offer-over</c>. Null: done.</param>
public sealed record WaitingAnswer(WaitingEntry? Entry, string? Refusal = null);

internal static class WaitingListEndpoints
{
    private const int Longest = 500;
    private const int UsualDays = 30;
    private const int MostDays = 400;

    public static void Map(IEndpointRouteBuilder api)
    {
        var list = api.MapGroup("/waiting-list");
        list.MapGet("", Get).WithName("getWaitingList");
        list.MapPost("", Add).WithName("addToWaitingList").ProducesProblem(404);
        list.MapPost("/{id:guid}/accept", Accept).WithName("acceptOffer").ProducesProblem(404).ProducesProblem(409);
        list.MapPost("/{id:guid}/decline", Decline).WithName("declineOffer").ProducesProblem(404).ProducesProblem(409);
        list.MapDelete("/{id:guid}", Remove).WithName("removeFromWaitingList").ProducesProblem(404);
    }

    /// <param name="requestId">Only of this request.</param>
    /// <param name="all">True: those that ended too. Default: who waits or has an offer.</param>
    /// <param name="limit">1 to 500; default 100.</param>
    private static async Task<Results<Ok<WaitingPage>, ValidationProblem>> Get(Guid? requestId, bool? all, int? limit, HttpContext http, IQuerySession session, WaitingListReading reading, CancellationToken ct)
    {
        if (limit is < 1 or > Longest)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = ["waiting-list.limit-out-of-range"] });
        }

        var entries = await session.QueryAsync<WaitingEntry>(
            "where (? or status not in ('Booked', 'Removed', 'Expired')) and (? or request_key = ?) order by created_at, id limit ?", ct, all == true, requestId is null, requestId ?? Guid.Empty, limit ?? 100);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new WaitingPage(await reading.RowsAsync(entries, http.Agent(), ct)));
    }

    private static async Task<Results<Ok<WaitingRow>, ValidationProblem, ProblemHttpResult>> Add(
        WaitingBody body, HttpContext http, IMessageBus bus, IQuerySession session, WaitingListReading reading, FreeSlots slots, ClinicTime time, TimeProvider clock, CancellationToken ct)
    {
        var directory = await slots.DirectoryAsync(ct);
        var mistakes = new Dictionary<string, string[]>();
        var (specialties, practitioners, locations) = (body.SpecialtyIds ?? [], body.PractitionerIds ?? [], body.LocationIds ?? []);
        if (specialties.Count + practitioners.Count + locations.Count == 0)
        {
            mistakes["specialtyIds"] = ["waiting-list.nothing-named"];
        }

        Known("specialtyIds", specialties, directory.Specialties.Select(one => one.Id));
        Known("practitionerIds", practitioners, directory.Practitioners.Select(one => one.Id));
        Known("locationIds", locations, directory.Locations.Select(one => one.Id));
        var today = DateOnly.FromDateTime(time.Local(clock.GetUtcNow(), locations is [var only] ? only : ""));
        var from = body.FromDay is { } wished && wished > today ? wished : today;
        var to = body.ToDay ?? from.AddDays(UsualDays);
        if (to < from || to.DayNumber - from.DayNumber > MostDays)
        {
            mistakes["toDay"] = ["waiting-list.days-out-of-range"];
        }

        var (after, before) = (Minute("after", body.After, 0), Minute("before", body.Before, TimeRange.MinutesOfDay));
        if (after >= before)
        {
            mistakes["before"] = ["waiting-list.before-after"];
        }

        if (body.IdempotencyKey is not { Length: > 0 and <= 100 } key)
        {
            key = "";
            mistakes["idempotencyKey"] = ["waiting-list.key-missing"];
        }

        if (body.PatientId is not { Length: > 0 and <= 200 } patient)
        {
            patient = "";
            mistakes["patientId"] = ["patient.id-missing"];
        }

        if (mistakes.Count > 0)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        if (await session.LoadAsync<RequestContact>(body.RequestId.Value, ct) is not { } request)
        {
            return TypedResults.Problem(statusCode: 404, title: "request.not-found");
        }

        if (!await reading.KnowsAsync(patient, ct))
        {
            return TypedResults.Problem(statusCode: 404, title: "patient.not-found");
        }

        var answer = await bus.InvokeAsync<WaitingAnswer>(
            new AddWaiting(
                new WaitingEntry
                {
                    Id = DeterministicId.From("waiting", body.RequestId.ToString(), key),
                    RequestKey = body.RequestId.Value,
                    SubjectId = request.SubjectId,
                    PatientId = patient,
                    SpecialtyIds = specialties,
                    PractitionerIds = practitioners,
                    LocationIds = locations,
                    FromDay = from,
                    ToDay = to,
                    FromMinute = after,
                    ToMinute = before,
                    By = http.Agent(),
                    CreatedAt = clock.GetUtcNow(),
                }),
            ct);
        return TypedResults.Ok((await reading.RowsAsync([answer.Entry!], http.Agent(), ct))[0]);

        void Known(string name, IReadOnlyList<string> ids, IEnumerable<string> known)
        {
            if (ids.Except(known).Any())
            {
                mistakes[name] = ["waiting-list.unknown"];
            }
        }

        int Minute(string name, string? text, int otherwise)
        {
            if (string.IsNullOrEmpty(text))
            {
                return otherwise;
            }

            if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clockTime))
            {
                return (clockTime.Hour * 60) + clockTime.Minute;
            }

            mistakes[name] = ["slots.time-unreadable"];
            return otherwise;
        }
    }

    /// <summary>Books the offered slot in the manager's name. 200: the MIS has it; 202: it has not answered yet; 409: somebody was quicker, or the MIS refused and the patient waits on.</summary>
    private static async Task<Results<Ok<WaitingRow>, Accepted<WaitingRow>, ValidationProblem, ProblemHttpResult>> Accept(
        Guid id, OfferDecision body, HttpContext http, IMessageBus bus, AppointmentReading visits, WaitingListReading reading, CancellationToken ct)
    {
        if (Mistakes(body) is { } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var answer = await bus.InvokeAsync<WaitingAnswer>(new AcceptOffer(id, body.SlotId!, http.Agent()), ct);
        if (answer is not { Entry: { AppointmentId: { } visitId } entry, Refusal: null })
        {
            return Refused(answer);
        }

        var visit = await visits.ComingAsync(visitId, ct);
        if (visit is { Status: AppointmentStatus.Cancelled, Problem: { } problem })
        {
            await bus.InvokeAsync(new CheckAccepted(id), ct);
            return await visits.RefusedAsync(problem, visit, ct);
        }

        if (visit?.MisId is null)
        {
            return TypedResults.Accepted((string?)null, (await reading.RowsAsync([entry], http.Agent(), ct))[0]);
        }

        await bus.InvokeAsync(new CheckAccepted(id), ct);
        return TypedResults.Ok((await reading.RowsAsync([(await reading.FindAsync(id, ct))!], http.Agent(), ct))[0]);
    }

    private static async Task<Results<Ok<WaitingRow>, ValidationProblem, ProblemHttpResult>> Decline(
        Guid id, OfferDecision body, HttpContext http, IMessageBus bus, WaitingListReading reading, CancellationToken ct)
    {
        if (Mistakes(body) is { } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var answer = await bus.InvokeAsync<WaitingAnswer>(new DeclineOffer(id, body.SlotId!, http.Agent()), ct);
        return answer is { Entry: { } entry, Refusal: null } ? TypedResults.Ok((await reading.RowsAsync([entry], http.Agent(), ct))[0]) : Refused(answer);
    }

    private static Dictionary<string, string[]>? Mistakes(OfferDecision body) =>
        body.SlotId is { Length: > 0 and <= 200 } ? null : new() { ["slotId"] = ["waiting-list.slot-missing"] };

    private static ProblemHttpResult Refused(WaitingAnswer answer) => TypedResults.Problem(
        statusCode: answer.Entry is null ? 404 : 409, title: answer.Refusal, extensions: new Dictionary<string, object?> { ["takenBy"] = answer.Entry?.AcceptedBy });

    private static async Task<Results<Ok<WaitingRow>, ProblemHttpResult>> Remove(Guid id, HttpContext http, IMessageBus bus, WaitingListReading reading, CancellationToken ct) =>
        await bus.InvokeAsync<WaitingAnswer>(new RemoveWaiting(id), ct) is { Entry: { } entry }
            ? TypedResults.Ok((await reading.RowsAsync([entry], http.Agent(), ct))[0])
            : TypedResults.Problem(statusCode: 404, title: "waiting-list.not-found");
}

/// <summary>Wishes with names, and an entry of the access log for each patient.</summary>
public sealed class WaitingListReading(IDocumentStore store, PatientSearch patients, FreeSlots slots, ClinicTime time, AccessLog log)
{
    internal async Task<WaitingEntry?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<WaitingEntry>(id, ct);
    }

    internal async Task<bool> KnowsAsync(string patientId, CancellationToken ct) => await patients.GetAsync(patientId, ct) is not null;

    internal async Task<IReadOnlyList<WaitingRow>> RowsAsync(IReadOnlyList<WaitingEntry> entries, Agent reader, CancellationToken ct)
    {
        await log.WriteAsync(reader, AccessPurpose.Appointment, entries is [var only] ? only.RequestId : null, [.. entries.Select(entry => entry.PatientId).Distinct()], ct);

        var directory = await slots.DirectoryAsync(ct);
        var rows = new List<WaitingRow>();
        foreach (var entry in entries)
        {
            var patient = await patients.GetAsync(entry.PatientId, ct);
            rows.Add(new WaitingRow(
                entry.Id, entry.RequestId, entry.PatientId, patient?.Person.FullName, patient?.Person.Phones ?? [],
                [.. directory.Specialties.Where(one => entry.SpecialtyIds.Contains(one.Id)).Select(one => one.Name)],
                [.. directory.Practitioners.Where(one => entry.PractitionerIds.Contains(one.Id)).Select(one => one.Name)],
                [.. directory.Locations.Where(one => entry.LocationIds.Contains(one.Id)).Select(one => one.Name)],
                entry.FromDay, entry.ToDay, entry.FromMinute == 0 ? null : Clock(entry.FromMinute), entry.ToMinute == TimeRange.MinutesOfDay ? null : Clock(entry.ToMinute), entry.Status,
                entry.Offer is { } offer ? GetSlotsEndpoint.Row(offer.Slot.OfMis(), directory, time) : null, entry.OfferUntil, entry.AcceptedBy, entry.AppointmentId, entry.By, entry.CreatedAt));
        }

        return rows;
    }

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
