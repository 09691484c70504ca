namespace MedCrm.Patients.Mis;

/// <summary>A patient as the MIS has them (FHIR: Patient).</summary>
public sealed record MisPatient(string Id, string Family, string Given, string? Patronymic, DateOnly? BirthOn, string? Phone, string? Email)
{
    public string FullName => string.Join(' ', new[] { Family, Given, Patronymic }.Where(part => !string.IsNullOrWhiteSpace(part)));

    /// <summary>Personal data stays out of logs and of messages of exceptions.</summary>
    public override string ToString() => $"patient {Id}";
}

/// <summary>Some of the MIS's patients.</summary>
/// <param name="Items">As they are now, each at most once.</param>
/// <param name="Gone">Ids of cards that are nobody's any more: merged into another, or put away.</param>
/// <param name="Cursor">Where to go on. Opaque.</param>
/// <param name="More">There is more now.</param>
public sealed record PatientPage(IReadOnlyList<MisPatient> Items, IReadOnlyList<string> Gone, string Cursor, bool More);

/// <summary>A card to be opened.</summary>
/// <param name="Phone">E.164. Null: unknown.</param>
/// <param name="Email">Lower case. Null: unknown.</param>
public sealed record NewPatient(string Family, string Given, string? Patronymic, DateOnly? BirthOn, string? Phone, string? Email)
{
    /// <summary>Personal data stays out of logs and of messages of exceptions.</summary>
    public override string ToString() => "a new patient";

    /// <summary>Is this the card we asked for? Everything we said is there, letter for letter.</summary>
    internal bool Is(MisPatient patient) =>
        Same(Family, patient.Family) && Same(Given, patient.Given) && (Patronymic is null || Same(Patronymic, patient.Patronymic))
        && (BirthOn is null || BirthOn == patient.BirthOn) && (Phone is null || Phone == patient.Phone) && (Email is null || Same(Email, patient.Email));

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
