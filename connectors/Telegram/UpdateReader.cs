using System.Globalization;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using Telegram.Bot;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace MedCrm.Connectors.Telegram;

/// <summary>A file that Telegram keeps.</summary>
/// <param name="FileId">For getFile.</param>
/// <param name="Name">The name to show.</param>
/// <param name="MediaType">As declared.</param>
/// <param name="Size">In bytes. Null: not told.</param>
internal sealed record RemoteFile(string FileId, string Name, string MediaType, long? Size);

/// <summary>What was understood of an update.</summary>
/// <param name="Key">By which a repeat of the update is recognised.</param>
/// <param name="Event">Null: see <paramref name="PassOver"/> and <paramref name="QuarantineReason"/>.</param>
/// <param name="File">Comes with it, still at Telegram. Null: none.</param>
/// <param name="PassOver">Why it is nothing for a manager. Null: it is something.</param>
/// <param name="QuarantineReason">A stable word. Null: understood.</param>
internal sealed record ReadUpdate(string Key, InboundEvent? Event = null, RemoteFile? File = null, string? PassOver = null, string? QuarantineReason = null)
{
    /// <summary>The button press to confirm to the person. Null: it was none.</summary>
    public string? CallbackId { get; init; }

    /// <summary>Chat and message whose buttons have served. Null: none of ours was pressed, or Telegram does not show the message any more.</summary>
    public (long Chat, int Message)? Answered { get; init; }
}

/// <summary>Understands updates (Bot API, Update). Pure: the same update gives the same answer.</summary>
/// <param name="channel">Our bot.</param>
/// <param name="hash">A keyed hash: ids of people and chats must not travel in the clear.</param>
internal sealed class UpdateReader(string channel, Func<string, string> hash)
{
    /// <summary>What Telegram is asked to send.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["message", "edited_message", "callback_query", "my_chat_member"];

    private const int LongestQuote = 120;

    public ReadUpdate Read(JsonElement raw)
    {
        var number = raw.GetProperty("update_id").GetInt64();
        Update? update;
        try
        {
            update = raw.Deserialize<Update>(JsonBotAPI.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException or FormatException)
        {
            update = null;
        }

        return update switch
        {
            // What the library promises is not always there: one update without its chat would stop all that come after it.
            { Message: { Chat: not null } message } => Message(message, Key(number, message.Date)),
            { EditedMessage: { Chat: not null } message } => Edited(message, number, Key(number, message.EditDate ?? message.Date)),
            { CallbackQuery: { Id: not null, From: not null } pressed } => Pressed(pressed, $"{number}.{hash(pressed.Id)}"),
            { MyChatMember: { Chat: not null, From: not null, NewChatMember: not null } member } => Member(member, Key(number, member.Date)),
            null or { Message: not null } or { EditedMessage: not null } or { CallbackQuery: not null } or { MyChatMember: not null } => new ReadUpdate($"{number}.raw", QuarantineReason: "unreadable"),
            _ => new ReadUpdate($"{number}.{update.Type}", QuarantineReason: "unknown-update"),
        };
    }

    // Numbers of updates are chosen anew after a silent week; with the moment beside it a number never stands for two.
    private static string Key(long number, DateTime date) => string.Create(CultureInfo.InvariantCulture, $"{number}.{new DateTimeOffset(date, TimeSpan.Zero).ToUnixTimeSeconds()}");

    private ReadUpdate Message(Message message, string key)
    {
        if (NotForUs(message) is { } why)
        {
            return new ReadUpdate(key, PassOver: why);
        }

        var file = FileOf(message);
        var inbound = Inbound(message, message.From!);
        return message.MediaGroupId is null
            ? new ReadUpdate(key, inbound, file)
            : new ReadUpdate(key, new InboundMessageChange { Channel = channel, Message = inbound, ChangeId = $"m{message.Id}" }, file);
    }

    private ReadUpdate Edited(Message message, long number, string key)
    {
        if (NotForUs(message) is { } why)
        {
            return new ReadUpdate(key, PassOver: why);
        }

        if (message.Location is { LivePeriod: not null } or { Heading: not null })
        {
            return new ReadUpdate(key, PassOver: "moving-location");
        }

        // A picture of an album that is replaced brings no caption, and must not take the album's away.
        var isPiece = message.MediaGroupId is not null && string.IsNullOrEmpty(message.Caption);
        return new ReadUpdate(
            key,
            new InboundMessageChange
            {
                Channel = channel,
                Message = Inbound(message, message.From!),
                ChangeId = string.Create(CultureInfo.InvariantCulture, $"u{number}"),
                EditedAt = isPiece ? null : Instant(message.EditDate ?? message.Date),
            },
            FileOf(message));
    }

    private ReadUpdate Pressed(CallbackQuery pressed, string key)
    {
        if (pressed.Message is { Chat.Type: not ChatType.Private })
        {
            return new ReadUpdate(key, PassOver: "group") { CallbackId = pressed.Id };
        }

        var label = pressed.Message?.ReplyMarkup?.InlineKeyboard.SelectMany(row => row).FirstOrDefault(button => button.CallbackData == pressed.Data)?.Text;
        var choice = ChoiceData.Read(pressed.Data);

        // Pressed twice, the same button says the same thing; another button of the message says another.
        var said = hash(choice is null ? $"{channel}/callback/{pressed.Id}" : $"{channel}/{pressed.From.Id}/choice/{pressed.Data}");
        return new ReadUpdate(choice is null ? key : $"choice.{said}", new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.Telegram,
            ExternalMessageId = said,
            ExternalConversationId = ConversationOf(pressed.From.Id),
            From = [ContactAddress.Of(pressed.From.Id)],
            DisplayName = NameOf(pressed.From),
            References = pressed.Message is { } message ? [IdOf(pressed.From.Id, message.Id)] : [],
            Topic = channel,
            Text = choice is { } ours ? label ?? ours.Words : $"Нажата кнопка «{label ?? pressed.Data ?? "?"}»",
            ChoiceOf = choice?.Message,
        })
        {
            CallbackId = pressed.Id,
            Answered = choice is not null && pressed.Message is { ReplyMarkup: not null } asked ? (pressed.From.Id, asked.Id) : null,
        };
    }

    private ReadUpdate Member(ChatMemberUpdated member, string key)
    {
        if (member.Chat.Type != ChatType.Private || member.NewChatMember.Status is not (ChatMemberStatus.Kicked or ChatMemberStatus.Member))
        {
            return new ReadUpdate(key, PassOver: "membership");
        }

        return new ReadUpdate(key, new ReachabilityReport
        {
            Channel = channel,
            Contact = ContactAddress.Of(member.From.Id),
            ExternalConversationId = ConversationOf(member.From.Id),
            Reachable = member.NewChatMember.Status == ChatMemberStatus.Member,
            At = Instant(member.Date),
        });
    }

    private static string? NotForUs(Message message) =>
        message.Chat.Type != ChatType.Private ? "group"
        : message.From is null or { IsBot: true } ? "no-person"
        : message.IsServiceMessage && message.Contact is null && message.Location is null ? "service-message"
        : null;

    private InboundMessage Inbound(Message message, User from)
    {
        var own = message.Contact is { } contact && contact.UserId == from.Id ? PhoneOf(contact) : null;
        var payload = StartPayload(message.Text);
        return new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.Telegram,
            ExternalMessageId = message.MediaGroupId is { } album ? hash($"{channel}/{from.Id}/album/{album}") : IdOf(from.Id, message.Id),
            ExternalConversationId = ConversationOf(from.Id),
            // The account stays first: the person is known by it, before and after they share a telephone.
            From = own is null ? [ContactAddress.Of(from.Id)] : [ContactAddress.Of(from.Id), own],
            DisplayName = NameOf(from),
            References = message.ReplyToMessage is { } answered ? [IdOf(from.Id, answered.Id)] : [],
            Topic = channel,
            Text = string.Join('\n', Lines(message, own, payload).OfType<string>()),
            Form = payload is { Length: > 0 } ? [new InboundFormField("source", payload)] : null,
            SentAt = Instant(message.Date),
        };
    }

    private static IEnumerable<string?> Lines(Message message, Address? own, string? payload)
    {
        yield return Quote(message);
        yield return message.ForwardOrigin is { } origin ? $"Переслано: {OriginOf(origin)}" : null;
        if (payload is not null)
        {
            yield return "Диалог начат";
            yield break;
        }

        yield return message.Text ?? message.Caption;
        yield return message switch
        {
            { Contact: { } contact } when own is not null => $"Свой номер: {PhoneOf(contact)!.Value}",
            { Contact: { } contact } => $"Контакт другого человека: {string.Join(' ', new[] { contact.FirstName, contact.LastName, contact.PhoneNumber }.Where(word => !string.IsNullOrEmpty(word)))}",
            { Venue: { } venue } => $"Место: {venue.Title}, {venue.Address} ({Point(venue.Location)})",
            { Location: { } location } => $"Геопозиция: {Point(location)}",
            { Sticker: { } sticker } => $"Стикер {sticker.Emoji}".TrimEnd(),
            { Dice: { } dice } => $"{dice.Emoji} {dice.Value}",
            { Text: null, Caption: null } when FileOf(message) is null => $"Сообщение вида «{message.Type}», которое здесь нельзя показать",
            _ => null,
        };
    }

    /// <summary>What is answered, as mail programs quote: "yes" alone says nothing.</summary>
    private static string? Quote(Message message)
    {
        var quoted = message.Quote?.Text ?? message.ReplyToMessage?.Text ?? message.ReplyToMessage?.Caption;
        if (string.IsNullOrWhiteSpace(quoted))
        {
            return message.ReplyToMessage is null ? null : "> (вложение)";
        }

        var line = string.Join(' ', quoted.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return "> " + (line.Length <= LongestQuote ? line : line[..(char.IsHighSurrogate(line[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)] + "…");
    }

    private static string OriginOf(MessageOrigin origin) => origin switch
    {
        MessageOriginUser user => NameOf(user.SenderUser) ?? "пользователь",
        MessageOriginHiddenUser hidden => hidden.SenderUserName,
        MessageOriginChat chat => chat.SenderChat.Title ?? "чат",
        MessageOriginChannel news => news.Chat.Title ?? "канал",
        _ => "неизвестно",
    };

    private static RemoteFile? FileOf(Message message) => message switch
    {
        { Photo: [.., var photo] } => new(photo.FileId, "Фото.jpg", "image/jpeg", photo.FileSize),
        { Voice: { } voice } => new(voice.FileId, $"Голосовое сообщение {voice.Duration} с.ogg", voice.MimeType ?? "audio/ogg", voice.FileSize),
        { VideoNote: { } round } => new(round.FileId, $"Видеосообщение {round.Duration} с.mp4", "video/mp4", round.FileSize),
        // An animation comes as a document beside it.
        { Animation: { } animation } => new(animation.FileId, animation.FileName ?? "Анимация.mp4", animation.MimeType ?? "video/mp4", animation.FileSize),
        { Video: { } video } => new(video.FileId, video.FileName ?? "Видео.mp4", video.MimeType ?? "video/mp4", video.FileSize),
        { Audio: { } audio } => new(audio.FileId, audio.FileName ?? "Аудио.mp3", audio.MimeType ?? "audio/mpeg", audio.FileSize),
        { Document: { } document } => new(document.FileId, document.FileName ?? "Файл", document.MimeType ?? "application/octet-stream", document.FileSize),
        // Moving stickers are formats of Telegram's own; their emoji says what they mean.
        { Sticker: { IsAnimated: false, IsVideo: false } sticker } => new(sticker.FileId, "Стикер.webp", "image/webp", sticker.FileSize),
        _ => null,
    };

    /// <returns>Null: not a start. Empty: a start without a deep link.</returns>
    private static string? StartPayload(string? text) =>
        text == "/start" ? "" : text?.StartsWith("/start ", StringComparison.Ordinal) == true ? text[7..].Trim() : null;

    // Telegram leaves the plus away.
    private static Address? PhoneOf(Contact contact) => Addresses.Phone(contact.PhoneNumber.StartsWith('+') ? contact.PhoneNumber : "+" + contact.PhoneNumber);

    private static string Point(Location location) => string.Create(CultureInfo.InvariantCulture, $"{location.Latitude:0.######}, {location.Longitude:0.######}");

    private static string? NameOf(User user) => $"{user.FirstName} {user.LastName}".Trim() is { Length: > 0 } name ? name : null;

    private static DateTimeOffset Instant(DateTime utc) => new(DateTime.SpecifyKind(utc, DateTimeKind.Utc));

    private string IdOf(long chat, int message) => hash(string.Create(CultureInfo.InvariantCulture, $"{channel}/{chat}/{message}"));

    private string ConversationOf(long user) => hash(string.Create(CultureInfo.InvariantCulture, $"{channel}/{user}"));
}
