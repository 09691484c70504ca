using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Identity;
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

    private static async Task<Results<Ok<RequestDetails>, ProblemHttpResult>> Get(RequestId id, HttpContext http, IQuerySession session, SeenLog seen, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await session.LoadAsync<Request>(id.Value, ct) is not { } request)
        {
            return TypedResults.Problem(statusCode: 404, title: "request.not-found");
        }

        await seen.TellAsync(http.Agent(), SeenAs.Request, [request.Seen()]);
        return TypedResults.Ok(new RequestDetails(request.ToRow(), request.Candidates));
    }
}
