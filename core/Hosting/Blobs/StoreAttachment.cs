using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Vault;

namespace MedCrm.Hosting.Blobs;

/// <summary>Keeps files that people send each other.</summary>
public static class StoreAttachment
{
    /// <summary>Stores a file sealed, with a name that is safe to show and the type that its first bytes tell.</summary>
    /// <param name="blobs">Where it goes.</param>
    /// <param name="vault">Seals the name.</param>
    /// <param name="subject">For whom it is sealed; has a key.</param>
    /// <param name="fileName">As declared.</param>
    /// <param name="mediaType">As declared.</param>
    /// <param name="content">Read once, to its end.</param>
    /// <param name="ct">What was written until then is removed.</param>
    public static async Task<Attachment> WriteAttachmentAsync(
        this IBlobStore blobs, IPersonalDataVault vault, DataSubjectId subject, string fileName, string mediaType, Stream content, CancellationToken ct)
    {
        using var watched = new HeadWatchingStream(content, ContentSniffer.Head);
        var blob = await blobs.WriteAsync(subject, watched, ct);
        return new(blob.Id, vault.Seal(subject, FileNames.Safe(fileName)), ContentSniffer.MediaTypeOf(watched.Head, mediaType), blob.Size);
    }
}
