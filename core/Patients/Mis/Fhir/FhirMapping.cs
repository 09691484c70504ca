using System.Globalization;
using Hl7.Fhir.Model;
using MedCrm.Contracts.Patients;

namespace MedCrm.Patients.Mis.Fhir;

/// <summary>FHIR's resources and our records; pure.</summary>
internal static class FhirMapping
{
    /// <summary>Under it our keys stand among the identifiers of patients, slots and appointments.</summary>
    public const string KeySystem = "urn:medcrm:idempotency-key";

    /// <summary>Under it an appointment that was moved says which key claimed the slot it stands in.</summary>
    public const string ClaimSystem = "urn:medcrm:slot-claim";

    public static MisPatient Patient(Patient patient)
    {
        var name = patient.Name.FirstOrDefault(one => one.Use == HumanName.NameUse.Official) ?? patient.Name.FirstOrDefault(one => one.Use != HumanName.NameUse.Old) ?? new HumanName();
        var given = name.Given.ToList();
        return new MisPatient(
            patient.Id!, name.Family ?? "", given.ElementAtOrDefault(0) ?? "", given.ElementAtOrDefault(1),
            DateOnly.TryParseExact(patient.BirthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) ? birth : null,
            Telecom(patient, ContactPoint.ContactPointSystem.Phone), Telecom(patient, ContactPoint.ContactPointSystem.Email)?.ToLowerInvariant());
    }

    public static Patient Patient(NewPatient patient, IdempotencyKey key)
    {
        var made = new Patient
        {
            Identifier = [new Identifier(KeySystem, key.Value)],
            Active = true,
            Name = [new HumanName { Use = HumanName.NameUse.Official, Family = patient.Family, Given = new[] { patient.Given, patient.Patronymic }.OfType<string>() }],
            BirthDate = patient.BirthOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        Add(ContactPoint.ContactPointSystem.Phone, patient.Phone);
        Add(ContactPoint.ContactPointSystem.Email, patient.Email);
        return made;

        void Add(ContactPoint.ContactPointSystem system, string? value)
        {
            if (value is not null)
            {
                made.Telecom.Add(new ContactPoint(system, null, value));
            }
        }
    }

    /// <summary>Who remained when this card was merged into another. Null: it was not.</summary>
    public static string? ReplacedBy(Patient patient) =>
        patient.Link.FirstOrDefault(link => link.Type == Hl7.Fhir.Model.Patient.LinkType.ReplacedBy)?.Other is { } other ? IdOf(other, "Patient") : null;

    /// <summary>Null: without a patient or a practitioner it is no visit.</summary>
    public static MisAppointment? Appointment(Appointment appointment)
    {
        var actors = appointment.Participant.Select(participant => participant.Actor).OfType<ResourceReference>().ToList();
        return Actor("Patient") is { } patient && Actor("Practitioner") is { } practitioner && appointment.Start is { } start
            ? new MisAppointment(
                appointment.Id!, appointment.Meta?.VersionId, Status(appointment.Status), patient, practitioner, Actor("Location") ?? "", start.ToUniversalTime(), (appointment.End ?? start).ToUniversalTime(),
                appointment.Identifier.FirstOrDefault(identifier => identifier.System == KeySystem)?.Value, appointment.ServiceType.FirstOrDefault()?.Coding.FirstOrDefault()?.Code)
            : null;

        string? Actor(string type) => actors.Select(actor => IdOf(actor, type)).FirstOrDefault(id => id is not null);
    }

    public static Appointment Appointment(NewAppointment wish, Slot slot, IdempotencyKey key) => new()
    {
        Identifier = [new Identifier(KeySystem, key.Value)],
        Status = Hl7.Fhir.Model.Appointment.AppointmentStatus.Booked,
        Slot = [new ResourceReference($"Slot/{slot.Id}")],
        Start = slot.Start,
        End = slot.End,
        Comment = wish.Comment,
        ServiceType = wish.ServiceId is { } service ? [new CodeableConcept { Coding = [new Coding { Code = service }] }] : [],
        Participant =
        [
            // A patient who said nothing yet; confirming makes it "accepted".
            Participant($"Patient/{wish.PatientId}", ParticipationStatus.NeedsAction),
            Participant($"Practitioner/{wish.Slot.PractitionerId}", ParticipationStatus.Accepted),
            Participant($"Location/{wish.Slot.LocationId}", ParticipationStatus.Accepted),
        ],
    };

    public static Appointment.ParticipantComponent Participant(string actor, ParticipationStatus status) => new() { Actor = new ResourceReference(actor), Status = status };

    /// <summary>The id behind a reference to a resource of a type. Null: it refers to something else.</summary>
    public static string? IdOf(ResourceReference reference, string type)
    {
        var parts = (reference.Reference ?? "").Split('/');
        return parts.Length >= 2 && parts[^2] == type ? parts[^1] : null;
    }

    /// <summary>Whose booking claimed a slot. Null: nobody's of ours.</summary>
    public static string? ClaimOf(Slot slot) => slot.Identifier.FirstOrDefault(identifier => identifier.System == KeySystem)?.Value;

    /// <summary>Is the slot in which an appointment stands, or stood, claimed for it?</summary>
    public static bool IsClaimedBy(string claim, Appointment appointment) => appointment.Identifier.Any(identifier => identifier.System is KeySystem or ClaimSystem && identifier.Value == claim);

    public static (string Id, string Name)? Concept(CodeableConcept concept) =>
        concept.Coding.FirstOrDefault(coding => !string.IsNullOrEmpty(coding.Code)) is { } coding ? (coding.Code!, concept.Text ?? coding.Display ?? coding.Code!)
        : string.IsNullOrEmpty(concept.Text) ? null : (concept.Text, concept.Text);

    private static string? Telecom(Patient patient, ContactPoint.ContactPointSystem system) =>
        patient.Telecom.Where(telecom => telecom.System == system && telecom.Use != ContactPoint.ContactPointUse.Old).OrderBy(telecom => telecom.Rank ?? int.MaxValue).FirstOrDefault()?.Value;

    private static AppointmentStatus Status(Appointment.AppointmentStatus? status) => status switch
    {
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Booked => AppointmentStatus.Booked,
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Pending => AppointmentStatus.Pending,
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Arrived or Hl7.Fhir.Model.Appointment.AppointmentStatus.CheckedIn => AppointmentStatus.Arrived,
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Fulfilled => AppointmentStatus.Fulfilled,
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Noshow => AppointmentStatus.NoShow,
        Hl7.Fhir.Model.Appointment.AppointmentStatus.Cancelled or Hl7.Fhir.Model.Appointment.AppointmentStatus.EnteredInError => AppointmentStatus.Cancelled,
        _ => AppointmentStatus.Proposed,
    };
}
