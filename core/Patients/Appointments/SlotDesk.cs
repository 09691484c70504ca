using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;

namespace MedCrm.Patients.Appointments;

/// <summary>Slots as booking needs them: by their id, with names, and the nearest ones that nobody has.</summary>
public sealed class SlotDesk(FreeSlots slots, SlotHolds holds, ClinicTime time, TimeProvider clock)
{
    private const int Alternatives = 3;

    /// <summary>Enough to find three among them that nobody holds.</summary>
    private const int Looked = 20;

    /// <summary>A slot of our copy of the schedule. Null: not in it.</summary>
    /// <returns>The slot, and the refusal if it cannot be had.</returns>
    public async Task<(AppointmentSlot Slot, string? Refusal)?> FindAsync(string slotId, CancellationToken ct) =>
        await slots.GetAsync(slotId, ct) is { } found
            ? (Named(found.Slot, await slots.DirectoryAsync(ct)), found.Slot.Start <= clock.GetUtcNow() ? "slot.past" : found.IsTaken ? "slot.taken" : null)
            : null;

    /// <summary>The nearest free slots that nobody holds, at most three: of the same practitioner, or else of a colleague at the same branch.</summary>
    public async Task<IReadOnlyList<AppointmentSlot>> NearestAsync(AppointmentSlot wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var directory = await slots.DirectoryAsync(ct);
        var near = await slots.NearestAsync(wanted.OfMis(), directory, Looked, ct);
        if (near.Count == 0)
        {
            return [];
        }

        var held = await holds.ActiveAsync(near.Min(slot => slot.Start), near.Max(slot => slot.End), ct);
        return [.. near.Where(slot => !held.Any(hold => hold.Covers(slot.PractitionerId, slot.Start, slot.End))).Take(Alternatives).Select(slot => Named(slot, directory))];
    }

    /// <summary>The MIS has freed it: it can be offered again at once.</summary>
    public Task GiveBackAsync(AppointmentSlot slot, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return slots.GiveBackAsync(slot.SlotId, ct);
    }

    /// <summary>What the MIS answered, with the names we know.</summary>
    public async Task<AppointmentSlot> NamedAsync(MisSlot slot, CancellationToken ct) => Named(slot, await slots.DirectoryAsync(ct));

    /// <summary>Names of what a practitioner is asked for.</summary>
    public async Task<IReadOnlyList<string>> SpecialtiesAsync(string practitionerId, CancellationToken ct)
    {
        var directory = await slots.DirectoryAsync(ct);
        var ids = directory.Practitioners.Where(one => one.Id == practitionerId).SelectMany(one => one.SpecialtyIds).ToHashSet(StringComparer.Ordinal);
        return [.. directory.Specialties.Where(one => ids.Contains(one.Id)).Select(one => one.Name)];
    }

    private AppointmentSlot Named(MisSlot slot, MisDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return new AppointmentSlot(
            slot.Id, slot.PractitionerId, directory.Practitioners.FirstOrDefault(one => one.Id == slot.PractitionerId)?.Name ?? "",
            slot.LocationId, directory.Locations.FirstOrDefault(one => one.Id == slot.LocationId)?.Name ?? "", slot.Start, slot.End, time.ZoneOf(slot.LocationId));
    }
}

internal static class AppointmentSlots
{
    public static MisSlot OfMis(this AppointmentSlot slot) => new(slot.SlotId, slot.PractitionerId, slot.LocationId, slot.Start, slot.End);

    public static bool Covers(this SlotHold hold, string practitionerId, DateTimeOffset start, DateTimeOffset end) =>
        hold.PractitionerId == practitionerId && hold.Start < end && start < hold.End;
}
