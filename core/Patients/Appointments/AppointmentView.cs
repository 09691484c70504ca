using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Slots;

namespace MedCrm.Patients.Appointments;

/// <summary>A manager books. <c>POST /api/appointments</c>: 201 booked; 202 not answered by the MIS yet, nothing is promised; 409 refused.</summary>
/// <param name="RequestId">The request in which the visit was asked for.</param>
/// <param name="PatientId">The MIS's id of the patient.</param>
/// <param name="SlotId">The MIS's id of the slot.</param>
/// <param name="IdempotencyKey">1 to 100 characters, chosen by the browser: the same key in the same request is the same visit.</param>
public sealed record BookingBody([property: JsonRequired] RequestId RequestId, string? PatientId, string? SlotId, string? IdempotencyKey);

/// <summary>Another time. <c>POST /api/appointments/{id}/reschedule</c>: 200 moved; 202 not answered yet, the old time stands; 409 refused, the old time stands.</summary>
/// <param name="SlotId">The MIS's id of the new slot.</param>
/// <param name="IdempotencyKey">1 to 100 characters: the same key is the same move.</param>
public sealed record RescheduleBody(string? SlotId, string? IdempotencyKey);

/// <summary><c>POST /api/appointments/{id}/cancel</c>: 200 cancelled, also when it was before; 202 not answered yet; 409 refused, it stands.</summary>
/// <param name="Reason">For the MIS's people, at most 200 characters. Null: none.</param>
/// <param name="IdempotencyKey">1 to 100 characters: the same key is the same cancellation.</param>
public sealed record CancelBody(string? Reason, string? IdempotencyKey);

/// <summary>Visits, the latest start first.</summary>
public sealed record AppointmentList(IReadOnlyList<AppointmentDetails> Items);

/// <summary>A visit.</summary>
/// <param name="Id">Ours.</param>
/// <param name="Rev">Of two the greater is the newer.</param>
/// <param name="RequestId">The request it was asked for in.</param>
/// <param name="Patient">Whose.</param>
/// <param name="Status">Where it stands. Proposed and pending are preliminary («предварительно»): nothing is promised.</param>
/// <param name="Truth">Whether the MIS says the same.</param>
/// <param name="Slot">When, where, with whom.</param>
/// <param name="MoveTo">The time asked for instead, not agreed yet. Null: none.</param>
/// <param name="Cancelling">A cancellation is asked for and not agreed yet.</param>
/// <param name="Delay">Why the MIS's answer is awaited, as in <see cref="AppointmentChanged.Problem"/>. Null: it is not.</param>
/// <param name="Problem">The last refusal. Null: none since the last success.</param>
/// <param name="Difference">What the MIS says otherwise, a stable word. Null: nothing.</param>
/// <param name="ConfirmedAt">UTC instant at which the patient said that they will come. Null: they did not.</param>
/// <param name="BookedBy">Who asked for it.</param>
/// <param name="CreatedAt">UTC instant.</param>
/// <param name="ChangedAt">UTC instant.</param>
public sealed record AppointmentDetails(
    AppointmentId Id,
    long Rev,
    RequestId RequestId,
    AppointmentPatient Patient,
    AppointmentStatus Status,
    AppointmentTruth Truth,
    SlotRow Slot,
    SlotRow? MoveTo,
    bool Cancelling,
    string? Delay,
    AppointmentRefusal? Problem,
    string? Difference,
    DateTimeOffset? ConfirmedAt,
    Agent BookedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt);

/// <param name="Id">The MIS's own.</param>
/// <param name="Name">Full name. Null: the index has lost them.</param>
public sealed record AppointmentPatient(string Id, string? Name);

/// <summary>Why something was refused.</summary>
/// <param name="Code">As in <see cref="AppointmentChanged.Problem"/>.</param>
/// <param name="Text">The MIS's own words for support. Null: none.</param>
/// <param name="Alternatives">The nearest free slots when it was refused, at most three.</param>
public sealed record AppointmentRefusal(string Code, string? Text, IReadOnlyList<SlotRow> Alternatives);

/// <summary>A slot kept for one manager. <c>POST /api/slots/{slotId}/hold</c>: 201; 409 <c>slot.held</c> with <c>heldBy</c>, <c>heldUntil</c> and <c>alternatives</c>; 409 <c>slot.taken</c> with <c>alternatives</c>; 409 <c>slot.past</c>; 404 <c>slot.not-found</c>. The same manager again: the same hold, longer.</summary>
/// <param name="Id">For <c>DELETE /api/holds/{id}</c>.</param>
/// <param name="SlotId">Which.</param>
/// <param name="ExpiresAt">UTC instant at which it ends by itself.</param>
/// <param name="HeldBy">The manager.</param>
public sealed record SlotHoldDetails(Guid Id, string SlotId, DateTimeOffset ExpiresAt, Agent HeldBy);

/// <param name="RequestId">The request the slot is held for; closing it, or the end of its call, lets the slot go. Null: only time does.</param>
public sealed record HoldBody(RequestId? RequestId);
