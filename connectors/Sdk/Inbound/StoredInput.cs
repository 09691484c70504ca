using MedCrm.Contracts;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>A raw input at rest, sealed for the person it is about. Its key recognises repeats, and stays when the content has been kept long enough.</summary>
public sealed record StoredInput
{
    /// <summary>Made from channel and external id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Our bot, mailbox or form.</summary>
    public required string Channel { get; init; }

    /// <summary>The key of the input in its channel.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Of the content.</summary>
    public required string MediaType { get; init; }

    /// <summary>Under whose key the content is sealed.</summary>
    public required DataSubjectId SubjectId { get; init; }

    /// <summary>The content, when it is small. Null: it is in <see cref="BlobId"/>, or forgotten.</summary>
    public Sealed? Content { get; init; }

    /// <summary>Whether <see cref="Content"/> is base64 rather than text.</summary>
    public bool IsBinary { get; init; }

    /// <summary>Where the content is, when it is large. Null: it is in <see cref="Content"/>, or forgotten.</summary>
    public Guid? BlobId { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>UTC instant.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>UTC instant at which the content was removed, kept long enough. Null: it is here.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>The key of an input.</summary>
    public static Guid IdOf(string channel, string externalId) => DeterministicId.From(channel, externalId);
}

/// <summary>Where a source stands in its channel.</summary>
public sealed record StoredCheckpoint
{
    /// <summary><see cref="Checkpoint.Source"/>.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Checkpoint.Position"/>.</summary>
    public required string Position { get; init; }

    /// <summary>UTC instant at which it moved here.</summary>
    public required DateTimeOffset MovedAt { get; init; }
}
