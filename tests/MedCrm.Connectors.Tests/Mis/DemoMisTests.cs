using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Demo;
using Xunit;
using Booked = MedCrm.Patients.Mis.MisResult<MedCrm.Patients.Mis.MisAppointment>;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>The demo MIS behaves like any other, and fails in every way it is asked to.</summary>
public sealed class DemoMisTests(PostgresFixture postgres) : MisConformance(postgres)
{
    protected override MisHarness Create() => new DemoHarness();

    private DemoHarness Demo => (DemoHarness)Mis;

    [Fact]
    public async Task It_answers_late_when_asked_to()
    {
        await Demo.Faults.OrderAsync(DemoFault.Slow, "directory", 1, TimeSpan.FromMilliseconds(300), default);
        var started = TimeProvider.System.GetTimestamp();
        await Mis.House.ReadDirectoryAsync(default);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task It_says_taken_and_duplicate_and_shows_a_wrong_clock_when_asked_to()
    {
        await Demo.Faults.OrderAsync(DemoFault.SlotTaken, "book", 1, default, default);
        Assert.IsType<Booked.SlotTaken>(await Mis.House.BookAsync(new NewAppointment((await Mis.PatientAsync()).Id, await SlotAsync()), Key(), default));
        await Demo.Faults.OrderAsync(DemoFault.Duplicate, "create-patient", 1, default, default);
        Assert.IsType<MisResult<MisPatient>.DuplicatePatient>(await Mis.House.CreatePatientAsync(new NewPatient("Проверкин", "Пётр", null, null, "+79001000001", null), Key(), default));
        await Demo.Faults.OrderAsync(DemoFault.ClockSkew, "probe", 1, TimeSpan.FromMinutes(7), default);
        Assert.Equal(TimeSpan.FromMinutes(7), (await Mis.House.ProbeAsync(default)).ClockSkew);
    }

    [Fact]
    public async Task A_merged_patient_answers_by_the_card_that_remains()
    {
        var (gone, remains) = ((await Mis.House.GetPatientAsync("7", default))!, (await Mis.House.GetPatientAsync("8", default))!);
        var booked = Ok(await Mis.House.BookAsync(new NewAppointment(gone.Id, await SlotAsync()), Key(), default));
        await Demo.Database.MergePatientsAsync(7, 8, default);
        Assert.Equal(remains, await Mis.House.GetPatientAsync(gone.Id, default));
        Assert.DoesNotContain(gone.Id, (await Mis.House.FindPatientsAsync(gone.Phone, gone.Email, default)).Select(one => one.Id));
        Assert.Equal(remains.Id, (await Mis.House.GetAppointmentAsync(booked.Id, default))!.PatientId);
    }

    [Fact]
    public async Task An_appointment_removed_without_a_trace_is_gone()
    {
        var booked = Ok(await Mis.House.BookAsync(new NewAppointment("1", await SlotAsync()), Key(), default));
        await Demo.Database.DeleteAsync(int.Parse(booked.Id, System.Globalization.CultureInfo.InvariantCulture), default);
        Assert.Null(await Mis.House.GetAppointmentAsync(booked.Id, default));
    }
}

public sealed class DemoHarness : MisHarness
{
    private DemoMis _adapter = null!;

    internal new DemoDatabase Database { get; private set; } = null!;

    internal DemoFaults Faults { get; private set; } = null!;

    public override IMisGateway Adapter => _adapter;

    public override async Task<MisPatient> PatientAsync() => (await _adapter.GetPatientAsync("1", default))!;

    public override async Task BookOnTheirScreenAsync(MisSlot slot)
    {
        Assert.True(DemoDatabase.TrySlotId(slot.Id, out var practitioner, out var start));
        Assert.Equal(DemoDatabase.Answer.Done, (await Database.BookAsync(2, practitioner, start, null, null, default)).Answer);
    }

    public override async Task MoveOnTheirScreenAsync(MisAppointment appointment, MisSlot target)
    {
        Assert.True(DemoDatabase.TrySlotId(target.Id, out var practitioner, out var start));
        Assert.Equal(DemoDatabase.Answer.Done, (await Database.MoveAsync(Number(appointment), null, practitioner, start, null, default)).Answer);
    }

    public override Task CancelOnTheirScreenAsync(MisAppointment appointment) => Database.SetStatusAsync(Number(appointment), null, AppointmentStatus.Cancelled, default);

    public override Task OrderAsync(Trouble trouble) => Faults.OrderAsync(
        trouble switch { Trouble.Down => DemoFault.Down, Trouble.AnswerLost => DemoFault.TimeoutAfterCommit, _ => DemoFault.TextError }, DemoFaults.AnyOperation, 1, default, default);

    public override Task OrderNonsenseAsync() => Faults.OrderAsync(DemoFault.Nonsense, DemoFaults.AnyOperation, 1, default, default);

    protected override async Task StartAsync()
    {
        var time = new ClinicTime(Options);
        Database = new DemoDatabase(base.Database, time, TimeProvider.System);
        await Database.StartingAsync(default);
        Faults = new DemoFaults(Database);
        _adapter = new DemoMis(Database, Faults, time, TimeProvider.System);
    }

    private static int Number(MisAppointment appointment) => int.Parse(appointment.Id, System.Globalization.CultureInfo.InvariantCulture);
}
