using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Sync;

/// <param name="Items">The latest night first.</param>
public sealed record ReconciliationList(IReadOnlyList<ReconciliationReport> Items);

/// <summary>What the nights found.</summary>
internal static class ReconciliationEndpoint
{
    private const int Longest = 60;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/appointments/reconciliation", Get).WithName("getReconciliation");

    /// <param name="limit">1 to 60; default 7.</param>
    private static async Task<Results<Ok<ReconciliationList>, ValidationProblem>> Get(int? limit, Reconciliation reconciliation, HttpContext http, CancellationToken ct)
    {
        if (limit is < 1 or > Longest)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = ["reconciliation.limit-out-of-range"] });
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new ReconciliationList(await reconciliation.ReportsAsync(limit ?? 7, ct)));
    }
}
