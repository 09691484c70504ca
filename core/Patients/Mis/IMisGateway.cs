namespace MedCrm.Patients.Mis;

/// <summary>The hospital information system (МИС), whichever it is. Only what identification needs; booking will add its calls here.</summary>
public interface IMisGateway
{
    /// <summary>Patients who have one of the addresses, at most 20. Names are not searched: a namesake is nobody's proof.</summary>
    /// <param name="phone">E.164. Null: unknown.</param>
    /// <param name="email">Lower case. Null: unknown.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="MisUnavailableException">The MIS does not answer, or not in time. Asking again is safe.</exception>
    Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct);
}

/// <summary>A patient as the MIS has them (FHIR: Patient).</summary>
public sealed record MisPatient(string Id, string Family, string Given, string? Patronymic, DateOnly? BirthOn, string? Phone, string? Email)
{
    public string FullName => string.Join(' ', new[] { Family, Given, Patronymic }.Where(part => !string.IsNullOrWhiteSpace(part)));
}

/// <summary>The MIS is out of reach for now.</summary>
public sealed class MisUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No MIS is connected: nobody is ever found, and that is an answer.</summary>
internal sealed class NoMis : IMisGateway
{
    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) => Task.FromResult<IReadOnlyList<MisPatient>>([]);
}
