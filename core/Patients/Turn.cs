namespace MedCrm.Patients;

/// <summary>What one instance of the room does at a time, by the names of its turns (<see cref="Hosting.Turns" />).</summary>
internal static class Turn
{
    public const string Schedule = "patients: schedule";
    public const string Patients = "patients: index";
    public const string Appointments = "patients: appointments";
    public const string Reminders = "patients: reminders";
    public const string Reconciliation = "patients: reconciliation";
}
