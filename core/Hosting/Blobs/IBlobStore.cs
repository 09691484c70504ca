using MedCrm.Contracts;

namespace MedCrm.Hosting.Blobs;

/// <summary>Files too large for a message: raw mail, attachments, recordings. Encrypted under the person's key.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Stores a stream; durable when it returns, and a draft: the transaction that writes down its id keeps it (<see cref="BlobDrafts.Keep"/>). A draft that nobody has kept
    /// within <see cref="BlobDrafts.Patience"/> is removed. The person must have a key.
    /// </summary>
    Task<BlobRef> WriteAsync(DataSubjectId subject, Stream content, CancellationToken ct);

    /// <summary>Opens a stored stream. Null: unknown, or the person was erased.</summary>
    Task<Stream?> OpenAsync(Guid id, CancellationToken ct);

    /// <summary>Removes a stored stream; a repeat is no error.</summary>
    Task DeleteAsync(Guid id, CancellationToken ct);
}

/// <summary>A stored stream.</summary>
/// <param name="Id">Where it rests.</param>
/// <param name="Size">Plain size in bytes.</param>
/// <param name="Sha256">Of the plain content, hex.</param>
public sealed record BlobRef(Guid Id, long Size, string Sha256);

/// <summary>Where files rest.</summary>
public sealed class BlobOptions
{
    public const string Section = "Blobs";

    /// <summary>Directory for files, shared by all parts.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string Directory { get; set; } = "";
}
