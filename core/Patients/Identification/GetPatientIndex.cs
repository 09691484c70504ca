using MedCrm.Patients.Mis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Identification;

/// <summary>How full the index of patients is. Until the MIS's list was read to its end, rare names look common, and a sure match may only be "possible".</summary>
/// <param name="Count">Patients in it.</param>
/// <param name="Listed">Whether the MIS tells all its patients. If not, the index grows by whoever is looked up.</param>
/// <param name="ReadingSince">UTC instant at which the reading of the whole list began that is under way. Null: none is.</param>
/// <param name="FullAt">UTC instant at which the end of the list was last reached. Null: never.</param>
public sealed record PatientIndexState(int Count, bool Listed, DateTimeOffset? ReadingSince, DateTimeOffset? FullAt)
{
    /// <param name="beganAt">UTC instant at which the last reading of the whole list began. Null: never.</param>
    internal static PatientIndexState Of(int count, bool listed, DateTimeOffset? beganAt, DateTimeOffset? fullAt) =>
        new(count, listed, fullAt is null || fullAt < beganAt ? beganAt : null, fullAt);
}

/// <summary>Numbers only, no patient: whoever works here may know them.</summary>
internal static class GetPatientIndexEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/patients/index", Get).WithName("getPatientIndex");

    private static async Task<Ok<PatientIndexState>> Get(PatientIndex index, IMisGateway mis, HttpContext http, CancellationToken ct)
    {
        var (_, beganAt, fullAt) = await index.PositionAsync(ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(PatientIndexState.Of(await index.CountAsync(ct), mis.Capabilities.HasFlag(MisCapabilities.ListPatients), beganAt, fullAt));
    }
}
