using MedCrm.Hosting.Identity;
using MedCrm.Patients.Mis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Sync;

/// <param name="Items">The latest first.</param>
/// <param name="Running">Whether one is under way, the night's or one that somebody asked for.</param>
public sealed record ReconciliationList(IReadOnlyList<ReconciliationReport> Items, bool Running);

/// <summary>What the nights found, and a comparison whenever a supervisor wants one.</summary>
internal static class ReconciliationEndpoint
{
    private const int Longest = 60;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/appointments/reconciliation", Get).WithName("getReconciliation");
        api.MapPost("/appointments/reconciliation", Run).WithName("reconcileAppointments")
            .RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor, Roles.Admin)).ProducesProblem(403).ProducesProblem(409).ProducesProblem(503);
    }

    /// <param name="limit">1 to 60; default 7.</param>
    private static async Task<Results<Ok<ReconciliationList>, ValidationProblem>> Get(int? limit, Reconciliation reconciliation, HttpContext http, CancellationToken ct)
    {
        if (limit is < 1 or > Longest)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = ["reconciliation.limit-out-of-range"] });
        }

        http.Response.Headers.CacheControl = "no-store";
        // In this order: what ends in between is told as under way and among the reports, not as neither.
        var running = await reconciliation.IsRunningAsync(ct);
        return TypedResults.Ok(new ReconciliationList(await reconciliation.ReportsAsync(limit ?? 7, ct), running));
    }

    /// <summary>Takes as long as the MIS takes to list its appointments. The report is kept, also when the caller does not wait for it any more.</summary>
    private static async Task<Results<Ok<ReconciliationReport>, ProblemHttpResult>> Run(Reconciliation reconciliation, HttpContext http)
    {
        try
        {
            return await reconciliation.RunForAsync(http.Agent(), CancellationToken.None) is { } report
                ? TypedResults.Ok(report)
                : TypedResults.Problem(statusCode: 409, title: "reconciliation.running");
        }
        catch (MisUnavailableException)
        {
            return TypedResults.Problem(statusCode: 503, title: "mis.away");
        }
    }
}
