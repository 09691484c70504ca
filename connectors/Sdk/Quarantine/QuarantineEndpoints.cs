using Marten;
using MedCrm.Connectors.Sdk.Archive;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Sdk.Quarantine;

/// <summary>Inputs that wait for a person.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Give it as <c>before</c> to see older ones. Null: there are none.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantinedInput> Items, DateTimeOffset? Next);

/// <summary>What a replay led to.</summary>
/// <param name="Result"><c>accepted</c>: sent on. <c>duplicate</c>: it was understood before. <c>quarantined</c>: still not understood.</param>
/// <param name="Reason">Why it stays. Null: it does not.</param>
public sealed record ReplayAnswer(string Result, string? Reason);

internal static class QuarantineEndpoints
{
    private const int MostItems = 500;

    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        // Whoever answers patients may see it: a lead that nobody could read is still somebody's lead.
        var quarantine = app.MapGroup("/api/quarantine").RequireAuthorization(policy => policy.RequireRole(Roles.Manager, Roles.Supervisor, Roles.Admin));
        quarantine.MapGet("", ListAsync);
        quarantine.MapGet("{id:guid}/raw", DownloadAsync);
        quarantine.MapPost("{id:guid}/replay", ReplayAsync);
    }

    private static async Task<QuarantinePage> ListAsync(IQuerySession session, int? limit, DateTimeOffset? before, CancellationToken ct)
    {
        var take = Math.Clamp(limit ?? 100, 1, MostItems);
        var until = (before ?? DateTimeOffset.MaxValue).ToUniversalTime();
        var items = await session.Query<QuarantinedInput>()
            .Where(input => input.ReceivedAt < until)
            .OrderByDescending(input => input.ReceivedAt)
            .Take(take)
            .ToListAsync(ct);
        return new(items, items.Count == take ? items[^1].ReceivedAt : null);
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> DownloadAsync(
        Guid id, HttpContext http, IQuerySession session, RawContent content, ILogger<QuarantinedInput> log, CancellationToken ct)
    {
        // Only what waits here: what was understood is in the archive, for fewer eyes.
        if (await session.LoadAsync<QuarantinedInput>(id, ct) is null || await session.LoadAsync<StoredInput>(id, ct) is not { } input)
        {
            return Unknown();
        }

        if (await content.OpenAsync(input, ct) is not { } stream)
        {
            return Erased();
        }

        Log.RawDownloaded(log, id, http.Agent().Id);
        return ArchiveEndpoints.AsFile(http, input, stream);
    }

    private static async Task<Results<Ok<ReplayAnswer>, ProblemHttpResult>> ReplayAsync(
        Guid id, HttpContext http, IDocumentStore store, RawContent content, InboundSink sink, IServiceProvider services, ILogger<QuarantinedInput> log, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<StoredInput>(id, ct) is not { } input)
        {
            return Unknown();
        }

        var waiting = await session.LoadAsync<QuarantinedInput>(id, ct);
        if (waiting is null)
        {
            return TypedResults.Ok(new ReplayAnswer("duplicate", null));
        }

        if (services.GetService<IRawInputMapper>() is not { } mapper)
        {
            return TypedResults.Problem(title: "quarantine.no-replay", detail: "This connector cannot replay.", statusCode: StatusCodes.Status501NotImplemented);
        }

        if (await content.OpenAsync(input, ct) is not { } probe)
        {
            return Erased();
        }

        await probe.DisposeAsync();
        var raw = new RawInput(input.Channel, input.ExternalId, input.MediaType, async c =>
            await content.OpenAsync(input, c) ?? throw new InvalidOperationException($"Raw input {input.Id} was erased."));
        var mapped = await mapper.MapAsync(raw, ct);
        var reason = mapped.QuarantineReason ?? (mapped.Events.Count == 0 ? "unreadable" : null);
        if (reason is null && !await sink.ReplayAsync(input, mapped.Events, ct))
        {
            reason = "unknown-message";
        }

        if (reason is not null && reason != waiting.Reason)
        {
            session.Store(waiting with { Reason = reason });
            await session.SaveChangesAsync(ct);
        }

        var answer = new ReplayAnswer(reason is null ? "accepted" : "quarantined", reason);
        Log.Replayed(log, id, http.Agent().Id, answer.Result);
        return TypedResults.Ok(answer);
    }

    private static ProblemHttpResult Unknown() =>
        TypedResults.Problem(title: "quarantine.unknown", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Erased() =>
        TypedResults.Problem(title: "quarantine.erased", detail: "The person's data was destroyed.", statusCode: StatusCodes.Status410Gone);
}
