namespace MedCrm.Contracts.Window;

/// <summary>Event of Patients for every screen: somebody holds a slot, or let it go. What a screen missed it reads with the slots.</summary>
/// <param name="SlotId">The MIS's id of the slot.</param>
/// <param name="PractitionerId">Whose time. Slots of the same practitioner that overlap it are shown as it is.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
/// <param name="HeldBy">Who holds it. Null: nobody any more.</param>
/// <param name="HeldUntil">UTC instant. Null: until the MIS has answered, or nobody holds it.</param>
/// <param name="Booked">The MIS has given it to a visit; it is not free any more.</param>
/// <param name="At">UTC instant of the change; of two the later counts.</param>
[WireName("window.slot-changed/1")]
public sealed record SlotChanged(
    string SlotId, string PractitionerId, DateTimeOffset Start, DateTimeOffset End, Agent? HeldBy, DateTimeOffset? HeldUntil, bool Booked, DateTimeOffset At);
