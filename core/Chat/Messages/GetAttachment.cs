using Marten;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Chat.Messages;

/// <summary>A manager downloads a file. Always a download, never shown in place: the content is a stranger's.</summary>
public static class GetAttachmentEndpoint
{
    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/attachments/{blobId:guid}", Get).WithName("getAttachment").ProducesProblem(404);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Get(
        Guid blobId, IQuerySession session, IBlobStore blobs, IPersonalDataVault vault, HttpContext http, CancellationToken ct)
    {
        if (await session.LoadAsync<StoredAttachment>(blobId, ct) is not { } file || await blobs.OpenAsync(blobId, ct) is not { } content)
        {
            return TypedResults.Problem(statusCode: 404, title: "attachment.not-found");
        }

        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return TypedResults.Stream(content, "application/octet-stream", vault.Open(file.FileName) ?? "file");
    }
}
