using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Appointments;

/// <summary>Tells the patient, in the conversation of the request, what became of the visit. "Confirmed" only after the MIS said so.</summary>
public sealed class VisitNotices(SlotDesk slots, IPersonalDataVault vault, BookingOptions options, TimeProvider clock)
{
    private const string Pending = "pending";
    private const string Booked = "booked";
    private const string Cancelled = "cancelled";
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru-RU");

    /// <summary>Whether the patient hears of a change: what is true now, and nothing before the MIS said so.</summary>
    /// <returns>A word for what they hear, by which it is told once. Null: nothing.</returns>
    public static string? News(Appointment before, Appointment now) => (before, now) switch
    {
        ({ Status: AppointmentStatus.Proposed }, { Status: AppointmentStatus.Pending, Cancel: null }) => Pending,
        ({ Errand: Errand.Book }, { Status: AppointmentStatus.Booked, Cancel: null }) => Booked,
        ({ Move: { } move }, { Move: null, Cancel: null, Problem: null, Status: AppointmentStatus.Booked or AppointmentStatus.Arrived }) => $"moved:{move.Key}",
        ({ Cancel: not null }, { Status: AppointmentStatus.Cancelled, Problem: null }) => Cancelled,
        _ => null,
    };

    /// <param name="visit">As it is now.</param>
    /// <param name="news">What <see cref="News"/> said. Null: nothing.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null: nothing is told.</returns>
    public async Task<TellContact?> OfAsync(Appointment visit, string? news, CancellationToken ct) => news is null || !IsTrue(visit, news) ? null : await AboutAsync(
        visit,
        news switch
        {
            Pending => options.Texts.Pending,
            Booked => options.Texts.Booked,
            Cancelled => options.Texts.Cancelled,
            _ => options.Texts.Moved,
        },
        news,
        ct);

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

    /// <summary>What is told later may have been overtaken.</summary>
    private static bool IsTrue(Appointment visit, string news) => news switch
    {
        Pending => visit.Status == AppointmentStatus.Pending,
        Cancelled => visit.Status == AppointmentStatus.Cancelled,
        _ => visit.Status.Stands(),
    };

    /// <summary>As people say it, by the clocks of the branch: «пятница, 27 ноября, 17:30».</summary>
    public static string When(AppointmentSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return TimeZoneInfo.ConvertTime(slot.Start, TimeZoneInfo.FindSystemTimeZoneById(slot.TimeZone)).ToString("dddd, d MMMM, HH:mm", Russian);
    }
}
