using MedCrm.Connectors.Sdk.Inbound;

namespace MedCrm.Connectors.Sdk.Quarantine;

/// <summary>An input nobody could understand, waiting for a person. A short list beside the many inputs, so that it costs those nothing.</summary>
public sealed record QuarantinedInput
{
    /// <summary>The <see cref="StoredInput"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>Our bot, mailbox or form.</summary>
    public required string Channel { get; init; }

    /// <summary>Why, a stable word: <c>broken-json</c>, <c>too-many-fields</c>, <c>unreadable</c>, <c>unknown-message</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Of the content.</summary>
    public required string MediaType { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>UTC instant.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    internal static QuarantinedInput Of(StoredInput input, string reason) => new()
    {
        Id = input.Id,
        Channel = input.Channel,
        Reason = reason,
        MediaType = input.MediaType,
        Size = input.Size,
        ReceivedAt = input.ReceivedAt,
    };
}
