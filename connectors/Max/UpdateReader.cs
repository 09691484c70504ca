using System.Globalization;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using Microsoft.AspNetCore.StaticFiles;

namespace MedCrm.Connectors.Max;

/// <summary>A file that MAX keeps.</summary>
/// <param name="Kind">As MAX names it: <c>image</c>, <c>video</c>, <c>audio</c>, <c>file</c>, <c>sticker</c>.</param>
/// <param name="Url">Where it lies. Null: not told.</param>
/// <param name="Token">By which a video's addresses are asked for. Null: none.</param>
/// <param name="Name">The name to show.</param>
/// <param name="MediaType">As far as the kind tells.</param>
/// <param name="Size">In bytes. Null: not told.</param>
internal sealed record RemoteFile(string Kind, string? Url, string? Token, string Name, string MediaType, long? Size);

/// <summary>What was understood of an update.</summary>
/// <param name="Key">By which a repeat of the update is recognised: MAX numbers none.</param>
/// <param name="Event">Null: see <paramref name="PassOver"/> and <paramref name="QuarantineReason"/>.</param>
/// <param name="PassOver">Why it is nothing for a manager. Null: it is something.</param>
/// <param name="QuarantineReason">A stable word. Null: understood.</param>
internal sealed record ReadUpdate(string Key, InboundEvent? Event = null, string? PassOver = null, string? QuarantineReason = null)
{
    /// <summary>Files that come with it, still at MAX.</summary>
    public IReadOnlyList<RemoteFile> Files { get; init; } = [];

    /// <summary>The button press to confirm to the person. Null: it was none.</summary>
    public string? CallbackId { get; init; }

    /// <summary>The words of the message whose buttons have served, and can be taken away without touching anything else. Null: none of ours was pressed, or MAX does not show the message any more.</summary>
    public string? Answered { get; init; }

    /// <summary>The dialog in which it happened. Null: not told.</summary>
    public long? ChatId { get; init; }
}

/// <summary>Understands updates (Bot API, Update). Pure: the same update gives the same answer.</summary>
/// <param name="channel">Our bot.</param>
/// <param name="token">The bot's; MAX signs shared contacts with it.</param>
/// <param name="hash">A keyed hash: ids of people and dialogs must not travel in the clear.</param>
internal sealed class UpdateReader(string channel, string token, Func<string, string> hash)
{
    /// <summary>What MAX is asked to send.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["message_created", "message_edited", "message_removed", "message_callback", "bot_started", "bot_stopped"];

    private const int LongestQuote = 120;

    private static readonly FileExtensionContentTypeProvider Types = new();

    public ReadUpdate Read(JsonElement raw)
    {
        MaxUpdate? update;
        try
        {
            update = raw.Deserialize<MaxUpdate>(MaxUpdate.Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            update = null;
        }

        return update switch
        {
            null or { UpdateType: null or "" } => Unreadable(raw),
            { UpdateType: "message_created", Message: { Body.Mid: { Length: > 0 } mid } message } => Created(message, $"created.{IdOf(mid)}", mid),
            { UpdateType: "message_edited", Message: { Body.Mid: { Length: > 0 } mid } message } => Edited(message, update.Timestamp, mid),
            { UpdateType: "message_removed", MessageId: { Length: > 0 } mid, UserId: { } user } => Removed(mid, user, update.Timestamp),
            { UpdateType: "message_callback", Callback: { CallbackId: { Length: > 0 } id, User: { } user } } => Pressed(update, id, user),
            { UpdateType: "bot_started" or "bot_stopped", User: { } user } => Started(update, user),
            { UpdateType: "message_created" or "message_edited" or "message_removed" or "message_callback" or "bot_started" or "bot_stopped" } => Unreadable(raw),
            _ => new ReadUpdate($"{update.UpdateType[..Math.Min(update.UpdateType.Length, 60)]}.{hash(raw.GetRawText())}", PassOver: "not-asked-for"),
        };
    }

    private ReadUpdate Unreadable(JsonElement raw) => new($"raw.{hash(raw.GetRawText())}", QuarantineReason: "unreadable");

    private ReadUpdate Created(MaxMessage message, string key, string mid) => NotForUs(message) is { } why
        ? new ReadUpdate(key, PassOver: why)
        : new ReadUpdate(key, Inbound(message, message.Sender!, mid)) { Files = FilesOf(message), ChatId = message.Recipient?.ChatId };

    private ReadUpdate Edited(MaxMessage message, long at, string mid)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"edited.{IdOf(mid)}.{at}");
        return NotForUs(message) is { } why
            ? new ReadUpdate(key, PassOver: why)
            : new ReadUpdate(key, new InboundMessageChange
            {
                Channel = channel,
                Message = Inbound(message, message.Sender!, mid),
                ChangeId = string.Create(CultureInfo.InvariantCulture, $"e{at}"),
                EditedAt = Instant(at),
            })
            {
                Files = FilesOf(message),
                ChatId = message.Recipient?.ChatId,
            };
    }

    private ReadUpdate Removed(string mid, long user, long at) => Instant(at) is { } removedAt
        ? new ReadUpdate($"removed.{IdOf(mid)}", new InboundMessageRemoval { Channel = channel, ExternalMessageId = IdOf(mid), Contact = ContactAddress.Of(user), RemovedAt = removedAt })
        : new ReadUpdate($"removed.{IdOf(mid)}", QuarantineReason: "unreadable");

    private ReadUpdate Pressed(MaxUpdate update, string id, MaxUser user)
    {
        var key = $"callback.{hash(id)}";
        if (update.Message?.Recipient is { ChatType: not (null or "dialog") })
        {
            return new ReadUpdate(key, PassOver: "group") { CallbackId = id };
        }

        var callback = update.Callback!;
        var buttons = (update.Message?.Body?.Attachments ?? []).SelectMany(attachment => attachment?.Payload?.Buttons ?? []).SelectMany(row => row ?? []);
        var label = buttons.FirstOrDefault(button => button.Payload == callback.Payload)?.Text;
        var choice = ChoiceData.Read(callback.Payload);

        // Pressed twice, the same button says the same thing; another button of the message says another.
        var said = hash(choice is null ? $"{channel}/callback/{id}" : $"{channel}/{user.UserId}/choice/{callback.Payload}");
        return new ReadUpdate(choice is null ? key : $"choice.{said}", new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.Max,
            ExternalMessageId = said,
            ExternalConversationId = ConversationOf(user.UserId),
            From = [ContactAddress.Of(user.UserId)],
            DisplayName = user.Called,
            References = update.Message?.Body?.Mid is { } mid ? [IdOf(mid)] : [],
            Topic = channel,
            Text = choice is { } ours ? label ?? ours.Words : $"Нажата кнопка «{label ?? callback.Payload ?? "?"}»",
            ChoiceOf = choice?.Message,
            SentAt = Instant(callback.Timestamp),
        })
        {
            CallbackId = id,
            Answered = choice is not null && update.Message?.Body is { Attachments: [{ Type: "inline_keyboard" }] } asked ? asked.Text : null,
            ChatId = update.Message?.Recipient?.ChatId,
        };
    }

    private ReadUpdate Started(MaxUpdate update, MaxUser user)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{update.UpdateType}.{hash($"{channel}/{user.UserId}/{update.Timestamp}")}");
        if (Instant(update.Timestamp) is not { } at)
        {
            return new ReadUpdate(key, QuarantineReason: "unreadable");
        }

        if (update.UpdateType == "bot_stopped")
        {
            return new ReadUpdate(key, new ReachabilityReport
            {
                Channel = channel,
                Contact = ContactAddress.Of(user.UserId),
                ExternalConversationId = ConversationOf(user.UserId),
                Reachable = false,
                At = at,
            });
        }

        return new ReadUpdate(key, new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.Max,
            ExternalMessageId = key,
            ExternalConversationId = ConversationOf(user.UserId),
            From = [ContactAddress.Of(user.UserId)],
            DisplayName = user.Called,
            Topic = channel,
            Text = "Диалог начат",
            Form = update.Payload is { Length: > 0 } source ? [new InboundFormField("source", source)] : null,
            SentAt = at,
        })
        {
            ChatId = update.ChatId,
        };
    }

    private static string? NotForUs(MaxMessage message) =>
        message.Recipient?.ChatType is not (null or "dialog") ? "group"
        : message.Sender is null or { IsBot: true } ? "no-person"
        : null;

    private InboundMessage Inbound(MaxMessage message, MaxUser from, string mid)
    {
        var own = ContactsOf(message.Body)
            .Where(contact => contact.Payload.MaxInfo is null or { UserId: 0 } || contact.Payload.MaxInfo.UserId == from.UserId)
            .Select(contact => contact.Card)
            .FirstOrDefault(card => card is { IsSigned: true, Phone: not null })?.Phone;
        return new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.Max,
            ExternalMessageId = IdOf(mid),
            ExternalConversationId = ConversationOf(from.UserId),
            // The account stays first: the person is known by it, before and after they share a telephone.
            From = own is null ? [ContactAddress.Of(from.UserId)] : [ContactAddress.Of(from.UserId), own],
            DisplayName = from.Called,
            References = message.Link is { Type: "reply", Message.Mid: { } answered } ? [IdOf(answered)] : [],
            Topic = channel,
            Text = string.Join('\n', Lines(message, own).OfType<string>()),
            SentAt = Instant(message.Timestamp),
        };
    }

    private IEnumerable<string?> Lines(MaxMessage message, Address? own)
    {
        if (message.Link is { Type: "reply" } reply)
        {
            yield return Quote(reply);
        }

        if (message.Link is { Type: "forward" } forward)
        {
            yield return $"Переслано: {forward.Sender?.Called ?? "неизвестно"}";
            yield return forward.Message?.Text is { Length: > 0 } forwarded ? forwarded : null;
            foreach (var line in Words(forward.Message, null))
            {
                yield return line;
            }
        }

        yield return message.Body?.Text is { Length: > 0 } text ? text : null;
        foreach (var line in Words(message.Body, own))
        {
            yield return line;
        }
    }

    /// <summary>What of the attachments can be said in words. A number is somebody's own only where MAX vouches for it, and never in what was forwarded.</summary>
    private IEnumerable<string> Words(MaxBody? body, Address? own)
    {
        foreach (var (_, card) in ContactsOf(body))
        {
            yield return own is not null && card.Phone == own
                ? $"Свой номер: {own.Value}"
                : $"Контакт: {string.Join(' ', new[] { card.Name, card.Phone?.Value }.OfType<string>())}".Trim();
        }

        foreach (var attachment in Attachments(body))
        {
            var words = attachment.Type switch
            {
                "location" => string.Create(CultureInfo.InvariantCulture, $"Геопозиция: {attachment.Latitude:0.######}, {attachment.Longitude:0.######}"),
                "share" => $"Ссылка: {string.Join(' ', new[] { attachment.Title, attachment.Payload?.Url }.OfType<string>())}",
                "sticker" => "Стикер",
                "contact" or "image" or "video" or "audio" or "file" or "inline_keyboard" or "reply_keyboard" => null,
                _ => $"Вложение вида «{attachment.Type}», которое здесь нельзя показать",
            };
            if (words is not null)
            {
                yield return words;
            }
        }
    }

    /// <summary>What is answered, as mail programs quote: "yes" alone says nothing.</summary>
    private static string Quote(MaxLink reply)
    {
        var line = string.Join(' ', (reply.Message?.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? "> (вложение)"
            : line.Length <= LongestQuote ? "> " + line
            : "> " + line[..(char.IsHighSurrogate(line[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)] + "…";
    }

    private IEnumerable<(MaxPayload Payload, SharedContact Card)> ContactsOf(MaxBody? body) =>
        Attachments(body).Where(attachment => attachment is { Type: "contact", Payload: not null }).Select(attachment => (attachment.Payload!, SharedContact.Read(attachment.Payload!, token)));

    private static IReadOnlyList<RemoteFile> FilesOf(MaxMessage message) =>
        [.. Attachments(message.Link is { Type: "forward" } forward ? forward.Message : null).Concat(Attachments(message.Body)).Select(FileOf).OfType<RemoteFile>()];

    private static RemoteFile? FileOf(MaxAttachment attachment) => attachment.Type switch
    {
        "image" => new("image", attachment.Payload?.Url, null, "Фото.jpg", "image/jpeg", null),
        "video" => new("video", attachment.Payload?.Url, attachment.Payload?.Token, "Видео.mp4", "video/mp4", null),
        "audio" => new("audio", attachment.Payload?.Url, null, "Голосовое сообщение.mp3", "audio/mpeg", null),
        "file" => new("file", attachment.Payload?.Url, null, attachment.Filename ?? "Файл", TypeOf(attachment.Filename), attachment.Size),
        "sticker" => new("sticker", attachment.Payload?.Url, null, "Стикер.webp", "image/webp", null),
        _ => null,
    };

    // MAX tells no types.
    private static string TypeOf(string? fileName) => fileName is not null && Types.TryGetContentType(fileName, out var type) ? type : "application/octet-stream";

    private static IEnumerable<MaxAttachment> Attachments(MaxBody? body) => (body?.Attachments ?? []).OfType<MaxAttachment>();

    /// <returns>Null: a nonsense.</returns>
    private static DateTimeOffset? Instant(long milliseconds) => milliseconds is > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private string IdOf(string mid) => hash($"{channel}/{mid}");

    private string ConversationOf(long user) => hash(string.Create(CultureInfo.InvariantCulture, $"{channel}/{user}"));
}
