using System.Text.Json;

namespace MedCrm.Connectors.Max;

// What MAX tells, as its Bot API names it (schema of the official client, Update and Message). Everything may be missing: the sender is a stranger.

internal sealed record MaxUpdate(string? UpdateType, long Timestamp, MaxMessage? Message, MaxCallback? Callback, string? MessageId, long? ChatId, long? UserId, MaxUser? User, string? Payload)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

internal sealed record MaxUser(long UserId, string? Name, string? FirstName, string? LastName, bool IsBot)
{
    public string? Called => Name is { Length: > 0 } name ? name : $"{FirstName} {LastName}".Trim() is { Length: > 0 } both ? both : null;
}

internal sealed record MaxMessage(MaxUser? Sender, MaxRecipient? Recipient, long Timestamp, MaxLink? Link, MaxBody? Body);

internal sealed record MaxRecipient(long? ChatId, string? ChatType, long? UserId);

internal sealed record MaxBody(string? Mid, string? Text, IReadOnlyList<MaxAttachment?>? Attachments);

internal sealed record MaxLink(string? Type, MaxUser? Sender, MaxBody? Message);

internal sealed record MaxCallback(string? CallbackId, string? Payload, MaxUser? User, long Timestamp);

internal sealed record MaxAttachment(string? Type, MaxPayload? Payload, string? Filename, long? Size, double? Latitude, double? Longitude, string? Title);

internal sealed record MaxPayload(string? Url, string? Token, string? VcfInfo, MaxUser? MaxInfo, string? Hash, IReadOnlyList<IReadOnlyList<MaxButton>?>? Buttons);

internal sealed record MaxButton(string? Text, string? Payload);
