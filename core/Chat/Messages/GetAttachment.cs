using Marten;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Chat.Messages;

/// <summary>A manager downloads a file, or looks at it in the window. The content is a stranger's: only pictures and recordings that a browser does not execute are shown in place, by the type their bytes tell.</summary>
public static class GetAttachmentEndpoint
{
    private static readonly string[] Pictures = ["image/jpeg", "image/png", "image/gif", "image/webp"];
    private static readonly string[] Recordings = ["audio/ogg", "audio/mpeg", "audio/wav", "video/mp4"];

    // A player jumps about in a recording; in what is larger than this it plays from the beginning only.
    private const long LargestToJumpIn = 24 * 1024 * 1024;

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/attachments/{blobId:guid}", Get).WithName("getAttachment").ProducesProblem(404);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Get(
        Guid blobId, bool? view, IQuerySession session, IBlobStore blobs, IPersonalDataVault vault, RetentionOptions retention, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (await session.LoadAsync<StoredAttachment>(blobId, ct) is not { } file || file.IsForgotten(retention.UnsentUploads, clock.GetUtcNow()) || await blobs.OpenAsync(blobId, ct) is not { } content)
        {
            return TypedResults.Problem(statusCode: 404, title: "attachment.not-found");
        }

        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        http.Response.Headers.CacheControl = "private, no-store";
        var isRecording = Recordings.Contains(file.MediaType);
        if (view != true || !(isRecording || Pictures.Contains(file.MediaType)))
        {
            return TypedResults.Stream(content, "application/octet-stream", vault.Open(file.FileName) ?? "file");
        }

        if (!isRecording || file.Size > LargestToJumpIn)
        {
            return TypedResults.Stream(content, file.MediaType);
        }

        await using (content)
        {
            var whole = new MemoryStream((int)file.Size);
            await content.CopyToAsync(whole, ct);
            whole.Position = 0;
            return TypedResults.Stream(whole, file.MediaType, enableRangeProcessing: true);
        }
    }
}
