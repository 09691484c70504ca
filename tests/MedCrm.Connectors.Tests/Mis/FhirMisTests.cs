using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
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
        var claimed = (await Fhir.Screen.ReadAsync<Slot>($"Slot/{slot.Id}"))!;
        claimed.Status = Slot.SlotStatus.Busy;
        claimed.Identifier.Add(new Identifier(FhirMapping.KeySystem, key.Value));
        await Fhir.Screen.UpdateAsync(claimed);
        Assert.IsType<Booked.SlotTaken>(await Mis.House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        Ok(await Mis.House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
    }

    [Fact]
    public async Task A_merged_patient_answers_by_the_card_that_remains()
    {
        var remains = await Mis.PatientAsync();
        var gone = (await Fhir.Screen.CreateAsync(new Patient { Name = [new HumanName { Family = "Проверкина", Given = ["Анна"] }], Link = [new Patient.LinkComponent { Other = new ResourceReference($"Patient/{remains.Id}"), Type = Patient.LinkType.ReplacedBy }] }))!;
        Assert.Equal(remains, await Mis.House.GetPatientAsync(gone.Id!, default));
    }
}

/// <summary>Medplum's FHIR router in a Node process, for the whole run.</summary>
public sealed class FhirServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Process? _process;
    private Uri? _url;

    /// <summary>The base address of an empty server; the process is started when the first test asks.</summary>
    public async Task<Uri> NewAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_url is null)
            {
                var home = Folder();
                Assert.SkipUnless(Directory.Exists(Path.Combine(home, "node_modules")), "The FHIR server is not installed: npm ci in tests/peers/fhir.");
                _process = Process.Start(new ProcessStartInfo("node", ["server.mjs"]) { WorkingDirectory = home, RedirectStandardOutput = true, RedirectStandardInput = true })!;
                var port = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The FHIR server did not start.");
                _url = new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}/");
            }

            return new Uri(_url, $"{Guid.NewGuid():N}/fhir/");
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // It ends with its standard input.
            _process.StandardInput.Close();
            _process.WaitForExit(TimeSpan.FromSeconds(5));
            _process.Dispose();
        }

        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "peers", "fhir"));
}

/// <summary>A clinic on an empty server: two doctors in two branches, six days of visits.</summary>
public sealed class FhirHarness(FhirServer server) : MisHarness
{
    private static readonly (string Specialty, string Family, string Zone)[] Doctors = [("Терапевт", "Громова", "Europe/Moscow"), ("Кардиолог", "Белов", "Asia/Yekaterinburg")];
    private FhirMis _adapter = null!;
    private string _patient = "";
    private HttpClient _http = null!;

    internal SpoiledLine Line { get; private set; } = null!;

    /// <summary>The MIS's own people use no adapter.</summary>
    internal FhirClient Screen { get; private set; } = null!;

    public override IMisGateway Adapter => _adapter;

    public override async Task<MisPatient> PatientAsync() => (await _adapter.GetPatientAsync(_patient, default))!;

    public override async Task BookOnTheirScreenAsync(MisSlot slot) => await SetAsync(slot.Id, Slot.SlotStatus.Busy);

    public override async Task MoveOnTheirScreenAsync(MisAppointment appointment, MisSlot target)
    {
        var moved = (await Screen.ReadAsync<Appointment>($"Appointment/{appointment.Id}"))!;
        await SetAsync(FhirMapping.IdOf(moved.Slot[0], "Slot")!, Slot.SlotStatus.Free);
        await SetAsync(target.Id, Slot.SlotStatus.Busy);
        moved.Slot = [new ResourceReference($"Slot/{target.Id}")];
        (moved.Start, moved.End) = (target.Start, target.End);
        await Screen.UpdateAsync(moved);
    }

    public override async Task CancelOnTheirScreenAsync(MisAppointment appointment)
    {
        var cancelled = (await Screen.ReadAsync<Appointment>($"Appointment/{appointment.Id}"))!;
        cancelled.Status = Appointment.AppointmentStatus.Cancelled;
        await Screen.UpdateAsync(cancelled);
    }

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
        var url = await server.NewAsync();
        Screen = new FhirClient(url, new FhirClientSettings { VerifyFhirVersion = false, PreferredFormat = ResourceFormat.Json, ReturnPreference = ReturnPreference.Representation });
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1);
        foreach (var (specialty, family, zone) in Doctors)
        {
            var location = (await Screen.CreateAsync(new Location { Name = $"Клиника {zone}" }))!;
            if (zone != Options.TimeZone)
            {
                Options.TimeZones[location.Id!] = zone;
            }

            var practitioner = (await Screen.CreateAsync(new Practitioner { Active = true, Name = [new HumanName { Family = family, Given = ["Елена", "Петровна"] }] }))!;
            var schedule = (await Screen.CreateAsync(new Schedule
            {
                Active = true,
                Specialty = [new CodeableConcept { Text = specialty, Coding = [new Coding("urn:medcrm:test", specialty)] }],
                Actor = [new ResourceReference($"Practitioner/{practitioner.Id}"), new ResourceReference($"Location/{location.Id}")],
            }))!;
            var clock = TimeZoneInfo.FindSystemTimeZoneById(zone);
            foreach (var n in Enumerable.Range(0, 6))
            {
                foreach (var half in Enumerable.Range(0, 6))
                {
                    var start = ClinicTime.Instant(day.AddDays(n).ToDateTime(new TimeOnly(9, 0).AddMinutes(half * 90)), clock)!.Value;
                    await Screen.CreateAsync(new Slot { Schedule = new ResourceReference($"Schedule/{schedule.Id}"), Status = Slot.SlotStatus.Free, Start = start, End = start.AddMinutes(30) });
                }
            }
        }

        var number = Random.Shared.Next(100_000, 999_999);
        _patient = (await Screen.CreateAsync(new Patient
        {
            Name = [new HumanName { Family = "Иванова", Given = ["Мария", "Петровна"] }],
            BirthDate = "1980-02-01",
            Telecom = [new ContactPoint(ContactPoint.ContactPointSystem.Phone, null, $"+79002{number}"), new ContactPoint(ContactPoint.ContactPointSystem.Email, null, $"patient{number}@example.test")],
        }))!.Id!;
        Line = new SpoiledLine();
        _http = new HttpClient(Line) { BaseAddress = url };
        _adapter = new FhirMis(_http, new ClinicTime(Options), TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        _adapter?.Dispose();
        Screen?.Dispose();
        await base.DisposeAsync();
    }

    private async Task SetAsync(string slot, Slot.SlotStatus status)
    {
        var changed = (await Screen.ReadAsync<Slot>($"Slot/{slot}"))!;
        changed.Status = status;
        await Screen.UpdateAsync(changed);
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
