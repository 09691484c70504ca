using System.Globalization;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;
using Telegram.Bot.Types.ReplyMarkups;

namespace MedCrm.Connectors.Telegram;

/// <summary>Sends answers: the text in as many messages as it needs, then each file. Pauses and repeats are the outbox's; what Telegram did not confirm is told to a person instead of being sent twice.</summary>
internal sealed class TelegramSender(Bots bots, SendLines lines, SendJournal journal, IPersonalDataVault vault, TimeProvider clock, ILogger<TelegramSender> log) : IOutboundSender
{
    /// <summary>Bot API, "Sending files": what a multipart upload may hold, in bytes.</summary>
    private const long LargestFile = 50L * 1024 * 1024;

    /// <summary>Bot API, sendMessage, in UTF-16 units.</summary>
    private const int LongestText = 4096;

    /// <summary>Bot API, InlineKeyboardButton.callback_data, in bytes.</summary>
    private const int LongestChoice = 64;

    private const int LargestPhoto = 10 * 1024 * 1024;

    private static readonly HttpRequestError[] NeverLeft =
        [HttpRequestError.ConnectionError, HttpRequestError.NameResolutionError, HttpRequestError.SecureConnectionError, HttpRequestError.ProxyTunnelError];

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        var bot = bots.Find(message.Channel) ?? throw new ConnectorMisconfiguredException($"{message.Channel}: такого бота нет в {TelegramOptions.Section}:Bots, ответ ждёт. Верните его и перезапустите MedCrm.");
        if (!bot.Options.Enabled)
        {
            return Refuse(bot, message, "channel-off", null, 0);
        }

        if (ContactAddress.ChatOf(message.To) is not { } chat)
        {
            return Refuse(bot, message, "bad-address", null, 0);
        }

        if (lines.Enter(bot.Channel, chat, message.MessageId) is { } turn)
        {
            return new SendOutcome.RetryAfter(turn);
        }

        // A lost line throws; the answer keeps its place before those that were written after it.
        TimeSpan? pause = TimeSpan.Zero;
        try
        {
            var outcome = await SendPartsAsync(bot, chat, message, ct);
            pause = (outcome as SendOutcome.RetryAfter)?.After;
            return outcome;
        }
        finally
        {
            lines.Leave(bot.Channel, chat, message.MessageId, pause);
        }
    }

    private async Task<SendOutcome> SendPartsAsync(Bot bot, long chat, OutboundMessage message, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var parts = Parts(bot, chat, message);
        var progress = await journal.ReadAsync(message.MessageId, ct);
        if (progress.IsSending)
        {
            return Unconfirmed(bot, message);
        }

        while (progress.Confirmed < parts.Count)
        {
            progress = await journal.WriteAsync(progress with { IsSending = true });
            var (sent, outcome, lost) = await TryAsync(bot, message, parts[progress.Confirmed], ct);
            if (sent is null)
            {
                // What was refused did not arrive, and may be tried again; what is not known stays marked.
                if (outcome is not SendOutcome.Refused { ReasonCode: "unconfirmed" })
                {
                    await journal.WriteAsync(progress with { IsSending = false });
                }

                return outcome ?? throw lost!;
            }

            progress = await journal.WriteAsync(progress with
            {
                IsSending = false,
                Confirmed = progress.Confirmed + 1,
                ExternalMessageId = progress.ExternalMessageId ?? vault.HashOf(string.Create(CultureInfo.InvariantCulture, $"{bot.Channel}/{chat}/{sent.Id}")),
            });
        }

        log.Sent(bot.Channel, message.MessageId.Value, parts.Count, clock.GetElapsedTime(started).TotalMilliseconds);
        return new SendOutcome.Sent(progress.ExternalMessageId);
    }

    private static List<Func<CancellationToken, Task<Message>>> Parts(Bot bot, long chat, OutboundMessage message) =>
    [
        .. Texts(message).Select(part => (Func<CancellationToken, Task<Message>>)(ct => bot.Client.SendMessage(chat, part.Text, replyMarkup: part.Buttons, cancellationToken: ct))),
        .. message.Attachments.Select(file => (Func<CancellationToken, Task<Message>>)(ct => SendFileAsync(bot, chat, file, ct))),
    ];

    /// <summary>Buttons stand under the last words.</summary>
    private static IEnumerable<(string Text, InlineKeyboardMarkup? Buttons)> Texts(OutboundMessage message)
    {
        var texts = TextParts.Of(message.Text, LongestText).ToList();
        var buttons = message.Choices is [_, ..] choices
            ? new InlineKeyboardMarkup(choices.Select((choice, index) => new[] { InlineKeyboardButton.WithCallbackData(choice, ChoiceData.Of(message.MessageId, choices, index, LongestChoice)) }))
            : null;
        return texts.Select((text, index) => (text, index == texts.Count - 1 ? buttons : null));
    }

    private static async Task<Message> SendFileAsync(Bot bot, long chat, OutboundAttachment file, CancellationToken ct)
    {
        if (file.MediaType is "image/jpeg" or "image/png")
        {
            await using var picture = await file.OpenAsync(ct);
            var bytes = new byte[LargestPhoto + 1];
            var length = await picture.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
            if (length <= LargestPhoto)
            {
                using var photo = new MemoryStream(bytes, 0, length, writable: false);
                return await bot.Client.SendPhoto(chat, InputFile.FromStream(photo, file.FileName), cancellationToken: ct);
            }
        }

        await using var content = await file.OpenAsync(ct);
        await using var bounded = new BoundedStream(content, LargestFile);
        return await bot.Client.SendDocument(chat, InputFile.FromStream(bounded, file.FileName), cancellationToken: ct);
    }

    /// <returns>The message; or what to tell; or what is wrong with the line, and then it never left.</returns>
    private async Task<(Message? Sent, SendOutcome? Outcome, ConnectorException? Lost)> TryAsync(Bot bot, OutboundMessage message, Func<CancellationToken, Task<Message>> send, CancellationToken ct)
    {
        try
        {
            return (await send(ct), null, null);
        }
        catch (ApiRequestException e)
        {
            var outcome = Answer(bot, message, e);
            return (null, outcome, outcome is null ? bot.Translate(e, ct) : null);
        }
        catch (Exception e) when (Causes(e).Any(cause => cause is BoundedStream.ExceededException))
        {
            return (null, Refuse(bot, message, "too-large", "Telegram принимает файлы до 50 МБ.", 413), null);
        }
        catch (RequestException e) when ((int?)e.HttpStatusCode == 413)
        {
            return (null, Refuse(bot, message, "too-large", "Telegram принимает файлы до 50 МБ.", 413), null);
        }
        catch (RequestException e) when ((int?)e.HttpStatusCode >= 500)
        {
            return (null, null, bot.Translate(e, ct));
        }
        catch (Exception e) when (Causes(e).OfType<HttpRequestException>().Any(cause => NeverLeft.Contains(cause.HttpRequestError)))
        {
            return (null, null, bot.Translate(e, ct));
        }
        catch (Exception e) when (e is RequestException or HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, Unconfirmed(bot, message), null);
        }
    }

    private SendOutcome? Answer(Bot bot, OutboundMessage message, ApiRequestException e)
    {
        bool Says(string words) => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
        switch (e.ErrorCode)
        {
            case 429:
                var pause = TimeSpan.FromSeconds(Math.Max(1, e.Parameters?.RetryAfter ?? 1));
                log.PutOff(bot.Channel, message.MessageId.Value, pause.TotalSeconds, "429");
                return new SendOutcome.RetryAfter(pause);
            case >= 500 or 401 or 404 or 409:
                return null;
            case 403 when Says("deactivated"):
                return Refuse(bot, message, "bad-address", e.Message, e.ErrorCode);
            case 403:
                return Refuse(bot, message, "blocked", e.Message, e.ErrorCode);
            case 413:
                return Refuse(bot, message, "too-large", e.Message, e.ErrorCode);
            case 400 when Says("chat not found") || Says("PEER_ID_INVALID"):
                return Refuse(bot, message, "bad-address", e.Message, e.ErrorCode);
            case 400 when Says("too big") || Says("too large") || Says("too long"):
                return Refuse(bot, message, "too-large", e.Message, e.ErrorCode);
            default:
                return Refuse(bot, message, "rejected", e.Message, e.ErrorCode);
        }
    }

    private SendOutcome.Refused Refuse(Bot bot, OutboundMessage message, string reason, string? detail, int code)
    {
        log.Refused(bot.Channel, message.MessageId.Value, reason, code);
        return new SendOutcome.Refused(reason, detail);
    }

    private SendOutcome.Refused Unconfirmed(Bot bot, OutboundMessage message)
    {
        log.Unconfirmed(bot.Channel, message.MessageId.Value);
        return new SendOutcome.Refused("unconfirmed", null);
    }

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
