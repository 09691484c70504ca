using Marten;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Retention;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Sdk.Archive;

/// <summary>Who read which raw input.</summary>
/// <param name="Items">Newest first, at most 500.</param>
public sealed record RawReadingList(IReadOnlyList<RawReading> Items);

/// <summary>Every input as it came, read-only: a mail with all its headers, when a patient says they wrote something else. It rests sealed under the person's key and dies with it, or when it has been kept long enough.</summary>
internal static class ArchiveEndpoints
{
    private const int MostReadings = 500;

    public static void MapArchive(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/raw-inputs/{id:guid}", DownloadAsync).RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor, Roles.Admin));
        app.MapGet("/api/raw-inputs/readings", ReadingsAsync).RequireAuthorization(policy => policy.RequireRole(Roles.PrivacyOfficer, Roles.Admin));
    }

    /// <summary>The content of a raw input as a file. The browser never shows it itself: it may be anything.</summary>
    internal static FileStreamHttpResult AsFile(HttpContext http, StoredInput input, Stream content)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(content, "application/octet-stream", $"{input.Id:N}.{(input.MediaType == "message/rfc822" ? "eml" : "txt")}");
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> DownloadAsync(
        Guid id, HttpContext http, IDocumentSession session, RawContent content, RetentionOptions retention, TimeProvider clock, ILogger<RawReading> log, CancellationToken ct)
    {
        if (await session.LoadAsync<StoredInput>(id, ct) is not { } input)
        {
            return TypedResults.Problem(title: "raw-input.unknown", statusCode: StatusCodes.Status404NotFound);
        }

        var reader = http.Agent();
        session.Insert(new RawReading { Id = Guid.CreateVersion7(), At = clock.GetUtcNow(), AgentId = reader.Id.Value, AgentName = reader.Name, InputId = id, Channel = input.Channel });
        await session.SaveChangesAsync(ct);
        Log.RawDownloaded(log, id, reader.Id);
        if (await content.OpenAsync(input, ct) is { } stream)
        {
            return AsFile(http, input, stream);
        }

        // By its age too: between the file and the row the sweep may have been cut off.
        return input.ForgottenAt is not null || (retention.RawInputs > TimeSpan.Zero && clock.GetUtcNow() - input.ReceivedAt >= retention.RawInputs)
            ? TypedResults.Problem(title: "raw-input.expired", detail: "Originals are kept for a limited time, and this one's is over.", statusCode: StatusCodes.Status410Gone)
            : TypedResults.Problem(title: "raw-input.erased", detail: "The person's data was destroyed.", statusCode: StatusCodes.Status410Gone);
    }

    private static async Task<RawReadingList> ReadingsAsync(Guid? inputId, IQuerySession session, CancellationToken ct)
    {
        var readings = session.Query<RawReading>().AsQueryable();
        if (inputId is { } input)
        {
            readings = readings.Where(reading => reading.InputId == input);
        }

        return new([.. await readings.OrderByDescending(reading => reading.At).Take(MostReadings).ToListAsync(ct)]);
    }
}
