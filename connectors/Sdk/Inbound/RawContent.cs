using System.Text;
using MedCrm.Contracts;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>Keeps the content of raw inputs: small ones in the document, so that one round trip stores all; large ones as files.</summary>
internal sealed class RawContent(IPersonalDataVault vault, IBlobStore blobs)
{
    private const int LargestInline = 64 * 1024;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Stores the content for a subject who has a key.</summary>
    public async Task<StoredInput> StoreAsync(RawInput raw, DataSubjectId subject, DateTimeOffset receivedAt, CancellationToken ct)
    {
        var stored = new StoredInput
        {
            Id = StoredInput.IdOf(raw.Channel, raw.ExternalId),
            Channel = raw.Channel,
            ExternalId = raw.ExternalId,
            MediaType = raw.MediaType,
            SubjectId = subject,
            Size = 0,
            ReceivedAt = receivedAt,
        };
        await using var content = await raw.OpenAsync(ct);
        var head = new byte[content.CanSeek ? (int)Math.Min(content.Length + 1, LargestInline + 1) : LargestInline + 1];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        if (length <= LargestInline)
        {
            var text = AsText(head.AsSpan(0, length));
            return stored with
            {
                Content = vault.Seal(subject, text ?? Convert.ToBase64String(head, 0, length)),
                IsBinary = text is null,
                Size = length,
            };
        }

        await using var whole = await raw.OpenAsync(ct);
        var blob = await blobs.WriteAsync(subject, whole, ct);
        return stored with { BlobId = blob.Id, Size = blob.Size };
    }

    /// <summary>Removes the file of an input that turned out to be a repeat.</summary>
    public Task ForgetAsync(StoredInput input, CancellationToken ct) => input.BlobId is { } blob ? blobs.DeleteAsync(blob, ct) : Task.CompletedTask;

    /// <summary>Opens stored content. Null: the person was erased.</summary>
    public async Task<Stream?> OpenAsync(StoredInput stored, CancellationToken ct)
    {
        if (stored.BlobId is { } blob)
        {
            return await blobs.OpenAsync(blob, ct);
        }

        return stored.Content is { } content && vault.Open(content) is { } text
            ? new MemoryStream(stored.IsBinary ? Convert.FromBase64String(text) : Utf8.GetBytes(text), writable: false)
            : null;
    }

    private static string? AsText(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Utf8.GetString(bytes) : null;
}
