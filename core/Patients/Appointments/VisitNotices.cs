using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;

namespace MedCrm.Patients.Appointments;

/// <summary>Tells the patient, in the conversation of the request, what became of the visit. "Confirmed" only after the MIS said so.</summary>
public sealed class VisitNotices(SlotDesk slots, IPersonalDataVault vault, TimeProvider clock)
{
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru-RU");

    /// <param name="visit">As it is now.</param>
    /// <param name="text">The template. Empty: nothing is told.</param>
    /// <param name="about">What is told, so that it is told once.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null: nothing is told.</returns>
    public async Task<TellContact?> AboutAsync(Appointment visit, string text, string about, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var specialty = text.Contains("{specialty}", StringComparison.Ordinal) ? string.Join(", ", await slots.SpecialtiesAsync(visit.Slot.PractitionerId, ct)) : "";
        var words = text
            .Replace("{when}", When(visit.Slot), StringComparison.Ordinal)
            .Replace("{location}", visit.Slot.LocationName, StringComparison.Ordinal)
            .Replace("{practitioner}", visit.Slot.PractitionerName, StringComparison.Ordinal)
            .Replace("{specialty}", specialty, StringComparison.Ordinal);
        await vault.EnsureKeyAsync(visit.SubjectId, ct);
        return new TellContact(
            new MessageId(DeterministicId.From("visit-notice", visit.Id.ToString(), about)), visit.RequestId, visit.SubjectId, vault.Seal(visit.SubjectId, words), clock.GetUtcNow());
    }

    /// <summary>As people say it, by the clocks of the branch: «пятница, 27 ноября, 17:30».</summary>
    public static string When(AppointmentSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return TimeZoneInfo.ConvertTime(slot.Start, TimeZoneInfo.FindSystemTimeZoneById(slot.TimeZone)).ToString("dddd, d MMMM, HH:mm", Russian);
    }
}
