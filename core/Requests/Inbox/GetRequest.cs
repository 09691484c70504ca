using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Requests.Inbox;

/// <summary>One request.</summary>
/// <param name="Row">As in the inbox.</param>
/// <param name="Candidates">Patients of the MIS who may be the contact, best first.</param>
public sealed record RequestDetails(RequestRow Row, IReadOnlyList<PatientCandidate> Candidates);

public static class GetRequestEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/requests/{id}", Get).WithName("getRequest").ProducesProblem(404);

    private static async Task<Results<Ok<RequestDetails>, ProblemHttpResult>> Get(RequestId id, HttpContext http, IQuerySession session, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return await session.LoadAsync<Request>(id.Value, ct) is { } request
            ? TypedResults.Ok(new RequestDetails(request.ToRow(), request.Candidates))
            : TypedResults.Problem(statusCode: 404, title: "request.not-found");
    }
}
