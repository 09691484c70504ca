using MedCrm.Contracts;
using MedCrm.Contracts.Patients;

namespace MedCrm.Patients.Appointments;

// What can happen to a visit. Nothing here is ever changed or removed; names stay with the MIS, words of people are sealed.

/// <summary>What can happen to a visit. The projection looks at nothing else: contacts have streams in the same store.</summary>
public interface IAppointmentEvent;

/// <summary>A person asked for it. The slot is held for it from here on, by a constraint of the database.</summary>
/// <param name="Key">The idempotency key of the booking.</param>
/// <param name="AskedPatientId">The card that was named, where the MIS has joined it to another. Null: the same.</param>
public sealed record AppointmentProposed(
    RequestId RequestId, ContactId ContactId, DataSubjectId SubjectId, string PatientId, AppointmentSlot Slot, string Key, Agent By, DateTimeOffset At, string? AskedPatientId = null) : IAppointmentEvent;

/// <summary>What is wanted from the MIS is not answered yet and is tried again by itself.</summary>
/// <param name="Problem"><c>mis.away</c>, <c>mis.silent</c>, <c>mis.undecided</c>, <c>mis.fault</c> or <c>hub.fault</c>.</param>
public sealed record AppointmentDelayed(string Problem, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS has it.</summary>
/// <param name="Slot">As the MIS has it.</param>
public sealed record AppointmentBooked(string MisId, string? MisVersion, AppointmentSlot Slot, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS refused for good; there is no visit.</summary>
public sealed record AppointmentRefused(AppointmentProblem Problem, DateTimeOffset At) : IAppointmentEvent;

/// <param name="Key">The idempotency key of the move.</param>
public sealed record MoveAsked(AppointmentSlot Target, string Key, Agent By, DateTimeOffset At) : IAppointmentEvent;

/// <param name="MisId">May be another than before: a MIS that cannot move books anew.</param>
public sealed record AppointmentMoved(string MisId, string? MisVersion, AppointmentSlot Slot, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The old time stands.</summary>
public sealed record MoveRefused(AppointmentProblem Problem, DateTimeOffset At) : IAppointmentEvent;

/// <param name="Reason">For the MIS's people. Null: none was given.</param>
/// <param name="Key">The idempotency key of the cancellation.</param>
/// <param name="By">Null: the patient.</param>
public sealed record CancelAsked(Sealed? Reason, string Key, Agent? By, DateTimeOffset At) : IAppointmentEvent;

/// <param name="MisVersion">Null: the MIS never had it, or keeps none.</param>
public sealed record AppointmentCancelled(string? MisVersion, DateTimeOffset At) : IAppointmentEvent;

/// <summary>It stands.</summary>
public sealed record CancelRefused(AppointmentProblem Problem, DateTimeOffset At) : IAppointmentEvent;

/// <param name="By">Null: the patient themselves.</param>
public sealed record AppointmentConfirmed(Agent? By, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS took down that the patient will come, or cannot take it down.</summary>
public sealed record ConfirmationNoted(string? MisVersion, DateTimeOffset At) : IAppointmentEvent;

/// <summary>It was changed in the MIS; the MIS wins for time, doctor and status.</summary>
public sealed record AppointmentFollowed(AppointmentStatus Status, string MisId, string? MisVersion, AppointmentSlot Slot, DateTimeOffset At) : IAppointmentEvent;

/// <summary>It was made on the MIS's own screen, for a patient we know.</summary>
/// <param name="RequestId">The last request of the contact.</param>
/// <param name="By">The MIS's people.</param>
public sealed record AppointmentFound(
    RequestId RequestId, ContactId ContactId, DataSubjectId SubjectId, string PatientId, AppointmentStatus Status, string MisId, string? MisVersion, AppointmentSlot Slot, Agent By, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS has merged the patient's card into another.</summary>
public sealed record PatientReplaced(string PatientId, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS says the same, under a newer version.</summary>
public sealed record MisVersionSeen(string? MisVersion, DateTimeOffset At) : IAppointmentEvent;

/// <summary>The MIS says something else, and a person must look. Over when the MIS's word is followed.</summary>
/// <param name="Problem">A stable word.</param>
public sealed record AppointmentDiffers(string Problem, DateTimeOffset At) : IAppointmentEvent;

/// <summary>Why the MIS refused.</summary>
/// <param name="Code">As in <see cref="AppointmentChanged.Problem"/>.</param>
/// <param name="Text">The MIS's own words for support, personal data masked. Null: none.</param>
/// <param name="Key">The idempotency key of what was refused.</param>
/// <param name="Alternatives">The nearest free slots, at most three.</param>
public sealed record AppointmentProblem(string Code, string? Text, string Key, IReadOnlyList<AppointmentSlot> Alternatives);
