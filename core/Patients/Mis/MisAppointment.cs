using MedCrm.Contracts.Patients;

namespace MedCrm.Patients.Mis;

/// <summary>A time that can be booked (FHIR: Slot).</summary>
/// <param name="Id">The MIS's own, opaque; where the MIS has none the adapter makes one that it can read back.</param>
/// <param name="PractitionerId">Whose time.</param>
/// <param name="LocationId">Where.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
public sealed record MisSlot(string Id, string PractitionerId, string LocationId, DateTimeOffset Start, DateTimeOffset End);

/// <summary>Which slots to read.</summary>
/// <param name="From">The earliest start, included.</param>
/// <param name="To">Starts before this instant.</param>
/// <param name="PractitionerId">Only theirs. Null: everybody's.</param>
public sealed record SlotWindow(DateTimeOffset From, DateTimeOffset To, string? PractitionerId = null);

/// <summary>A slot kept for us in the MIS.</summary>
/// <param name="Id">The MIS's own.</param>
/// <param name="Slot">Which.</param>
/// <param name="ExpiresAt">When the MIS frees it by itself.</param>
public sealed record MisHold(string Id, MisSlot Slot, DateTimeOffset ExpiresAt);

/// <summary>An appointment to be made.</summary>
/// <param name="PatientId">The MIS's own.</param>
/// <param name="Slot">When, where, with whom.</param>
/// <param name="ServiceId">What for. Null: the doctor decides.</param>
/// <param name="Comment">For the doctor; reaches the MIS as written.</param>
public sealed record NewAppointment(string PatientId, MisSlot Slot, string? ServiceId = null, string? Comment = null)
{
    /// <summary>The comment may hold personal data.</summary>
    public override string ToString() => $"an appointment of patient {PatientId} in slot {Slot.Id}";

    /// <summary>Is this the appointment we asked for, by what every MIS keeps?</summary>
    internal bool Is(MisAppointment appointment) =>
        appointment.PatientId == PatientId && appointment.PractitionerId == Slot.PractitionerId && appointment.Start == Slot.Start && appointment.Status.Stands();
}

/// <summary>An appointment as it is in the MIS (FHIR: Appointment).</summary>
/// <param name="Id">The MIS's own.</param>
/// <param name="Version">Changes with every write. Null: the MIS keeps none.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="PatientId">Whose.</param>
/// <param name="PractitionerId">With whom.</param>
/// <param name="LocationId">Where.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
/// <param name="Key">Our key it was made with. Null: not ours, or the MIS keeps none.</param>
/// <param name="ServiceId">What for. Null: not told.</param>
public sealed record MisAppointment(
    string Id, string? Version, AppointmentStatus Status, string PatientId, string PractitionerId, string LocationId, DateTimeOffset Start, DateTimeOffset End, string? Key = null,
    string? ServiceId = null);

public static class AppointmentStatuses
{
    /// <summary>Does it take a slot?</summary>
    public static bool Stands(this AppointmentStatus status) => status is not (AppointmentStatus.Cancelled or AppointmentStatus.NoShow);
}

/// <summary>What changed since a cursor.</summary>
/// <param name="Items">Appointments as they are now, each at most once.</param>
/// <param name="Cursor">Where to go on. Opaque.</param>
/// <param name="More">There is more now.</param>
public sealed record ChangePage(IReadOnlyList<MisAppointment> Items, string Cursor, bool More);
