using Marten;
using MedCrm.Connectors.Sdk.Outbound;
using MedCrm.Contracts.Chat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Http;

/// <summary>An answer that will not be tried again. The manager sees it as failed and may send it anew.</summary>
/// <param name="MessageId">The answer.</param>
/// <param name="ReasonCode">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="At">UTC instant at which it was given up.</param>
public sealed record DeadLetter(Guid MessageId, string? ReasonCode, int Attempts, DateTimeOffset? At);

/// <summary>Dead letters of one client.</summary>
/// <param name="Items">Newest first, at most 500.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> Items);

internal static class DeadLetterEndpoint
{
    private const int Most = 500;

    public static void MapDeadLetters(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/ingest/v1/dead-letters", async (HttpContext http, IQuerySession session, IOptions<HttpDoorOptions> options, CancellationToken ct) =>
        {
            if (options.Value.ClientOf(http.Request.Headers[EventEndpoint.ApiKeyHeader].ToString()) is not { } client)
            {
                return Results.Problem(title: "ingest.unauthorized", statusCode: StatusCodes.Status401Unauthorized);
            }

            var dead = await session.Query<OutboundAttempt>()
                .Where(attempt => attempt.Channel == client.Channel && attempt.Outcome == DeliveryStatus.Failed)
                .OrderByDescending(attempt => attempt.OutcomeAt)
                .Take(Most)
                .ToListAsync(ct);
            return Results.Ok(new DeadLetterList([.. dead.Select(attempt => new DeadLetter(attempt.Id, attempt.ReasonCode, attempt.Attempts, attempt.OutcomeAt))]));
        }).AllowAnonymous().Produces<DeadLetterList>().ProducesProblem(401);
}
