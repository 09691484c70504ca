using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Identity;
using MedCrm.Patients.Access;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Patients.Appointments;

/// <summary>Holds and visits over HTTP. A click waits a moment for the MIS; what takes longer is told by the live line.</summary>
internal static class AppointmentEndpoints
{
    private const int LongestId = 200;
    private const int LongestKey = 100;
    private const int LongestReason = 200;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/slots/{slotId}/hold", Hold).WithName("holdSlot").ProducesProblem(404).ProducesProblem(409);
        api.MapDelete("/holds/{id:guid}", LetGo).WithName("releaseHold");
        api.MapPost("/appointments", Book).WithName("bookAppointment").ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/appointments", List).WithName("listAppointments");
        var visit = api.MapGroup("/appointments/{id}").ProducesProblem(404).ProducesProblem(409);
        visit.MapGet("", Get).WithName("getAppointment");
        visit.MapPost("/reschedule", Reschedule).WithName("rescheduleAppointment");
        visit.MapPost("/cancel", Cancel).WithName("cancelAppointment");
        visit.MapPost("/confirm", Confirm).WithName("confirmAppointment");
    }

    private static async Task<Results<Created<SlotHoldDetails>, ProblemHttpResult>> Hold(string slotId, HoldBody? body, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct)
    {
        var answer = await bus.InvokeAsync<HoldAnswer>(new HoldSlot(slotId, body?.RequestId, http.Agent()), ct);
        return answer.Hold is { ExpiresAt: { } expires } hold
            ? TypedResults.Created($"/api/holds/{hold.Id}", new SlotHoldDetails(hold.Id, hold.SlotId, expires, hold.By))
            : await reading.RefusedAsync(answer.Refusal!, ct);
    }

    private static async Task<NoContent> LetGo(Guid id, HttpContext http, IMessageBus bus, CancellationToken ct)
    {
        await bus.InvokeAsync(new LetGo(id, http.Agent()), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Created<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>> Book(
        BookingBody body, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct)
    {
        if (Mistakes(("patientId", body.PatientId, LongestId), ("slotId", body.SlotId, LongestId), ("idempotencyKey", body.IdempotencyKey, LongestKey)) is { } mistakes)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var answer = await bus.InvokeAsync<VisitAnswer>(new BookVisit(body.RequestId, body.PatientId!, body.SlotId!, body.IdempotencyKey!, http.Agent()), ct);
        if (answer.AppointmentId is not { } id)
        {
            return await reading.RefusedAsync(answer.Refusal!, ct);
        }

        var visit = await reading.WaitAsync(id, now => now.Errand != Errand.Book || now.Delay is not null, ct);
        if (visit is { Status: AppointmentStatus.Cancelled, Problem: { } problem })
        {
            return await reading.RefusedAsync(problem, visit, ct);
        }

        var details = await reading.OneAsync(visit, http.Agent(), ct);
        return visit.Errand == Errand.Book
            ? TypedResults.Accepted($"/api/appointments/{id}", details)
            : TypedResults.Created($"/api/appointments/{id}", details);
    }

    private static Task<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>> Reschedule(
        AppointmentId id, RescheduleBody body, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct) =>
        Mistakes(("slotId", body.SlotId, LongestId), ("idempotencyKey", body.IdempotencyKey, LongestKey)) is { } mistakes
            ? Task.FromResult<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>>(TypedResults.ValidationProblem(mistakes))
            : Change(new MoveVisit(id, body.SlotId!, body.IdempotencyKey!, http.Agent()), body.IdempotencyKey!, now => now.Move is null, http, bus, reading, ct);

    private static Task<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>> Cancel(
        AppointmentId id, CancelBody body, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct) =>
        Mistakes(("idempotencyKey", body.IdempotencyKey, LongestKey)) is { } mistakes
            ? Task.FromResult<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>>(TypedResults.ValidationProblem(mistakes))
            : body.Reason?.Length > LongestReason
                ? Task.FromResult<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>>(
                    TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["reason"] = ["appointment.reason-too-long"] }))
                : Change(new CancelVisit(id, body.Reason, body.IdempotencyKey!, http.Agent()), body.IdempotencyKey!, now => now.Cancel is null, http, bus, reading, ct);

    private static Task<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>> Confirm(
        AppointmentId id, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct) =>
        Change(new ConfirmVisit(id, http.Agent()), "", _ => true, http, bus, reading, ct);

    private static async Task<Results<Ok<AppointmentDetails>, Accepted<AppointmentDetails>, ValidationProblem, ProblemHttpResult>> Change(
        object command, string key, Func<Appointment, bool> settled, HttpContext http, IMessageBus bus, AppointmentReading reading, CancellationToken ct)
    {
        var answer = await bus.InvokeAsync<VisitAnswer>(command, ct);
        if (answer.AppointmentId is not { } id)
        {
            return await reading.RefusedAsync(answer.Refusal!, ct);
        }

        var visit = await reading.WaitAsync(id, now => settled(now) || now.Delay is not null, ct);
        if (visit.Problem is { } problem && problem.Key == key)
        {
            return await reading.RefusedAsync(problem, visit, ct);
        }

        var details = await reading.OneAsync(visit, http.Agent(), ct);
        return settled(visit) ? TypedResults.Ok(details) : TypedResults.Accepted($"/api/appointments/{id}", details);
    }

    private static async Task<Results<Ok<AppointmentDetails>, ProblemHttpResult>> Get(AppointmentId id, HttpContext http, AppointmentReading reading, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return await reading.FindAsync(id, ct) is { } visit
            ? TypedResults.Ok(await reading.OneAsync(visit, http.Agent(), ct))
            : TypedResults.Problem(statusCode: 404, title: "appointment.not-found");
    }

    /// <param name="requestId">Visits asked for in this request.</param>
    /// <param name="contactId">Visits asked for by this person, also before a merge.</param>
    /// <param name="patientId">Visits of this patient that were asked for here.</param>
    private static async Task<Results<Ok<AppointmentList>, ValidationProblem>> List(
        Guid? requestId, Guid? contactId, string? patientId, HttpContext http, AppointmentReading reading, CancellationToken ct)
    {
        if (requestId is null && contactId is null && string.IsNullOrEmpty(patientId))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["requestId"] = ["appointments.filter-missing"] });
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AppointmentList(await reading.ListAsync(requestId, contactId, patientId, http.Agent(), ct)));
    }

    private static Dictionary<string, string[]>? Mistakes(params ReadOnlySpan<(string Field, string? Value, int Longest)> fields)
    {
        var mistakes = new Dictionary<string, string[]>();
        foreach (var (field, value, longest) in fields)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                mistakes[field] = [$"appointment.{field}-missing"];
            }
            else if (value.Length > longest)
            {
                mistakes[field] = [$"appointment.{field}-too-long"];
            }
        }

        return mistakes.Count == 0 ? null : mistakes;
    }
}

/// <summary>Shows visits to a person, and writes down whose they saw.</summary>
public sealed class AppointmentReading(IDocumentStore store, ContactBook book, PatientSearch patients, FreeSlots slots, ClinicTime time, BookingOptions options, AccessLog log, TimeProvider clock)
{
    private const int MostVisits = 100;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    /// <summary>Waits a moment for the MIS's answer.</summary>
    /// <returns>The visit as it is then.</returns>
    internal async Task<Appointment> WaitAsync(AppointmentId id, Func<Appointment, bool> settled, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var visit = await FindAsync(id, ct) ?? throw new InvalidOperationException("A visit that was just accepted is not there.");
            if (settled(visit) || clock.GetElapsedTime(began) >= options.Wait)
            {
                return visit;
            }

            await Task.Delay(Pace, clock, ct);
        }
    }

    /// <summary>Waits a moment for a visit whose booking is on its way.</summary>
    /// <returns>As far as it has come. Null: the booking has not begun.</returns>
    internal async Task<Appointment?> ComingAsync(AppointmentId id, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var visit = await FindAsync(id, ct);
            if (visit is { Errand: not Errand.Book } or { Delay: not null } || clock.GetElapsedTime(began) >= options.Wait)
            {
                return visit;
            }

            await Task.Delay(Pace, clock, ct);
        }
    }

    internal async Task<Appointment?> FindAsync(AppointmentId id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Appointment>(id.Value, ct);
    }

    internal async Task<AppointmentDetails> OneAsync(Appointment visit, Agent reader, CancellationToken ct)
    {
        await log.WriteAsync(reader, AccessPurpose.Appointment, visit.RequestId, [visit.PatientId], ct);
        return await DetailsAsync(visit, await slots.DirectoryAsync(ct), ct);
    }

    internal async Task<IReadOnlyList<AppointmentDetails>> ListAsync(Guid? request, Guid? contact, string? patient, Agent reader, CancellationToken ct)
    {
        // Whoever was merged into a person asked for them as well.
        var contacts = contact is { } one ? (await book.ViewAsync(new ContactId(one), ct))?.MemberIds.Select(member => member.Value).ToArray() ?? [one] : [];
        (string Where, object Value)?[] filters =
        [
            request is { } of ? ("request_key = ?", of) : null, contact is null ? null : ("contact_key = any(?)", contacts), string.IsNullOrEmpty(patient) ? null : ("patient_id = ?", patient),
        ];
        var chosen = filters.OfType<(string Where, object Value)>().ToList();
        await using var session = store.QuerySession();
        var found = (await session.QueryAsync<Appointment>($"where {string.Join(" and ", chosen.Select(filter => filter.Where))} limit {MostVisits}", ct, [.. chosen.Select(filter => filter.Value)]))
            .OrderByDescending(visit => visit.Slot.Start).ToList();
        await log.WriteAsync(reader, AccessPurpose.Appointment, request is { } why ? new RequestId(why) : null, [.. found.Select(visit => visit.PatientId).Distinct()], ct);
        var directory = await slots.DirectoryAsync(ct);
        var details = new List<AppointmentDetails>();
        foreach (var visit in found)
        {
            details.Add(await DetailsAsync(visit, directory, ct));
        }

        return details;
    }

    /// <summary>A refusal with what the window needs to go on: who has the slot, and the nearest others.</summary>
    internal async Task<ProblemHttpResult> RefusedAsync(SlotRefusal refusal, CancellationToken ct)
    {
        var directory = refusal.Alternatives.Count == 0 ? MisDirectory.Empty : await slots.DirectoryAsync(ct);
        return TypedResults.Problem(
            statusCode: refusal.Code switch
            {
                "slot.not-found" or "request.not-found" or "patient.not-found" or "appointment.not-found" => 404,
                "mis.away" => 503,
                _ => 409,
            },
            title: refusal.Code,
            extensions: new Dictionary<string, object?>
            {
                ["heldBy"] = refusal.Holder?.By,
                ["heldUntil"] = refusal.Holder?.ExpiresAt,
                ["alternatives"] = refusal.Alternatives.Select(slot => Row(slot, directory)).ToList(),
            });
    }

    /// <summary>The same for a refusal of the MIS.</summary>
    internal async Task<ProblemHttpResult> RefusedAsync(AppointmentProblem problem, Appointment visit, CancellationToken ct)
    {
        var directory = await slots.DirectoryAsync(ct);
        return TypedResults.Problem(
            statusCode: 409, title: problem.Code, detail: problem.Text,
            extensions: new Dictionary<string, object?> { ["appointmentId"] = visit.AppointmentId, ["alternatives"] = problem.Alternatives.Select(slot => Row(slot, directory)).ToList() });
    }

    private async Task<AppointmentDetails> DetailsAsync(Appointment visit, MisDirectory directory, CancellationToken ct) => new(
        visit.AppointmentId, visit.Rev, visit.RequestId, new AppointmentPatient(visit.PatientId, (await patients.GetAsync(visit.PatientId, ct))?.Person.FullName), visit.Status, visit.Truth,
        Row(visit.Slot, directory), visit.Move is { } move ? Row(move.Target, directory) : null, visit.Cancel is not null, visit.Delay,
        visit.Problem is { } problem ? new AppointmentRefusal(problem.Code, problem.Text, [.. problem.Alternatives.Select(slot => Row(slot, directory))]) : null,
        visit.Difference, visit.ConfirmedAt, visit.By, visit.CreatedAt, visit.ChangedAt);

    private SlotRow Row(AppointmentSlot slot, MisDirectory directory) => GetSlotsEndpoint.Row(slot.OfMis(), directory, time) with
    {
        // As they were called when it was asked for, also when the directory has lost them.
        Practitioner = new Named(slot.PractitionerId, slot.PractitionerName),
        Location = new Named(slot.LocationId, slot.LocationName),
    };
}
