using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Patients;

/// <summary>What happened to a visit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppointmentChange>))]
public enum AppointmentChange
{
    /// <summary>A person asked for it.</summary>
    [JsonStringEnumMemberName("proposed")] Proposed,

    /// <summary>The MIS is out of reach, or has not decided: the booking, the move or the cancellation is tried again by itself.</summary>
    [JsonStringEnumMemberName("delayed")] Delayed,

    /// <summary>The MIS has it.</summary>
    [JsonStringEnumMemberName("booked")] Booked,

    /// <summary>The MIS refused the booking for good; <see cref="AppointmentChanged.Problem"/> says why.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>A person asked for another time; until the MIS agrees the old one stands.</summary>
    [JsonStringEnumMemberName("moveAsked")] MoveAsked,

    /// <summary>It stands at the new time.</summary>
    [JsonStringEnumMemberName("moved")] Moved,

    /// <summary>The MIS refused the move; the old time stands.</summary>
    [JsonStringEnumMemberName("moveRefused")] MoveRefused,

    /// <summary>A person asked to cancel.</summary>
    [JsonStringEnumMemberName("cancelAsked")] CancelAsked,

    /// <summary>It will not take place.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The MIS refused to cancel; it stands.</summary>
    [JsonStringEnumMemberName("cancelRefused")] CancelRefused,

    /// <summary>The patient said that they will come.</summary>
    [JsonStringEnumMemberName("confirmed")] Confirmed,

    /// <summary>It was changed in the MIS, and we followed: time, doctor or status.</summary>
    [JsonStringEnumMemberName("followed")] Followed,

    /// <summary>It was made in the MIS, for a patient whose contact we know.</summary>
    [JsonStringEnumMemberName("found")] Found,

    /// <summary>The MIS says something else than we do, and a person must look.</summary>
    [JsonStringEnumMemberName("differs")] Differs,
}

/// <summary>When, where and with whom.</summary>
/// <param name="SlotId">The MIS's id of the slot.</param>
/// <param name="PractitionerId">The MIS's id of the doctor.</param>
/// <param name="PractitionerName">Full name. Empty: the MIS did not tell.</param>
/// <param name="LocationId">The MIS's id of the branch.</param>
/// <param name="LocationName">Its name. Empty: the MIS did not tell.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
/// <param name="TimeZone">IANA zone of the branch, in which people say the time.</param>
public sealed record AppointmentSlot(
    string SlotId, string PractitionerId, string PractitionerName, string LocationId, string LocationName, DateTimeOffset Start, DateTimeOffset End, string TimeZone);

/// <summary>Event of Patients: a visit that was asked for in a request has changed. Messages about one visit may overtake each other; the greater <paramref name="Rev"/> is the newer.</summary>
/// <param name="SubjectId">Who wrote the request.</param>
/// <param name="AppointmentId">The visit.</param>
/// <param name="Rev">Grows with every change.</param>
/// <param name="RequestId">The request it was asked for in.</param>
/// <param name="PatientId">The MIS's id of the patient.</param>
/// <param name="Change">What happened.</param>
/// <param name="Status">Where it stands afterwards.</param>
/// <param name="Truth">Whether the MIS says the same.</param>
/// <param name="Slot">Where it stands, or is to stand.</param>
/// <param name="MoveTo">The time asked for instead. Null: none.</param>
/// <param name="Problem">Why it was refused or delayed, a stable word the window translates: <c>slot.taken</c>, <c>slot.past</c>, <c>slot.not-found</c>, <c>patient.not-found</c>, <c>appointment.not-found</c>, <c>appointment.changed</c> (somebody changed it in the MIS meanwhile), <c>mis.refused</c>, <c>mis.not-supported</c>, <c>mis.away</c> (not reached, certainly nothing done), <c>mis.silent</c> (perhaps done; it is looked up), <c>mis.undecided</c> (the MIS decides later), <c>mis.fault</c> (our adapter to the MIS fails; it is tried again for a while), <c>mis.unclear</c> (it went on failing, and nobody knows whether the MIS did it: a person must look there), <c>hub.fault</c> (something of ours fails; it is tried again for a while, then the MIS is asked what there is), <c>hub.failed</c> (it went on failing, and the MIS says that it was not done: a person must do it again). Null: nothing is wrong.</param>
/// <param name="By">Who did it. Null: the MIS, or the patient.</param>
/// <param name="At">UTC instant.</param>
[WireName("patients.appointment-changed/1")]
public sealed record AppointmentChanged(
    DataSubjectId SubjectId,
    AppointmentId AppointmentId,
    long Rev,
    RequestId RequestId,
    string PatientId,
    AppointmentChange Change,
    AppointmentStatus Status,
    AppointmentTruth Truth,
    AppointmentSlot Slot,
    AppointmentSlot? MoveTo,
    string? Problem,
    Agent? By,
    DateTimeOffset At) : IAboutSubject;
