using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Messages;

public enum MessageKind
{
    Inbound,
    Reply,
    Note,
}

/// <summary>One message of a conversation.</summary>
public sealed class Message
{
    public Guid Id { get; set; }

    public ConversationId ConversationId { get; set; }

    public DataSubjectId SubjectId { get; set; }

    public MessageKind Kind { get; set; }

    public Sealed Text { get; set; }

    public Agent? Agent { get; set; }

    /// <summary>UTC instant by the channel's clock; ours for what we wrote.</summary>
    public DateTimeOffset SentAt { get; set; }

    public DeliveryStatus? Delivery { get; set; }

    public List<Attachment> Attachments { get; set; } = [];

    /// <summary>What its author wrote before, oldest first.</summary>
    public List<EarlierText> Earlier { get; set; } = [];

    /// <summary>UTC instant by the channel's clock. Null: never rewritten.</summary>
    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>UTC instant by the channel's clock at which its author took it back. Null: never.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Only the mark of a removal that overtook its message.</summary>
    [JsonIgnore]
    public bool IsAwaited => ConversationId == default;

    /// <summary>Keys of the changes and pieces it was made of; a repeat is recognised by them.</summary>
    public List<string> Changes { get; set; } = [];

    /// <summary>Takes a new wording over; one that was overtaken by a later one joins what was said before.</summary>
    /// <returns>False when it was overtaken.</returns>
    public bool Rewrite(Sealed text, DateTimeOffset at)
    {
        if (at < EditedAt)
        {
            Earlier.Add(new EarlierText(text, at));
            return false;
        }

        Earlier.Add(new EarlierText(Text, at));
        (Text, EditedAt) = (text, at);
        return true;
    }

    /// <summary>Holds the place of a message that was taken back before it came.</summary>
    public static Message RemovedAhead(MessageId id, RemoveInboundMessage removal) =>
        new() { Id = id.Value, SubjectId = removal.SubjectId, Kind = MessageKind.Inbound, RemovedAt = removal.RemovedAt };

    /// <summary>The same message of the same channel always gets the same id: a repeat is recognised by key.</summary>
    public static MessageId IdOf(string channel, string externalMessageId) => new(DeterministicId.From("message", channel, externalMessageId));

    /// <summary>Takes a report over. Reports repeat and overtake each other; only progress counts, and failure.</summary>
    /// <returns>False when the report says nothing new.</returns>
    public bool Report(DeliveryStatus status)
    {
        if (Delivery == DeliveryStatus.Failed || (status != DeliveryStatus.Failed && status <= Delivery))
        {
            return false;
        }

        Delivery = status;
        return true;
    }
}

/// <summary>A further external id of a message, by which later messages refer to it.</summary>
public sealed class MessageAlias
{
    public Guid Id { get; set; }

    public ConversationId ConversationId { get; set; }

    public static Guid IdOf(string channel, string externalId) => DeterministicId.From("alias", channel, externalId);
}

/// <summary>Lets a file be found by its id alone, and only through a message.</summary>
public sealed class StoredAttachment
{
    /// <summary>The blob.</summary>
    public Guid Id { get; set; }

    public ConversationId ConversationId { get; set; }

    public Sealed FileName { get; set; }

    public string MediaType { get; set; } = "";

    public long Size { get; set; }

    /// <summary>UTC instant at which a manager handed it over. Null: a message has it.</summary>
    public DateTimeOffset? UploadedAt { get; set; }

    /// <summary>Handed over and never sent for so long that it is removed, or about to be.</summary>
    /// <param name="keep">How long it may wait. Zero: for ever.</param>
    /// <param name="now">UTC instant.</param>
    public bool IsForgotten(TimeSpan keep, DateTimeOffset now) => keep > TimeSpan.Zero && now - UploadedAt >= keep;

    public static StoredAttachment Of(Attachment file, ConversationId conversation) =>
        new() { Id = file.BlobId, ConversationId = conversation, FileName = file.FileName, MediaType = file.MediaType, Size = file.Size };

    public Attachment ToAttachment() => new(Id, FileName, MediaType, Size);
}
