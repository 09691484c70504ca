using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Mis;
using Wolverine;
using Wolverine.Attributes;

namespace MedCrm.Patients.Appointments;

/// <summary>
/// Does at the MIS whatever a visit wants next, and writes down what came of it. May run twice, or be cut off anywhere: the key of the write was in
/// the MIS's journal before the call, so the next run finds what this one did.
/// </summary>
public static class RunErrandHandler
{
    /// <summary>Seconds. Every call to the MIS has a limit of its own, and whoever cuts off the errand before takes a slow MIS for a fault of ours.</summary>
    internal const int LongestRun = 900;

    [MessageTimeout(LongestRun)]
    public static async Task<OutgoingMessages> Handle(
        RunErrand command, IDocumentSession session, AppointmentLog log, SlotDesk slots, VisitNotices notices, BookingOptions options, IMisGateway mis, MisJournal journal,
        IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        // In a session of its own: the MIS may take its time, and what is decided afterwards must be decided on what is there then.
        Appointment? visit;
        await using (var reading = session.DocumentStore.QuerySession())
        {
            visit = await reading.LoadAsync<Appointment>(command.AppointmentId.Value, ct);
        }

        if (visit is null)
        {
            return [new ErrandAnswered(command.AppointmentId, command.SubjectId, Open: false, Progress: true, null, command.Errand)];
        }

        var step = visit.Errand switch
        {
            Errand.Book => await BookAsync(visit, slots, mis, journal, options, clock, ct),
            Errand.Move => await MoveAsync(visit, slots, mis, options, clock, ct),
            Errand.Cancel => await CancelAsync(visit, slots, mis, options, vault, clock, ct),
            Errand.Confirm => await ConfirmAsync(visit, mis, clock, ct),
            _ => Step.Done(),
        };
        var stream = await log.FindAsync(command.AppointmentId, ct) ?? throw new InvalidOperationException("A visit lost its events.");
        var before = stream.Aggregate!;
        if (step.Happened.Count == 0)
        {
            return [Answer(before, step, command)];
        }

        if (!before.IsWantedAs(visit))
        {
            // Somebody wrote what the MIS says, or wished for something else, while we asked it. Our key is in the journal: asking again tells what came of it.
            return [Answer(before, Step.Done(), command)];
        }

        var now = await log.AppendAsync(stream, step.Happened);
        if (before.MisId is not null && (!now.Status.Stands() || now.Slot != before.Slot))
        {
            await slots.GiveBackAsync(before.Slot, ct);
        }

        OutgoingMessages outgoing = [Answer(now, step, command), .. await ReleasedAsync(now, session, clock, ct)];
        return await notices.OfAsync(now, VisitNotices.News(before, now), ct) is { } told ? [.. outgoing, told] : outgoing;
    }

    private static async Task<Step> BookAsync(Appointment visit, SlotDesk slots, IMisGateway mis, MisJournal journal, BookingOptions options, TimeProvider clock, CancellationToken ct)
    {
        var key = Key(visit, "book", visit.Key);
        if (visit.Cancel is not null && !await journal.KnowsAsync(key, ct))
        {
            // Taken back before anybody asked the MIS.
            return Step.Done(new AppointmentCancelled(null, clock.GetUtcNow()));
        }

        return await mis.BookAsync(new NewAppointment(visit.PatientId, visit.Slot.OfMis()), key, ct) switch
        {
            MisResult<MisAppointment>.Ok { Value: var booked } => Step.Done(new AppointmentBooked(booked.Id, booked.Version, await SlotAsync(booked, visit.Slot, slots, ct), clock.GetUtcNow())),
            var result when Waits(result, visit, options, clock) is { } pause => pause,
            var result => Step.Done(new AppointmentRefused(await ProblemAsync(result, visit.Slot, visit.Key, slots, ct), clock.GetUtcNow())),
        };
    }

    private static async Task<Step> MoveAsync(Appointment visit, SlotDesk slots, IMisGateway mis, BookingOptions options, TimeProvider clock, CancellationToken ct)
    {
        var move = visit.Move!;
        return await mis.RescheduleAsync(AsKnown(visit), move.Target.OfMis(), Key(visit, "move", move.Key), ct) switch
        {
            MisResult<MisAppointment>.Ok { Value: var moved } => Step.Done(new AppointmentMoved(moved.Id, moved.Version, await SlotAsync(moved, move.Target, slots, ct), clock.GetUtcNow())),
            MisResult<MisAppointment>.VersionConflict { Current: { } current } => await ConflictAsync(visit, current, slots, problem => new MoveRefused(problem, clock.GetUtcNow()), move.Key, clock, ct),
            MisResult<MisAppointment>.NotFound { What: "appointment" } => Step.Done(
                new MoveRefused(new AppointmentProblem("appointment.not-found", null, move.Key, []), clock.GetUtcNow()), new AppointmentDiffers("appointment.not-found", clock.GetUtcNow())),
            var result when Waits(result, visit, options, clock) is { } pause => pause,
            var result => Step.Done(new MoveRefused(await ProblemAsync(result, move.Target, move.Key, slots, ct), clock.GetUtcNow())),
        };
    }

    private static async Task<Step> CancelAsync(Appointment visit, SlotDesk slots, IMisGateway mis, BookingOptions options, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var cancel = visit.Cancel!;
        await vault.PrefetchAsync([visit.SubjectId], ct);
        var reason = cancel.Reason is { } words ? vault.Open(words) : null;
        return await mis.CancelAsync(AsKnown(visit), reason ?? (cancel.By is null ? "Отменено пациентом" : "Отменено менеджером"), Key(visit, "cancel", cancel.Key), ct) switch
        {
            MisResult<MisAppointment>.Ok { Value: var cancelled } => Step.Done(new AppointmentCancelled(cancelled.Version, clock.GetUtcNow())),
            // What is not there does not take place.
            MisResult<MisAppointment>.NotFound => Step.Done(new AppointmentCancelled(null, clock.GetUtcNow())),
            MisResult<MisAppointment>.VersionConflict { Current: { } current } => await ConflictAsync(visit, current, slots, problem => new CancelRefused(problem, clock.GetUtcNow()), cancel.Key, clock, ct),
            var result when Waits(result, visit, options, clock) is { } pause => pause,
            var result => Step.Done(new CancelRefused(await ProblemAsync(result, visit.Slot, cancel.Key, slots, ct), clock.GetUtcNow())),
        };
    }

    private static async Task<Step> ConfirmAsync(Appointment visit, IMisGateway mis, TimeProvider clock, CancellationToken ct) =>
        !mis.Capabilities.HasFlag(MisCapabilities.Confirm) ? Step.Done(new ConfirmationNoted(null, clock.GetUtcNow())) : await mis.ConfirmAsync(AsKnown(visit), ct) switch
        {
            MisResult<MisAppointment>.Ok { Value: var noted } => Step.Done(new ConfirmationNoted(noted.Version, clock.GetUtcNow())),
            MisResult<MisAppointment>.Transient { RetryAfter: var after } => Step.Later(after),
            MisResult<MisAppointment>.Unknown { IsFault: false } => Step.Later(null),
            // The patient has told us, and that stands; the MIS has no place for it.
            _ => Step.Done(new ConfirmationNoted(null, clock.GetUtcNow())),
        };

    /// <summary>Changed in the MIS meanwhile. The MIS wins; where the time is still the one people talked about, the wish is repeated on what is there now.</summary>
    private static async Task<Step> ConflictAsync(
        Appointment visit, MisAppointment current, SlotDesk slots, Func<AppointmentProblem, IAppointmentEvent> refused, string key, TimeProvider clock, CancellationToken ct)
    {
        var followed = new AppointmentFollowed(current.Status, current.Id, current.Version, await SlotAsync(current, visit.Slot, slots, ct), clock.GetUtcNow());
        return current.Status.Stands() && (current.Start != visit.Slot.Start || current.PractitionerId != visit.Slot.PractitionerId)
            ? Step.Done(followed, refused(new AppointmentProblem("appointment.changed", null, key, [])))
            : Step.Done(followed);
    }

    /// <summary>Not answered, or not decided: tried again later. Null: it is an answer, or a fault that patience did not heal.</summary>
    private static Step? Waits(MisResult<MisAppointment> result, Appointment visit, BookingOptions options, TimeProvider clock)
    {
        var (problem, after) = result switch
        {
            MisResult<MisAppointment>.Transient transient => ("mis.away", transient.RetryAfter),
            MisResult<MisAppointment>.Unknown { IsFault: true } => (visit.FaultSince is { } since && clock.GetUtcNow() - since >= options.FaultPatience ? null : "mis.fault", null),
            MisResult<MisAppointment>.Unknown => ("mis.silent", null),
            MisResult<MisAppointment>.VersionConflict { Current: null } => ("mis.away", null),
            MisResult<MisAppointment>.Pending => ("mis.undecided", null),
            _ => ((string?)null, (TimeSpan?)null),
        };
        // One delay is one event, however long it lasts; that it has become a fault is another, and so is that it is none of ours any more.
        var isKnown = visit.Delay is not null and not "hub.fault" && (problem != "mis.fault" || visit.FaultSince is not null);
        return problem is null ? null : Step.Later(after, isKnown ? [] : [new AppointmentDelayed(problem, clock.GetUtcNow())]);
    }

    private static async Task<AppointmentProblem> ProblemAsync(MisResult<MisAppointment> result, AppointmentSlot wanted, string key, SlotDesk slots, CancellationToken ct)
    {
        var (code, text) = result switch
        {
            MisResult<MisAppointment>.SlotTaken => ("slot.taken", null),
            MisResult<MisAppointment>.NotFound missing => ($"{missing.What}.not-found", null),
            MisResult<MisAppointment>.Rejected { Code: "slot.past" or "mis.not-supported" } rejected => (rejected.Code, null),
            MisResult<MisAppointment>.Rejected rejected => ("mis.refused", $"{rejected.Code}: {rejected.Text}"),
            MisResult<MisAppointment>.VersionConflict => ("appointment.changed", null),
            MisResult<MisAppointment>.DuplicatePatient => ("mis.refused", (string?)null),
            MisResult<MisAppointment>.Unknown fault => ("mis.unclear", fault.Text),
            _ => throw new InvalidOperationException($"{result.GetType()} is no refusal."),
        };
        if (!code.StartsWith("slot.", StringComparison.Ordinal))
        {
            return new AppointmentProblem(code, text, key, []);
        }

        var near = await slots.NearestAsync(wanted, ct);
        if (near.Count == 0 && result is MisResult<MisAppointment>.SlotTaken { Alternatives: { Count: > 0 } told })
        {
            near = await Task.WhenAll(told.Select(slot => slots.NamedAsync(slot, ct)));
        }

        return new AppointmentProblem(code, text, key, near);
    }

    /// <summary>What the MIS says of time and doctor; a slot id of its own it does not repeat.</summary>
    internal static async Task<AppointmentSlot> SlotAsync(MisAppointment told, AppointmentSlot known, SlotDesk slots, CancellationToken ct) =>
        told.Start == known.Start && told.PractitionerId == known.PractitionerId && told.LocationId == known.LocationId
            ? known with { End = told.End }
            : await slots.NamedAsync(new MisSlot("", told.PractitionerId, told.LocationId, told.Start, told.End), ct);

    /// <summary>Once the MIS has answered, it keeps the time itself, or nobody does.</summary>
    internal static async Task<IEnumerable<object>> ReleasedAsync(Appointment visit, IDocumentSession session, TimeProvider clock, CancellationToken ct) =>
        visit.Errand is Errand.Book or Errand.Move
            ? []
            : (await SlotHolds.ReleaseAsync(session, visit.AppointmentId, ct)).Select(object (hold) => hold.Told(
                held: false, booked: (visit.Status.Stands() && visit.Slot.Start == hold.Start) || visit.Problem?.Code == "slot.taken", clock.GetUtcNow()));

    private static ErrandAnswered Answer(Appointment visit, Step step, RunErrand command) =>
        new(visit.AppointmentId, visit.SubjectId, visit.Errand != Errand.None, step.IsProgress, step.Pause is { } pause ? (int)Math.Ceiling(pause.TotalSeconds) : null, command.Errand);

    private static MisAppointment AsKnown(Appointment visit) => new(
        visit.MisId!, visit.MisVersion, visit.Status, visit.PatientId, visit.Slot.PractitionerId, visit.Slot.LocationId, visit.Slot.Start, visit.Slot.End);

    /// <summary>Names this wish of this visit for ever; the window's key may hold anything, so its hash goes.</summary>
    internal static IdempotencyKey Key(Appointment visit, string step, string key) => new($"{visit.Id:N}:{step}:{DeterministicId.From(key):N}");

    /// <param name="Happened">To be written to the visit.</param>
    /// <param name="IsProgress">The MIS has answered.</param>
    /// <param name="Pause">How long the MIS asked us to wait. Null: it did not say.</param>
    private sealed record Step(IReadOnlyList<IAppointmentEvent> Happened, bool IsProgress, TimeSpan? Pause)
    {
        public static Step Done(params IAppointmentEvent[] happened) => new(happened, true, null);

        public static Step Later(TimeSpan? pause, params IAppointmentEvent[] happened) => new(happened, false, pause);
    }
}
