using Hl7.Fhir.Model;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Fhir;
using Xunit;
using Booked = MedCrm.Patients.Mis.MisResult<MedCrm.Patients.Mis.MisAppointment>;
using Task = System.Threading.Tasks.Task;

[assembly: AssemblyFixture(typeof(MedCrm.Connectors.Tests.Mis.FhirServer))]

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>The FHIR adapter against a real FHIR server.</summary>
public sealed class FhirMisTests(PostgresFixture postgres, FhirServer server) : MisConformance(postgres)
{
    protected override MisHarness Create() => new FhirHarness(server);

    private FhirHarness Fhir => (FhirHarness)Mis;

    [Fact]
    public async Task A_claim_whose_booking_was_refused_is_given_back()
    {
        var slot = await SlotAsync();
        Fhir.Line.RefuseNextAppointment = true;
        Assert.IsType<Booked.Rejected>(await Mis.House.BookAsync(new NewAppointment((await Mis.PatientAsync()).Id, slot), Key(), default));
        Assert.Contains(await FreeAsync(), free => free.Id == slot.Id);
    }

    [Fact]
    public async Task A_claim_that_was_left_lying_is_taken_up_by_its_key_and_by_no_other()
    {
        var (slot, patient, key) = (await SlotAsync(), await Mis.PatientAsync(), Key());
        var claimed = (await Fhir.Clinic.Screen.ReadAsync<Slot>($"Slot/{slot.Id}"))!;
        claimed.Status = Slot.SlotStatus.Busy;
        claimed.Identifier.Add(new Identifier(FhirMapping.KeySystem, key.Value));
        await Fhir.Clinic.Screen.UpdateAsync(claimed);
        Assert.IsType<Booked.SlotTaken>(await Mis.House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        Ok(await Mis.House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
    }

    [Fact]
    public async Task A_merged_patient_answers_by_the_card_that_remains()
    {
        var remains = await Mis.PatientAsync();
        var gone = await Fhir.Clinic.AddMergedAsync(remains.Id);
        Assert.Equal(remains, await Mis.House.GetPatientAsync(gone, default));
        var listed = await Mis.House.ReadPatientsAsync(null, 100, default);
        Assert.Equal([gone], listed.Gone);
        Assert.DoesNotContain(listed.Items, patient => patient.Id == gone);
    }
}

/// <summary>The adapter on a line that can be spoiled, and a clinic behind it.</summary>
public sealed class FhirHarness(FhirServer server) : MisHarness
{
    private FhirMis _adapter = null!;
    private string _patient = "";
    private HttpClient _http = null!;

    internal SpoiledLine Line { get; private set; } = null!;

    internal FhirClinic Clinic { get; private set; } = null!;

    public override IMisGateway Adapter => _adapter;

    public override async Task<MisPatient> PatientAsync() => (await _adapter.GetPatientAsync(_patient, default))!;

    public override Task BookOnTheirScreenAsync(MisSlot slot) => Clinic.TakeAsync(slot.Id);

    public override Task MoveOnTheirScreenAsync(MisAppointment appointment, MisSlot target) => Clinic.MoveAsync(appointment.Id, target);

    public override Task CancelOnTheirScreenAsync(MisAppointment appointment) => Clinic.SetStatusAsync(appointment.Id, Appointment.AppointmentStatus.Cancelled);

    public override Task OrderAsync(Trouble trouble)
    {
        Line.Far.Order(trouble);
        return Task.CompletedTask;
    }

    public override Task OrderNonsenseAsync()
    {
        Line.Far.OrderNonsense();
        return Task.CompletedTask;
    }

    protected override async Task StartAsync()
    {
        Clinic = await FhirClinic.OpenAsync(server);
        foreach (var (location, zone) in Clinic.Zones.Where(pair => pair.Value != Options.TimeZone))
        {
            Options.TimeZones[location] = zone;
        }

        var number = Random.Shared.Next(100_000, 999_999);
        _patient = await Clinic.AddPatientAsync("Иванова", "Мария", "Петровна", "1980-02-01", $"+79002{number}", $"patient{number}@example.test");
        Line = new SpoiledLine();
        _http = new HttpClient(Line) { BaseAddress = Clinic.Url };
        _adapter = new FhirMis(_http, new ClinicTime(Options), TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        _adapter?.Dispose();
        Clinic?.Dispose();
        await base.DisposeAsync();
    }
}

/// <summary>The line, with one more way to fail: the second step of a booking is refused.</summary>
internal sealed class SpoiledLine : DelegatingHandler
{
    public SpoiledLine()
        : base(new FarSide(request => request.Method == HttpMethod.Post || request.Method == HttpMethod.Put) { Nonsense = """{ "resourceType": "Slot", "id": "1" }""" })
    {
    }

    public FarSide Far => (FarSide)InnerHandler!;

    public bool RefuseNextAppointment { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (RefuseNextAppointment && request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/Appointment", StringComparison.Ordinal))
        {
            RefuseNextAppointment = false;
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.UnprocessableEntity)
            {
                Content = new StringContent("""{ "resourceType": "OperationOutcome", "issue": [ { "severity": "error", "code": "business-rule" } ] }""", System.Text.Encoding.UTF8, "application/fhir+json"),
            });
        }

        return base.SendAsync(request, cancellationToken);
    }
}
