using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Wolverine;

namespace MedCrm.Patients.Appointments;

// What people want of slots and visits. They come from HTTP, are handled in this process and answered at once; what the MIS says comes later.

public sealed record HoldSlot(string SlotId, RequestId? RequestId, Agent By);

public sealed record LetGo(Guid HoldId, Agent By);

/// <param name="Key">The idempotency key: the same key in the same request is the same visit.</param>
public sealed record BookVisit(RequestId RequestId, string PatientId, string SlotId, string Key, Agent By);

public sealed record MoveVisit(AppointmentId AppointmentId, string SlotId, string Key, Agent By);

/// <param name="By">Null: the patient.</param>
public sealed record CancelVisit(AppointmentId AppointmentId, string? Reason, string Key, Agent? By);

/// <param name="By">Null: the patient themselves.</param>
public sealed record ConfirmVisit(AppointmentId AppointmentId, Agent? By);

/// <param name="Hold">Null: refused.</param>
/// <param name="Refusal">Null: held.</param>
public sealed record HoldAnswer(SlotHold? Hold, SlotRefusal? Refusal = null);

/// <param name="AppointmentId">The visit. Null: refused before there was one.</param>
/// <param name="Refusal">Null: accepted; what the MIS says will stand in the visit.</param>
public sealed record VisitAnswer(AppointmentId? AppointmentId, SlotRefusal? Refusal = null)
{
    public static VisitAnswer No(string code) => new(null, new SlotRefusal(code, null, []));
}

/// <summary>Why a slot or a visit cannot be had.</summary>
/// <param name="Code">A stable word: <c>slot.not-found</c>, <c>slot.past</c>, <c>slot.taken</c>, <c>slot.held</c>, <c>request.not-found</c>, <c>patient.not-found</c>, <c>mis.away</c>, <c>idempotency-key.reused</c>, <c>appointment.not-found</c>, <c>appointment.busy</c> (the MIS has not answered the last wish yet), <c>appointment.over</c>.</param>
/// <param name="Holder">Who has it. Null: nobody of ours.</param>
/// <param name="Alternatives">The nearest free slots.</param>
public sealed record SlotRefusal(string Code, SlotHold? Holder, IReadOnlyList<AppointmentSlot> Alternatives);

public static class HoldHandler
{
    public static async Task<(HoldAnswer, OutgoingMessages)> Handle(HoldSlot command, IDocumentSession session, SlotDesk slots, SlotHolds holds, BookingOptions options, TimeProvider clock, CancellationToken ct)
    {
        var (slot, refusal) = await slots.WantedAsync(command.SlotId, ct);
        if (refusal is not null)
        {
            return (new HoldAnswer(null, refusal), []);
        }

        var now = clock.GetUtcNow();
        // The same manager and slot are the same hold, so that it can be let go of by the id that was first told.
        var hold = new SlotHold(
            DeterministicId.From("hold", slot!.SlotId, command.By.Id.ToString()), slot.SlotId, slot.PractitionerId, slot.Start, slot.End, command.By, command.RequestId, null, now + options.HoldFor);
        return await holds.TryTakeAsync(session, hold, ct) is { } other
            ? (new HoldAnswer(null, await slots.HeldAsync(slot, other, ct)), [])
            : (new HoldAnswer(hold), [hold.Told(held: true, booked: false, now)]);
    }

    /// <summary>Letting go of what is gone is no mistake.</summary>
    public static async Task<OutgoingMessages> Handle(LetGo command, IDocumentSession session, TimeProvider clock, CancellationToken ct) =>
        [.. (await SlotHolds.ReleaseAsync(session, command.HoldId, command.By.Id, ct)).Select(hold => hold.Told(held: false, booked: false, clock.GetUtcNow()))];
}

public static class BookVisitHandler
{
    public static async Task<(VisitAnswer, OutgoingMessages)> Handle(
        BookVisit command, IDocumentSession session, AppointmentLog log, SlotDesk slots, SlotHolds holds, PatientSearch patients, IMisGateway mis, BookingOptions options, TimeProvider clock, CancellationToken ct)
    {
        var id = Appointment.IdOf(command.RequestId, command.Key);
        if (await RepeatAsync(command, id, session, ct) is { } repeat)
        {
            return (repeat, []);
        }

        if (await session.LoadAsync<RequestContact>(command.RequestId.Value, ct) is not { } request)
        {
            return (VisitAnswer.No("request.not-found"), []);
        }

        var (slot, refusal) = await slots.WantedAsync(command.SlotId, ct);
        if (refusal is not null)
        {
            // What is in the way may be what another click of the same moment has booked.
            return (await RepeatAsync(command, id, session, ct) ?? new VisitAnswer(null, refusal), []);
        }

        var (patientId, unknown) = await PatientAsync(command.PatientId, patients, mis, ct);
        if (patientId is null)
        {
            return (VisitAnswer.No(unknown!), []);
        }

        var now = clock.GetUtcNow();
        var hold = new SlotHold(Guid.CreateVersion7(), slot!.SlotId, slot.PractitionerId, slot.Start, slot.End, command.By, command.RequestId, id, null);
        if (await holds.TryTakeAsync(session, hold, ct) is { } other)
        {
            return (new VisitAnswer(null, await slots.HeldAsync(slot, other, ct)), []);
        }

        var visit = await log.BeginAsync(id, new AppointmentProposed(command.RequestId, request.ContactId, request.SubjectId, patientId, slot, command.Key, command.By, now, command.PatientId));
        var (saga, run) = AppointmentBooking.Begin(visit, options, now);
        session.Insert(saga);
        return (new VisitAnswer(id), [.. run, hold.Told(held: true, booked: false, now)]);
    }

    /// <summary>A repeated click, or a key that stands for something else already. Null: neither.</summary>
    private static async Task<VisitAnswer?> RepeatAsync(BookVisit command, AppointmentId id, IDocumentSession session, CancellationToken ct) =>
        await session.LoadAsync<Appointment>(id.Value, ct) is not { } before ? null
        : before.AskedFor(command.PatientId, command.SlotId) ? new VisitAnswer(id)
        : VisitAnswer.No("idempotency-key.reused");

    /// <returns>The patient as the MIS has them now (two cards may have become one), or why there is none.</returns>
    private static async Task<(string? Id, string? Refusal)> PatientAsync(string id, PatientSearch patients, IMisGateway mis, CancellationToken ct)
    {
        if (await patients.GetAsync(id, ct) is { } known)
        {
            return (known.Id, null);
        }

        try
        {
            return await mis.GetPatientAsync(id, ct) is { } found ? (found.Id, null) : (null, "patient.not-found");
        }
        catch (MisUnavailableException)
        {
            return (null, "mis.away");
        }
    }
}

public static class VisitCommandHandler
{
    public static async Task<(VisitAnswer, OutgoingMessages)> Handle(
        MoveVisit command, IDocumentSession session, AppointmentLog log, SlotDesk slots, SlotHolds holds, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.AppointmentId, ct) is not { Aggregate: { } visit } stream)
        {
            return (VisitAnswer.No("appointment.not-found"), []);
        }

        if (visit.Keys.Contains(command.Key) || visit.Slot.SlotId == command.SlotId)
        {
            return (new VisitAnswer(command.AppointmentId), []);
        }

        var now = clock.GetUtcNow();
        if (!visit.Status.Stands() || visit.Slot.Start <= now)
        {
            return (VisitAnswer.No("appointment.over"), []);
        }

        if (visit.Errand is not (Errand.None or Errand.Confirm))
        {
            return (VisitAnswer.No("appointment.busy"), []);
        }

        var (slot, refusal) = await slots.WantedAsync(command.SlotId, ct);
        if (refusal is not null)
        {
            return (new VisitAnswer(null, refusal), []);
        }

        var hold = new SlotHold(Guid.CreateVersion7(), slot!.SlotId, slot.PractitionerId, slot.Start, slot.End, command.By, visit.RequestId, visit.AppointmentId, null);
        if (await holds.TryTakeAsync(session, hold, ct) is { } other)
        {
            return (new VisitAnswer(null, await slots.HeldAsync(slot, other, ct)), []);
        }

        await log.AppendAsync(stream, new MoveAsked(slot, command.Key, command.By, now));
        return (new VisitAnswer(command.AppointmentId), [.. await log.WishAsync(visit, ct), hold.Told(held: true, booked: false, now)]);
    }

    public static async Task<(VisitAnswer, OutgoingMessages)> Handle(CancelVisit command, AppointmentLog log, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.AppointmentId, ct) is not { Aggregate: { } visit } stream)
        {
            return (VisitAnswer.No("appointment.not-found"), []);
        }

        // Cancelling what is cancelled, or about to be, is the same wish.
        if (visit.Status == AppointmentStatus.Cancelled || visit.Cancel is not null || visit.Keys.Contains(command.Key))
        {
            return (new VisitAnswer(command.AppointmentId), []);
        }

        if (visit.Status is AppointmentStatus.NoShow or AppointmentStatus.Fulfilled or AppointmentStatus.Arrived)
        {
            return (VisitAnswer.No("appointment.over"), []);
        }

        Sealed? reason = null;
        if (!string.IsNullOrWhiteSpace(command.Reason))
        {
            await vault.EnsureKeyAsync(visit.SubjectId, ct);
            reason = vault.Seal(visit.SubjectId, command.Reason);
        }

        await log.AppendAsync(stream, new CancelAsked(reason, command.Key, command.By, clock.GetUtcNow()));
        return (new VisitAnswer(command.AppointmentId), await log.WishAsync(visit, ct));
    }

    public static async Task<(VisitAnswer, OutgoingMessages)> Handle(ConfirmVisit command, AppointmentLog log, TimeProvider clock, CancellationToken ct)
    {
        if (await log.FindAsync(command.AppointmentId, ct) is not { Aggregate: { } visit } stream)
        {
            return (VisitAnswer.No("appointment.not-found"), []);
        }

        if (visit.Status != AppointmentStatus.Booked)
        {
            return (VisitAnswer.No(visit.Status.Stands() && visit.MisId is null ? "appointment.busy" : "appointment.over"), []);
        }

        if (visit.ConfirmedAt is not null)
        {
            return (new VisitAnswer(command.AppointmentId), []);
        }

        await log.AppendAsync(stream, new AppointmentConfirmed(command.By, clock.GetUtcNow()));
        return (new VisitAnswer(command.AppointmentId), await log.WishAsync(visit, ct));
    }
}

internal static class Wanted
{
    /// <summary>A slot somebody wants, and why it cannot be had.</summary>
    public static async Task<(AppointmentSlot? Slot, SlotRefusal? Refusal)> WantedAsync(this SlotDesk slots, string slotId, CancellationToken ct) => await slots.FindAsync(slotId, ct) switch
    {
        null => (null, new SlotRefusal("slot.not-found", null, [])),
        (var slot, { } refusal) => (slot, new SlotRefusal(refusal, null, await slots.NearestAsync(slot, ct))),
        (var slot, null) => (slot, null),
    };

    /// <summary>Somebody of ours has it: thinks about it, or books it at this moment.</summary>
    public static async Task<SlotRefusal> HeldAsync(this SlotDesk slots, AppointmentSlot slot, SlotHold other, CancellationToken ct) =>
        new(other.AppointmentId is null ? "slot.held" : "slot.taken", other, await slots.NearestAsync(slot, ct));
}
