using System.Globalization;
using Hl7.Fhir.Model;
using MedCrm.Connectors.Tests.Mis;
using MedCrm.Patients.Mis;
using Task = System.Threading.Tasks.Task;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>A MIS that is not ours, the hub before it, and what the MIS's own people do on their own screen.</summary>
internal abstract class FarMis : IAsyncDisposable
{
    public TestHub Hub { get; set; } = null!;

    public abstract IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>A card for a person, born when <see cref="BornOn"/> says.</summary>
    public abstract Task<string> AddPatientAsync(Person person);

    public abstract Task TakeAsync(MisSlot slot);

    public abstract Task<string> BookAsync(string patient, MisSlot slot);

    public abstract Task MoveAsync(string appointment, MisSlot target);

    public abstract Task CancelAsync(string appointment);

    public abstract Task DeleteAsync(string appointment);

    /// <summary>When the visits of a patient stand there.</summary>
    public abstract Task<IReadOnlyList<DateTimeOffset>> StandingAsync(string patient);

    public async Task<IReadOnlyList<MisSlot>> FreeAsync()
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(1);
        return await Hub.Of<IMisGateway>("patients").ReadFreeSlotsAsync(new SlotWindow(from, from.AddDays(6)), CancellationToken.None);
    }

    /// <summary>A slot that is free there and in our copy, the middle one: others are around it.</summary>
    public async Task<MisSlot> SlotAsync(Window window)
    {
        var now = TimeProvider.System.GetUtcNow();
        var shown = await Eventually.AsyncOf(
            async () => (await window.GetAsync($"/api/slots?from={now:yyyy-MM-dd}&to={now.AddDays(9):yyyy-MM-dd}&limit=500"))["items"]!.AsArray() is { Count: > 20 } some ? some : null, "free slots");
        var known = shown.Where(slot => slot!["heldBy"] is null).Select(slot => (string)slot!["id"]!).ToHashSet();
        var free = (await FreeAsync()).Where(slot => known.Contains(slot.Id)).ToList();
        return free[free.Count / 2];
    }

    public static DateOnly BornOn(Person person) => new DateOnly(1960, 1, 2).AddDays(int.Parse(person.Phone[^4..], CultureInfo.InvariantCulture));

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Hub is not null)
        {
            await Hub.DisposeAsync();
        }
    }

    /// <summary>The copy of the schedule stays as it was first read, so that what is taken there is not noticed before we ask.</summary>
    protected static Dictionary<string, string?> Set(MisAdapter adapter) => new()
    {
        ["Mis:Adapter"] = adapter.ToString(),
        ["Mis:Timeout"] = "00:00:10",
        ["Mis:Schedule:NearEvery"] = "01:00:00",
        ["Mis:Schedule:FarEvery"] = "01:00:00",
        ["Mis:Schedule:Days"] = "9",
        ["Mis:Follow:SnapshotEvery"] = "00:00:02",
        ["Mis:Patients:Every"] = "00:00:01",
        ["Mis:Patients:PageSize"] = "3",
    };
}

/// <summary>A real FHIR server.</summary>
internal sealed class FarFhir(FhirClinic clinic) : FarMis
{
    public FhirClinic Clinic => clinic;

    public override IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var settings = Set(MisAdapter.Fhir);
            settings["Mis:Fhir:Url"] = clinic.Url.ToString();
            foreach (var (location, zone) in clinic.Zones)
            {
                settings[$"Mis:TimeZones:{location}"] = zone;
            }

            return settings;
        }
    }

    public static async Task<FarMis> OpenAsync(FhirServer server)
    {
        var far = new FarFhir(await FhirClinic.OpenAsync(server));
        foreach (var _ in Enumerable.Range(0, 10))
        {
            await far.AddPatientAsync(Person.New());
        }

        return far;
    }

    public override Task<string> AddPatientAsync(Person person) =>
        clinic.AddPatientAsync("Щеглов", "Ким", "Игоревич", BornOn(person).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), person.Phone, person.Mail);

    public override Task TakeAsync(MisSlot slot) => clinic.TakeAsync(slot.Id);

    public override Task<string> BookAsync(string patient, MisSlot slot) => clinic.BookAsync(patient, slot);

    public override Task MoveAsync(string appointment, MisSlot target) => clinic.MoveAsync(appointment, target);

    public override Task CancelAsync(string appointment) => clinic.SetStatusAsync(appointment, Appointment.AppointmentStatus.Cancelled);

    public override Task DeleteAsync(string appointment) => clinic.DeleteAsync(appointment);

    public override async Task<IReadOnlyList<DateTimeOffset>> StandingAsync(string patient) => [.. (await clinic.StandingAsync(patient)).Select(one => one.Start!.Value.ToUniversalTime())];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        clinic.Dispose();
    }
}

/// <summary>Renovatio, strictly simulated: no versions, no keys, no feed, clock times without a zone.</summary>
internal sealed class FarRenovatio(RenovatioSimulator far) : FarMis
{
    private static readonly ClinicTime Time = new(new MisOptions { TimeZones = { ["2"] = "Asia/Yekaterinburg" } });

    public override IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var settings = Set(MisAdapter.Renovatio);
            settings["Mis:Renovatio:Url"] = far.Url.ToString();
            settings["Mis:Renovatio:ApiKey"] = RenovatioSimulator.ApiKey;
            settings["Mis:TimeZones:2"] = "Asia/Yekaterinburg";
            return settings;
        }
    }

    public static async Task<FarMis> OpenAsync() => new FarRenovatio(await RenovatioSimulator.StartAsync());

    public override Task<string> AddPatientAsync(Person person) => Task.FromResult(
        far.AddPatient("Щеглов", "Ким", "Игоревич", BornOn(person).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture), person.Phone.TrimStart('+')).ToString(CultureInfo.InvariantCulture));

    public override async Task TakeAsync(MisSlot slot) => await BookAsync(await AddPatientAsync(Person.New()), slot);

    public override Task<string> BookAsync(string patient, MisSlot slot) =>
        Task.FromResult(far.Book(Number(slot.PractitionerId), Number(patient), Number(slot.LocationId), Clock(slot.Start, slot), Clock(slot.End, slot)).ToString(CultureInfo.InvariantCulture));

    public override Task MoveAsync(string appointment, MisSlot target) => ChangeAsync(appointment, one =>
    {
        (one["doctor_id"], one["clinic_id"]) = (Number(target.PractitionerId), Number(target.LocationId));
        (one["time_start"], one["time_end"]) = (Clock(target.Start, target), Clock(target.End, target));
    });

    public override Task CancelAsync(string appointment) => ChangeAsync(appointment, one => one["status"] = "refused");

    public override Task DeleteAsync(string appointment)
    {
        far.Delete(Number(appointment));
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<DateTimeOffset>> StandingAsync(string patient) => Task.FromResult<IReadOnlyList<DateTimeOffset>>(
    [
        .. far.Appointments.Where(one => $"{one["patient_id"]}" == patient && $"{one["status"]}" != "refused")
            .Select(one => Time.Instant(DateTime.ParseExact($"{one["time_start"]}", "dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture), $"{one["clinic_id"]}")!.Value),
    ]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await far.DisposeAsync();
    }

    private Task ChangeAsync(string appointment, Action<System.Text.Json.Nodes.JsonObject> change)
    {
        far.Change(Number(appointment), change);
        return Task.CompletedTask;
    }

    private static string Clock(DateTimeOffset instant, MisSlot slot) => Time.Local(instant, slot.LocationId).ToString("dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture);

    private static int Number(string id) => int.Parse(id, CultureInfo.InvariantCulture);
}
