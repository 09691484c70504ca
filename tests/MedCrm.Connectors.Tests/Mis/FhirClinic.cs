using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Fhir;
using Task = System.Threading.Tasks.Task;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>A clinic on an empty FHIR server: two doctors in two branches by two clocks, six days of visits. And what its own people do on their own screen; they use no adapter.</summary>
internal sealed class FhirClinic : IDisposable
{
    private static readonly (string Specialty, string Family, string Zone)[] Doctors = [("Терапевт", "Громова", "Europe/Moscow"), ("Кардиолог", "Белов", "Asia/Yekaterinburg")];

    private FhirClinic(Uri url)
    {
        Url = url;
        Screen = new FhirClient(url, new FhirClientSettings { VerifyFhirVersion = false, PreferredFormat = ResourceFormat.Json, ReturnPreference = ReturnPreference.Representation });
    }

    public Uri Url { get; }

    public FhirClient Screen { get; }

    /// <summary>Zones of the branches, by their ids.</summary>
    public Dictionary<string, string> Zones { get; } = [];

    public static async Task<FhirClinic> OpenAsync(FhirServer server)
    {
        var clinic = new FhirClinic(await server.NewAsync());
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1);
        foreach (var (specialty, family, zone) in Doctors)
        {
            var location = (await clinic.Screen.CreateAsync(new Location { Name = $"Клиника {zone}" }))!;
            clinic.Zones[location.Id!] = zone;
            var practitioner = (await clinic.Screen.CreateAsync(new Practitioner { Active = true, Name = [new HumanName { Family = family, Given = ["Елена", "Петровна"] }] }))!;
            var schedule = (await clinic.Screen.CreateAsync(new Schedule
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
                    await clinic.Screen.CreateAsync(new Slot { Schedule = new ResourceReference($"Schedule/{schedule.Id}"), Status = Slot.SlotStatus.Free, Start = start, End = start.AddMinutes(30) });
                }
            }
        }

        return clinic;
    }

    public async Task<string> AddPatientAsync(string family, string given, string patronymic, string birth, string phone, string email) => (await Screen.CreateAsync(new Patient
    {
        Active = true,
        Name = [new HumanName { Family = family, Given = [given, patronymic] }],
        BirthDate = birth,
        Telecom = [new ContactPoint(ContactPoint.ContactPointSystem.Phone, null, phone), new ContactPoint(ContactPoint.ContactPointSystem.Email, null, email)],
    }))!.Id!;

    /// <summary>Another card of the same person, merged into the one that remains.</summary>
    public async Task<string> AddMergedAsync(string remains) => (await Screen.CreateAsync(new Patient
    {
        Name = [new HumanName { Family = "Проверкина", Given = ["Анна"] }],
        Link = [new Patient.LinkComponent { Other = new ResourceReference($"Patient/{remains}"), Type = Patient.LinkType.ReplacedBy }],
    }))!.Id!;

    public Task TakeAsync(string slot) => SetAsync(slot, Slot.SlotStatus.Busy);

    public async Task<string> BookAsync(string patient, MisSlot slot)
    {
        await TakeAsync(slot.Id);
        return (await Screen.CreateAsync(new Appointment
        {
            Status = Appointment.AppointmentStatus.Booked,
            Slot = [new ResourceReference($"Slot/{slot.Id}")],
            Start = slot.Start,
            End = slot.End,
            Participant =
            [
                FhirMapping.Participant($"Patient/{patient}", ParticipationStatus.Accepted), FhirMapping.Participant($"Practitioner/{slot.PractitionerId}", ParticipationStatus.Accepted),
                FhirMapping.Participant($"Location/{slot.LocationId}", ParticipationStatus.Accepted),
            ],
        }))!.Id!;
    }

    public async Task MoveAsync(string appointment, MisSlot target)
    {
        var moved = await GetAsync(appointment);
        await SetAsync(FhirMapping.IdOf(moved.Slot[0], "Slot")!, Slot.SlotStatus.Free);
        await TakeAsync(target.Id);
        moved.Slot = [new ResourceReference($"Slot/{target.Id}")];
        (moved.Start, moved.End) = (target.Start, target.End);
        moved.Participant.RemoveAll(participant => participant.Actor is { } actor && (FhirMapping.IdOf(actor, "Practitioner") ?? FhirMapping.IdOf(actor, "Location")) is not null);
        moved.Participant.Add(FhirMapping.Participant($"Practitioner/{target.PractitionerId}", ParticipationStatus.Accepted));
        moved.Participant.Add(FhirMapping.Participant($"Location/{target.LocationId}", ParticipationStatus.Accepted));
        await Screen.UpdateAsync(moved);
    }

    public async Task SetStatusAsync(string appointment, Appointment.AppointmentStatus status)
    {
        var changed = await GetAsync(appointment);
        changed.Status = status;
        await Screen.UpdateAsync(changed);
    }

    public Task DeleteAsync(string appointment) => Screen.DeleteAsync($"Appointment/{appointment}");

    public async Task<Appointment> GetAsync(string appointment) => (await Screen.ReadAsync<Appointment>($"Appointment/{appointment}"))!;

    /// <summary>Everything that stands there for a patient.</summary>
    public async Task<IReadOnlyList<Appointment>> StandingAsync(string patient) =>
    [
        .. (await Screen.SearchAsync<Appointment>(new SearchParams().Where($"patient=Patient/{patient}").LimitTo(100)))!.Entry.Select(entry => entry.Resource).OfType<Appointment>()
            .Where(one => one.Status is not (Appointment.AppointmentStatus.Cancelled or Appointment.AppointmentStatus.EnteredInError)),
    ];

    public async Task<bool> IsFreeAsync(string slot) => (await Screen.ReadAsync<Slot>($"Slot/{slot}"))!.Status == Slot.SlotStatus.Free;

    public void Dispose() => Screen.Dispose();

    private async Task SetAsync(string slot, Slot.SlotStatus status)
    {
        var changed = (await Screen.ReadAsync<Slot>($"Slot/{slot}"))!;
        changed.Status = status;
        await Screen.UpdateAsync(changed);
    }
}
