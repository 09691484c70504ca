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
/// <param name="TraceId">What IT looks for in traces and dead letters: the id of the trace in which the request was opened (W3C Trace Context, 32 hexadecimal digits), or the bus's own correlation id where nobody traces. Null: opened before this was kept.</param>
public sealed record RequestDetails(RequestRow Row, IReadOnlyList<PatientCandidate> Candidates, string? TraceId);

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
        var opened = await session.Events.FetchStreamAsync(id.Value, version: 1, token: ct);
        return TypedResults.Ok(new RequestDetails(request.ToRow(), request.Candidates, opened is [var first] ? first.CorrelationId : null));
    }
}
