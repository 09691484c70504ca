using System.Globalization;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Sync;

/// <summary>What the MIS says otherwise.</summary>
internal enum Difference
{
    /// <summary>The MIS does not have it.</summary>
    Missing,
    Status,
    Time,
    Practitioner,
    Location,
    Patient,
}

/// <summary>Compares a visit of ours with the MIS's; pure.</summary>
internal static class Differences
{
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru-RU");

    /// <param name="ours">Ours.</param>
    /// <param name="theirs">As the MIS has it. Null: it does not.</param>
    public static IReadOnlyList<Difference> Between(Appointment ours, MisAppointment? theirs)
    {
        if (theirs is null)
        {
            return ours.Status.Stands() ? [Difference.Missing] : [];
        }

        var found = new List<Difference>();
        if (Kind(ours.Status) != Kind(theirs.Status))
        {
            found.Add(Difference.Status);
        }

        // Where it would have been is nobody's business once it is off.
        if (ours.Status.Stands() || theirs.Status.Stands())
        {
            Add(Difference.Time, ours.Slot.Start != theirs.Start || (theirs.End > theirs.Start && ours.Slot.End != theirs.End));
            Add(Difference.Practitioner, ours.Slot.PractitionerId != theirs.PractitionerId);
            Add(Difference.Location, theirs.LocationId.Length > 0 && ours.Slot.LocationId != theirs.LocationId);
        }

        Add(Difference.Patient, ours.PatientId != theirs.PatientId);
        return found;

        void Add(Difference difference, bool isThere)
        {
            if (isThere)
            {
                found.Add(difference);
            }
        }
    }

    /// <summary>For the report, in Russian and without a name of a patient: <c>время: у нас 27.11 17:30, в МИС 28.11 10:00</c>.</summary>
    public static string Words(Difference difference, Appointment ours, MisAppointment? theirs, MisDirectory directory) => difference switch
    {
        Difference.Missing => "в МИС такой записи нет",
        Difference.Status => $"статус: у нас «{Word(ours.Status)}», в МИС «{Word(theirs!.Status)}»",
        Difference.Time => $"время: у нас {Clock(ours.Slot.Start, ours.Slot.TimeZone)}, в МИС {Clock(theirs!.Start, ours.Slot.TimeZone)}",
        Difference.Practitioner => $"врач: у нас {ours.Slot.PractitionerName}, в МИС {directory.Practitioners.FirstOrDefault(one => one.Id == theirs!.PractitionerId)?.Name ?? theirs!.PractitionerId}",
        Difference.Location => $"филиал: у нас {ours.Slot.LocationName}, в МИС {directory.Locations.FirstOrDefault(one => one.Id == theirs!.LocationId)?.Name ?? theirs!.LocationId}",
        Difference.Patient => "пациент: в МИС запись на другую карту",
        _ => throw new InvalidOperationException($"{difference} has no words."),
    };

    /// <summary>A word of ours for it, as <see cref="AppointmentDiffers"/> keeps it.</summary>
    public static string Code(Difference difference) => $"mis.{difference.ToString().ToLowerInvariant()}-differs";

    private static string Clock(DateTimeOffset at, string zone) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("dd.MM HH:mm", Russian);

    private static string Word(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Proposed or AppointmentStatus.Pending => "предварительно",
        AppointmentStatus.Booked => "записан",
        AppointmentStatus.Arrived => "пришёл",
        AppointmentStatus.Fulfilled => "принят",
        AppointmentStatus.Cancelled => "отменено",
        AppointmentStatus.NoShow => "не пришёл",
        _ => throw new InvalidOperationException($"{status} has no word."),
    };

    /// <summary>A MIS's "proposed" and "pending" stand in its schedule as a booking does.</summary>
    private static AppointmentStatus Kind(AppointmentStatus status) => status is AppointmentStatus.Proposed or AppointmentStatus.Pending ? AppointmentStatus.Booked : status;
}
