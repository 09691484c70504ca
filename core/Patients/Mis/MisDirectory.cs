namespace MedCrm.Patients.Mis;

/// <summary>What slots and appointments refer to, all at once.</summary>
public sealed record MisDirectory(
    IReadOnlyList<MisLocation> Locations, IReadOnlyList<MisPractitioner> Practitioners, IReadOnlyList<MisSpecialty> Specialties, IReadOnlyList<MisService> Services)
{
    public static MisDirectory Empty { get; } = new([], [], [], []);
}

/// <summary>A branch (филиал; FHIR: Location).</summary>
/// <param name="Id">The MIS's own.</param>
/// <param name="Name">As the MIS writes it.</param>
/// <param name="TimeZone">IANA zone in which its clocks and its schedule are meant.</param>
public sealed record MisLocation(string Id, string Name, string TimeZone);

/// <summary>A doctor (врач; FHIR: Practitioner with their roles).</summary>
/// <param name="Id">The MIS's own.</param>
/// <param name="Name">Full name, family name first.</param>
/// <param name="SpecialtyIds">What they are asked for.</param>
/// <param name="LocationIds">Where they work. Empty: not told.</param>
public sealed record MisPractitioner(string Id, string Name, IReadOnlyList<string> SpecialtyIds, IReadOnlyList<string> LocationIds);

/// <summary>A specialty as the MIS names it: <c>Оториноларинголог</c>.</summary>
public sealed record MisSpecialty(string Id, string Name);

/// <summary>A service (услуга; FHIR: HealthcareService).</summary>
/// <param name="Id">The MIS's own.</param>
/// <param name="Name">As the MIS writes it.</param>
/// <param name="SpecialtyId">Who does it. Null: not told.</param>
/// <param name="Duration">How long it takes. Null: as long as the slot.</param>
public sealed record MisService(string Id, string Name, string? SpecialtyId, TimeSpan? Duration);
