using System.Net.Http.Headers;
using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Chat.Messages;

/// <summary>A file is kept, to be named in <see cref="SendMessage.Attachments"/>.</summary>
/// <param name="BlobId">Names it.</param>
/// <param name="FileName">As it will be shown.</param>
/// <param name="MediaType">As its first bytes tell.</param>
/// <param name="Size">In bytes.</param>
public sealed record UploadedAttachment(Guid BlobId, string FileName, string MediaType, long Size);

/// <summary>
/// A manager hands over a file for an answer: the body as it is, its name in Content-Disposition (RFC 6266), so that it stands in no address. It is sealed while
/// it arrives and rests nowhere else. Handed over and not sent within <see cref="RetentionOptions.UnsentUploads"/>, it is removed.
/// </summary>
public static class UploadAttachmentEndpoint
{
    /// <summary>Of one file and of all files of an answer, in bytes: what mail servers take once it has grown by a third on the way.</summary>
    internal const long LargestBytes = 20 * 1024 * 1024;

    // Mail servers and messengers refuse what a double click would run.
    private static readonly string[] Programs = ["application/x-msdownload", "application/x-executable", "text/x-shellscript"];

    private static readonly string[] ProgramNames =
        [".apk", ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".msp", ".pif", ".ps1", ".reg", ".scr", ".sh", ".vb", ".vbe", ".vbs", ".wsf", ".wsh"];

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/conversations/{conversationId}/attachments", Post).WithName("uploadAttachment")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(411).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<Created<UploadedAttachment>, ProblemHttpResult>> Post(
        ConversationId conversationId, HttpRequest request, IDocumentStore store, IBlobStore blobs, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var name = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition, out var disposition) ? disposition.FileNameStar ?? disposition.FileName?.Trim('"') : null;
        if (Refusal(request.ContentLength, name) is { } refusal)
        {
            return refusal;
        }

        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Conversation>(conversationId.Value, ct) is not { } conversation)
        {
            return TypedResults.Problem(statusCode: 404, title: "conversation.not-found");
        }

        await vault.EnsureKeyAsync(conversation.SubjectId, ct);
        var file = await blobs.WriteAttachmentAsync(vault, conversation.SubjectId, name!, request.ContentType ?? "application/octet-stream", request.Body, ct);
        if (Programs.Contains(file.MediaType))
        {
            await blobs.DeleteAsync(file.BlobId, CancellationToken.None);
            return TypedResults.Problem(statusCode: 415, title: "attachment.forbidden-type", detail: "Programs are not sent.");
        }

        var kept = StoredAttachment.Of(file, conversationId);
        kept.UploadedAt = clock.GetUtcNow();
        session.Insert(kept);
        BlobDrafts.Keep(session, file.BlobId);
        await session.SaveChangesAsync(ct);
        return TypedResults.Created((string?)null, new UploadedAttachment(file.BlobId, vault.Open(file.FileName)!, file.MediaType, file.Size));
    }

    /// <summary>What can be told before a byte is read; more than was announced, the server does not let through.</summary>
    private static ProblemHttpResult? Refusal(long? length, string? name) => (length, name) switch
    {
        (null, _) => TypedResults.Problem(statusCode: 411, title: "attachment.length-unknown"),
        (0, _) => TypedResults.Problem(statusCode: 400, title: "attachment.empty"),
        ( > LargestBytes, _) => TypedResults.Problem(statusCode: 413, title: "attachment.too-large", detail: $"At most {LargestBytes} bytes."),
        (_, null or "") => TypedResults.Problem(statusCode: 400, title: "attachment.name-missing", detail: "Name it in Content-Disposition."),
        _ when ProgramNames.Contains(Path.GetExtension(name).ToLowerInvariant()) => TypedResults.Problem(statusCode: 415, title: "attachment.forbidden-type", detail: "Programs are not sent."),
        _ => null,
    };
}
