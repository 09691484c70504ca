using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Sync;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class DifferencesTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-27T14:30:00Z", null);
    private static readonly AppointmentSlot Slot = new("5-1", "5", "Крылова Марина Сергеевна", "1", "Клиника на Лесной", Start, Start.AddMinutes(30), "Europe/Moscow");
    private static readonly Appointment Ours = new() { PatientId = "7", Status = AppointmentStatus.Booked, Slot = Slot, MisId = "100", MisVersion = "1" };
    private static readonly MisAppointment Theirs = new("100", "1", AppointmentStatus.Booked, "7", "5", "1", Start, Start.AddMinutes(30));

    [Fact]
    public void What_we_wrote_comes_back_as_nothing_new_under_whatever_version()
    {
        Assert.Empty(Differences.Between(Ours, Theirs));
        Assert.Empty(Differences.Between(Ours, Theirs with { Version = "9", Key = "ours" }));
        // A MIS that calls a booking pending, knows no branch, or no end.
        Assert.Empty(Differences.Between(Ours, Theirs with { Status = AppointmentStatus.Pending, LocationId = "", End = Start }));
    }

    [Fact]
    public void Each_difference_is_named()
    {
        Assert.Equal([Difference.Time], Differences.Between(Ours, Theirs with { Start = Start.AddHours(1), End = Start.AddHours(1.5) }));
        Assert.Equal([Difference.Practitioner], Differences.Between(Ours, Theirs with { PractitionerId = "6" }));
        Assert.Equal([Difference.Location], Differences.Between(Ours, Theirs with { LocationId = "2" }));
        Assert.Equal([Difference.Patient], Differences.Between(Ours, Theirs with { PatientId = "8" }));
        Assert.Equal([Difference.Status], Differences.Between(Ours, Theirs with { Status = AppointmentStatus.NoShow }));
        Assert.Equal([Difference.Missing], Differences.Between(Ours, null));
    }

    [Fact]
    public void Of_what_is_off_on_both_sides_nothing_is_left_to_differ()
    {
        var off = Ours with { Status = AppointmentStatus.Cancelled };
        Assert.Empty(Differences.Between(off, null));
        Assert.Empty(Differences.Between(off, Theirs with { Status = AppointmentStatus.Cancelled, Start = Start.AddHours(1) }));
        Assert.Equal([Difference.Status], Differences.Between(off, Theirs));
    }

    [Fact]
    public void The_report_says_it_in_russian_by_the_clock_of_the_branch_and_without_a_patients_name()
    {
        var directory = new MisDirectory([], [new MisPractitioner("6", "Гусев Виктор Павлович", [], [])], [], []);
        Assert.Equal("время: у нас 27.11 17:30, в МИС 27.11 18:30", Differences.Words(Difference.Time, Ours, Theirs with { Start = Start.AddHours(1) }, directory));
        Assert.Equal("врач: у нас Крылова Марина Сергеевна, в МИС Гусев Виктор Павлович", Differences.Words(Difference.Practitioner, Ours, Theirs with { PractitionerId = "6" }, directory));
        Assert.Equal("статус: у нас «записан», в МИС «отменено»", Differences.Words(Difference.Status, Ours, Theirs with { Status = AppointmentStatus.Cancelled }, directory));
        Assert.Equal("в МИС такой записи нет", Differences.Words(Difference.Missing, Ours, null, directory));
    }
}
