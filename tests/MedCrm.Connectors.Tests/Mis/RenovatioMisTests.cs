using System.Globalization;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Renovatio;
using Xunit;
using Booked = MedCrm.Patients.Mis.MisResult<MedCrm.Patients.Mis.MisAppointment>;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>The Renovatio adapter against a strict simulator: the real one cannot be run.</summary>
public sealed class RenovatioMisTests(PostgresFixture postgres) : MisConformance(postgres)
{
    protected override MisHarness Create() => new RenovatioHarness();

    private RenovatioHarness Renovatio => (RenovatioHarness)Mis;

    [Fact]
    public async Task A_spurious_refusal_of_the_key_is_tried_again_and_a_lasting_one_is_told()
    {
        Renovatio.Far.OrderAuthErrors(2);
        Assert.NotEmpty((await Mis.House.ReadDirectoryAsync(default)).Practitioners);
        Renovatio.Far.OrderAuthErrors(3);
        Assert.Equal("mis.credentials", Assert.IsType<Booked.Rejected>(await Mis.House.BookAsync(new NewAppointment("1", await SlotOnceAsync()), Key(), default)).Code);

        async Task<MisSlot> SlotOnceAsync()
        {
            // The three refusals are for the booking.
            Renovatio.Far.OrderAuthErrors(0);
            var slot = await SlotAsync();
            Renovatio.Far.OrderAuthErrors(3);
            return slot;
        }
    }

    [Fact]
    public async Task A_booking_asks_about_overlaps_and_carries_our_tag()
    {
        var key = Key();
        Ok(await Mis.House.BookAsync(new NewAppointment("1", await SlotAsync(), Comment: "Просит окно"), key, default));
        Assert.Equal($"Просит окно {key.Tag}", $"{Renovatio.Far.Appointments[^1]["comment"]}");
    }

    [Fact]
    public async Task One_patient_comes_as_an_object_and_a_family_as_an_array()
    {
        Assert.Single(await Mis.House.FindPatientsAsync("+79002000001", null, default));
        Renovatio.Far.AddPatient("Иванов", "Пётр", "Иванович", "03.04.2010", "79002000001");
        Assert.Equal(2, (await Mis.House.FindPatientsAsync("+79002000001", null, default)).Count);
    }
}

public sealed class RenovatioHarness : MisHarness
{
    private HttpClient _http = null!;
    private FarSide _line = null!;
    private RenovatioMis _adapter = null!;

    internal RenovatioSimulator Far { get; private set; } = null!;

    public override IMisGateway Adapter => _adapter;

    public override async Task<MisPatient> PatientAsync() => (await _adapter.GetPatientAsync("1", default))!;

    public override Task BookOnTheirScreenAsync(MisSlot slot)
    {
        Far.Book(int.Parse(slot.PractitionerId, CultureInfo.InvariantCulture), 2, int.Parse(slot.LocationId, CultureInfo.InvariantCulture), Clock(slot.Start, slot), Clock(slot.End, slot));
        return Task.CompletedTask;
    }

    public override Task MoveOnTheirScreenAsync(MisAppointment appointment, MisSlot target)
    {
        Far.Change(Number(appointment), one => (one["time_start"], one["time_end"]) = (Clock(target.Start, target), Clock(target.End, target)));
        return Task.CompletedTask;
    }

    public override Task CancelOnTheirScreenAsync(MisAppointment appointment)
    {
        Far.Change(Number(appointment), one => one["status"] = "refused");
        return Task.CompletedTask;
    }

    public override Task OrderAsync(Trouble trouble)
    {
        _line.Order(trouble);
        return Task.CompletedTask;
    }

    public override Task OrderNonsenseAsync()
    {
        _line.OrderNonsense();
        return Task.CompletedTask;
    }

    protected override async Task StartAsync()
    {
        Far = await RenovatioSimulator.StartAsync();
        Far.AddPatient("Иванова", "Мария", "Петровна", "01.02.1980", "79002000001");
        Far.AddPatient("Попов", "Олег", "Олегович", "05.06.1975", "79002000002");
        _line = new FarSide(request => request.RequestUri!.Segments[^1] is ['c', 'r', ..] or ['c', 'a', ..] or ['c', 'o', ..]) { Nonsense = """{ "error": 0, "data": { "surprise": true } }""" };
        _http = new HttpClient(_line) { BaseAddress = Far.Url };
        _adapter = new RenovatioMis(new RenovatioApi(_http, RenovatioSimulator.ApiKey, TimeProvider.System), new ClinicTime(Options));
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Far.DisposeAsync();
        await base.DisposeAsync();
    }

    private string Clock(DateTimeOffset instant, MisSlot slot) => new ClinicTime(Options).Local(instant, slot.LocationId).ToString("dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture);

    private static int Number(MisAppointment appointment) => int.Parse(appointment.Id, CultureInfo.InvariantCulture);
}
