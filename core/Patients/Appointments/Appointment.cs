using JasperFx.Events;
using Marten.Events.Aggregation;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Appointments;

/// <summary>What a visit still wants from the MIS.</summary>
public enum Errand
{
    None,
    Book,
    Move,
    Cancel,
    Confirm,
}

/// <summary>Another time that was asked for.</summary>
public sealed record MoveWish(AppointmentSlot Target, string Key, Agent By);

/// <param name="By">Null: the patient.</param>
public sealed record CancelWish(Sealed? Reason, string Key, Agent? By);

/// <summary>A visit (FHIR: Appointment) as its events have made it. Immutable: <see cref="After"/> gives the next state.</summary>
public sealed record Appointment
{
    public Guid Id { get; init; }

    /// <summary>Grows by one with every event.</summary>
    public long Rev { get; init; }

    public Guid RequestKey { get; init; }

    public Guid ContactKey { get; init; }

    public DataSubjectId SubjectId { get; init; }

    /// <summary>The MIS's own.</summary>
    public string PatientId { get; init; } = "";

    public AppointmentStatus Status { get; init; }

    public AppointmentSlot Slot { get; init; } = null!;

    /// <summary>The idempotency key it was booked with.</summary>
    public string Key { get; init; } = "";

    public Agent By { get; init; } = null!;

    /// <summary>What the booking asked for; the slot may have changed since, and the MIS may have joined two cards.</summary>
    public string AskedSlotId { get; init; } = "";

    public string AskedPatientId { get; init; } = "";

    /// <summary>The MIS's id of it. Null: the MIS has not said that it has it.</summary>
    public string? MisId { get; init; }

    public string? MisVersion { get; init; }

    public MoveWish? Move { get; init; }

    public CancelWish? Cancel { get; init; }

    /// <summary>The last refusal. A later success takes it away.</summary>
    public AppointmentProblem? Problem { get; init; }

    /// <summary>Why the MIS's answer is still awaited. Null: it is not, or the first try is under way.</summary>
    public string? Delay { get; init; }

    /// <summary>Since when the adapter to the MIS, or something else of ours, fails at what is wanted. Null: it does not.</summary>
    public DateTimeOffset? FaultSince { get; init; }

    /// <summary>What the MIS says otherwise. Null: nothing.</summary>
    public string? Difference { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>The patient's word is not in the MIS yet.</summary>
    public bool OwesConfirmation { get; init; }

    /// <summary>Keys of everything that was ever wished for; a repeat is recognised by them.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public AppointmentId AppointmentId => new(Id);

    public RequestId RequestId => new(RequestKey);

    /// <summary>One thing after another: it is booked before it is moved, and moved before it is cancelled.</summary>
    public Errand Errand =>
        Status is AppointmentStatus.Proposed or AppointmentStatus.Pending && MisId is null ? Errand.Book
        : !Status.Stands() ? Errand.None
        : Move is not null ? Errand.Move
        : Cancel is not null ? Errand.Cancel
        : OwesConfirmation ? Errand.Confirm
        : Errand.None;

    public AppointmentTruth Truth =>
        Difference is not null ? AppointmentTruth.Differs : Errand is Errand.None or Errand.Confirm ? AppointmentTruth.Agreed : AppointmentTruth.Waiting;

    /// <summary>Is the same still wanted, of the same visit? What the MIS said to an earlier state is not to be written to another.</summary>
    public bool IsWantedAs(Appointment earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return (Errand, MisVersion, Slot, Move?.Key, Cancel?.Key) == (earlier.Errand, earlier.MisVersion, earlier.Slot, earlier.Move?.Key, earlier.Cancel?.Key);
    }

    /// <summary>Is a booking with its key a repeat?</summary>
    public bool AskedFor(string patientId, string slotId) => AskedPatientId == patientId && AskedSlotId == slotId;

    /// <summary>The same request and key are the same visit.</summary>
    public static AppointmentId IdOf(RequestId request, string key) => new(DeterministicId.From("appointment", request.ToString(), key));

    /// <summary>The state after one more event.</summary>
    public static Appointment After(Appointment? before, IAppointmentEvent happened) => happened switch
    {
        AppointmentProposed e => new Appointment
        {
            RequestKey = e.RequestId.Value,
            ContactKey = e.ContactId.Value,
            SubjectId = e.SubjectId,
            PatientId = e.PatientId,
            Status = AppointmentStatus.Proposed,
            Slot = e.Slot,
            Key = e.Key,
            AskedSlotId = e.Slot.SlotId,
            AskedPatientId = e.AskedPatientId ?? e.PatientId,
            By = e.By,
            CreatedAt = e.At,
        }.Next(e.At),
        AppointmentFound e => new Appointment
        {
            RequestKey = e.RequestId.Value,
            ContactKey = e.ContactId.Value,
            SubjectId = e.SubjectId,
            PatientId = e.PatientId,
            Status = e.Status,
            Slot = e.Slot,
            By = e.By,
            MisId = e.MisId,
            MisVersion = e.MisVersion,
            CreatedAt = e.At,
        }.Next(e.At),
        _ when before is null => throw new InvalidOperationException($"{happened.GetType().Name} cannot be the first event of an appointment."),
        AppointmentDelayed e => before.Next(e.At) with { Delay = e.Problem, FaultSince = e.Problem is "mis.fault" or "hub.fault" ? before.FaultSince ?? e.At : null, Status = before.Errand == Errand.Book ? AppointmentStatus.Pending : before.Status },
        AppointmentBooked e => before.Next(e.At) with { Status = AppointmentStatus.Booked, MisId = e.MisId, MisVersion = e.MisVersion, Slot = e.Slot, Problem = null, Delay = null, FaultSince = null },
        AppointmentRefused e => before.Next(e.At).Ended() with { Problem = e.Problem },
        MoveAsked e => before.Next(e.At).Fresh() with { Move = new MoveWish(e.Target, e.Key, e.By), Keys = [.. before.Keys, e.Key], Problem = null },
        // Whoever confirmed one time has not confirmed another.
        AppointmentMoved e => before.Next(e.At) with { MisId = e.MisId, MisVersion = e.MisVersion, Slot = e.Slot, Move = null, Problem = null, Delay = null, FaultSince = null, ConfirmedAt = null, OwesConfirmation = false },
        MoveRefused e => before.Next(e.At) with { Move = null, Problem = e.Problem, Delay = null, FaultSince = null },
        CancelAsked e => before.Next(e.At).Fresh() with { Cancel = new CancelWish(e.Reason, e.Key, e.By), Keys = [.. before.Keys, e.Key], Problem = null },
        AppointmentCancelled e => before.Next(e.At).Ended() with { MisVersion = e.MisVersion ?? before.MisVersion, Problem = null },
        CancelRefused e => before.Next(e.At) with { Cancel = null, Problem = e.Problem, Delay = null, FaultSince = null },
        AppointmentConfirmed e => before.Next(e.At) with { ConfirmedAt = e.At, OwesConfirmation = true },
        ConfirmationNoted e => before.Next(e.At) with { MisVersion = e.MisVersion ?? before.MisVersion, OwesConfirmation = false, Delay = null, FaultSince = null },
        AppointmentFollowed e => (e.Status.Stands() ? before.Next(e.At) : before.Next(e.At).Ended()) with
        {
            Status = e.Status,
            MisId = e.MisId,
            MisVersion = e.MisVersion,
            Slot = e.Slot,
            // What nobody knew of it is known now; why a move was refused still is so.
            Problem = before.Problem?.Code == "mis.unclear" || !before.Status.Stands() ? null : before.Problem,
            Difference = null,
            ConfirmedAt = e.Slot.Start == before.Slot.Start ? before.ConfirmedAt : null,
        },
        AppointmentDiffers e => before.Next(e.At) with { Difference = e.Problem },
        PatientReplaced e => before.Next(e.At) with { PatientId = e.PatientId },
        // Says nothing of the visit: whoever read it before has not read it too early.
        MisVersionSeen e => before with { Rev = before.Rev + 1, MisVersion = e.MisVersion },
        _ => throw new InvalidOperationException($"An appointment does not know {happened.GetType().Name}."),
    };

    /// <summary>A wish that comes while nothing, or only a confirmation, is under way does not inherit what kept that waiting.</summary>
    private Appointment Fresh() => Errand is Errand.None or Errand.Confirm ? this with { Delay = null, FaultSince = null } : this;

    private Appointment Next(DateTimeOffset at) => this with { Rev = Rev + 1, ChangedAt = at };

    private Appointment Ended() => this with { Status = AppointmentStatus.Cancelled, Move = null, Cancel = null, Delay = null, FaultSince = null, OwesConfirmation = false };
}

/// <summary>Keeps the current state of every visit beside its events, in the same transaction.</summary>
public sealed class AppointmentProjection : SingleStreamProjection<Appointment, Guid>
{
    public AppointmentProjection()
    {
        foreach (var type in typeof(IAppointmentEvent).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IAppointmentEvent))))
        {
            IncludeType(type);
        }
    }

    public override Appointment? Evolve(Appointment? snapshot, Guid id, IEvent e) => Appointment.After(snapshot, (IAppointmentEvent)e.Data) with { Id = id };
}
