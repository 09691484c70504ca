using System.Globalization;
using System.Net;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>Sends answers: the text in as many messages as it needs, then each file. Pauses, order and repeats are the outbox's; what MAX did not confirm is looked for in the dialog before it is sent again.</summary>
internal sealed class MaxSender(MaxApi api, Courtesies people, SendJournal journal, IPersonalDataVault vault, TimeProvider clock, ILogger<MaxSender> log) : IOutboundSender, IDisposable
{
    /// <summary>Bot API, NewMessageBody.text, in UTF-16 units.</summary>
    private const int LongestText = 4000;

    /// <summary>Bot API, CallbackButton.payload, in characters.</summary>
    private const int LongestChoice = 1024;

    private const int LargestFile = 50 * 1024 * 1024;

    /// <summary>How often MAX is given time to show what it took.</summary>
    private const int Looks = 2;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FileIsProcessed = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(2);

    // Files wait in memory while they leave: this bounds it.
    private readonly SemaphoreSlim _uploads = new(2);

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        var bot = api.Find(message.Channel) ?? throw new ConnectorMisconfiguredException($"{message.Channel} не описан в {MaxOptions.Section}:Bots; ответ ждёт.");
        if (!bot.Options.Enabled)
        {
            return Refuse(bot, message, "channel-off", null);
        }

        if (ContactAddress.UserOf(message.To) is not { } user)
        {
            return Refuse(bot, message, "bad-address", null);
        }

        if (bot.PausedUntil - clock.GetUtcNow() is { Ticks: > 0 } pause)
        {
            return new SendOutcome.RetryAfter(pause);
        }

        var parts = Parts(message);
        var progress = await journal.ReadAsync(message.MessageId, ct);
        if (progress.LeftAt is { } leftAt)
        {
            var (known, outcome) = await LookAsync(bot, message, parts[progress.Sent.Count], progress, leftAt, ct);
            if (outcome is not null)
            {
                return outcome;
            }

            progress = known;
        }

        while (progress.Sent.Count < parts.Count)
        {
            var (next, outcome) = await SendAsync(bot, user, message, parts[progress.Sent.Count], progress, ct);
            if (outcome is not null)
            {
                return outcome;
            }

            progress = next;
        }

        log.Sent(bot.Channel, message.MessageId.Value, parts.Count);
        return new SendOutcome.Sent(progress.Sent.Count > 0 ? progress.Sent[0] : null);
    }

    public void Dispose() => _uploads.Dispose();

    /// <summary>A file must be the only attachment of its message, so text goes ahead of files; buttons stand under the last words.</summary>
    private static List<Part> Parts(OutboundMessage message)
    {
        var texts = TextParts.Of(message.Text, LongestText);
        var buttons = message.Choices is [_, ..] choices
            ? choices.Select((choice, index) => new object[] { new { Type = "callback", Text = choice, Payload = ChoiceData.Of(message.MessageId, choices, index, LongestChoice) } }).ToArray()
            : null;
        return [.. texts.Select((text, index) => new Part(text, null, index == texts.Count - 1 ? buttons : null)), .. message.Attachments.Select(file => new Part(null, file, null))];
    }

    private async Task<(SendProgress Progress, SendOutcome? Outcome)> SendAsync(MaxBot bot, long user, OutboundMessage message, Part part, SendProgress progress, CancellationToken ct)
    {
        if (part.File is { } file && progress.UploadToken is null)
        {
            if (await UploadAsync(bot, file, ct) is not { } token)
            {
                return (progress, Refuse(bot, message, "too-large", $"В MAX отсюда уходят файлы до {LargestFile / 1024 / 1024} МБ."));
            }

            progress = await journal.WriteAsync(progress with { UploadToken = token });
        }

        progress = await journal.WriteAsync(progress with { LeftAt = clock.GetUtcNow(), Looks = 0 });
        object[]? attachments = part switch
        {
            { File: { } upload } => [new { Type = KindOf(upload), Payload = new { Token = progress.UploadToken } }],
            { Buttons: { } buttons } => [new { Type = "inline_keyboard", Payload = new { Buttons = buttons } }],
            _ => null,
        };
        MaxAnswer answer;
        try
        {
            answer = await bot.CallAsync(
                HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/messages?user_id={user}"), new { part.Text, Attachments = attachments, Link = (object?)null }, ct);
        }
        catch (ConnectorException)
        {
            await journal.WriteAsync(progress with { LeftAt = null });
            throw;
        }
        catch (Exception e) when (MaxBot.IsOfTheLine(e, ct))
        {
            if (MaxBot.DidNotLeave(e))
            {
                await journal.WriteAsync(progress with { LeftAt = null });
                throw bot.Translate(e);
            }

            log.Unconfirmed(bot.Channel, message.MessageId.Value);
            return (progress, new SendOutcome.RetryAfter(TimeSpan.FromSeconds(1)));
        }

        if (answer.Refusal is { } refusal)
        {
            progress = await journal.WriteAsync(progress with { LeftAt = null });
            return (progress, OutcomeOf(bot, message, refusal));
        }

        return (await ConfirmAsync(progress, KeyOf(bot, answer.Said.GetProperty("message"))), null);
    }

    private Task<SendProgress> ConfirmAsync(SendProgress progress, string key) =>
        journal.WriteAsync(progress with { Sent = [.. progress.Sent, key], LeftAt = null, Looks = 0, UploadToken = null });

    /// <summary>Looks whether MAX has what it did not confirm.</summary>
    /// <returns>An outcome, or the progress to go on from.</returns>
    private async Task<(SendProgress Progress, SendOutcome? Outcome)> LookAsync(MaxBot bot, OutboundMessage message, Part part, SendProgress progress, DateTimeOffset leftAt, CancellationToken ct)
    {
        if (await people.DialogAsync(bot, message.To, ct) is not { } dialog)
        {
            // Nowhere to look: a person must decide whether to say it again.
            return (progress, Refuse(bot, message, "unconfirmed", null));
        }

        var page = await bot.AskAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/messages?chat_id={dialog}&count=50"), null, ct);
        foreach (var said in page.GetProperty("messages").EnumerateArray())
        {
            if (IsPart(said, part, leftAt - ClocksDiffer) && !await journal.IsKnownAsync(KeyOf(bot, said), ct))
            {
                log.Found(bot.Channel, message.MessageId.Value);
                return (await ConfirmAsync(progress, KeyOf(bot, said)), null);
            }
        }

        if (progress.Looks < Looks)
        {
            await journal.WriteAsync(progress with { Looks = progress.Looks + 1 });
            return (progress, new SendOutcome.RetryAfter(BetweenLooks));
        }

        return (await journal.WriteAsync(progress with { LeftAt = null, Looks = 0 }), null);
    }

    private static bool IsPart(JsonElement said, Part part, DateTimeOffset since)
    {
        var message = said.Deserialize<MaxMessage>(MaxUpdate.Json)!;
        return message.Sender is { IsBot: true }
            && message.Timestamp >= since.ToUnixTimeMilliseconds()
            && (part.File is { } file
                ? (message.Body?.Attachments ?? []).Any(attachment => attachment?.Type == KindOf(file) && (attachment.Filename is null || attachment.Filename == file.FileName))
                : message.Body?.Text?.Trim() == part.Text);
    }

    /// <returns>What the file is called at MAX. Null: too large.</returns>
    private async Task<string?> UploadAsync(MaxBot bot, OutboundAttachment file, CancellationToken ct)
    {
        await _uploads.WaitAsync(ct);
        try
        {
            using var content = new MemoryStream();
            await using (var stream = await file.OpenAsync(ct))
            {
                var buffer = new byte[64 * 1024];
                for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
                {
                    content.Write(buffer, 0, read);
                    if (content.Length > LargestFile)
                    {
                        return null;
                    }
                }
            }

            var place = await bot.AskAsync(HttpMethod.Post, $"/uploads?type={KindOf(file)}", null, ct);
            var told = await bot.UploadAsync(new Uri(place.GetProperty("url").GetString()!), content.ToArray(), file.FileName, ct);
            return TokenOf(place) ?? TokenOf(told) ?? PhotoOf(told) ?? throw new ConnectorNotReadyException($"{bot.Channel}: MAX принял файл и не назвал его.");
        }
        finally
        {
            _uploads.Release();
        }
    }

    private static string? TokenOf(JsonElement? said) =>
        said is { ValueKind: JsonValueKind.Object } told && told.TryGetProperty("token", out var token) ? token.GetString() : null;

    private static string? PhotoOf(JsonElement? said) =>
        said is { ValueKind: JsonValueKind.Object } told && told.TryGetProperty("photos", out var photos) ? photos.EnumerateObject().Select(photo => TokenOf(photo.Value)).FirstOrDefault() : null;

    private static string KindOf(OutboundAttachment file) => file.MediaType switch
    {
        "image/jpeg" or "image/png" or "image/gif" or "image/webp" => "image",
        "video/mp4" => "video",
        "audio/mpeg" or "audio/ogg" => "audio",
        _ => "file",
    };

    private SendOutcome OutcomeOf(MaxBot bot, OutboundMessage message, MaxRefusal refusal)
    {
        if (refusal.Status == HttpStatusCode.TooManyRequests)
        {
            var pause = refusal.RetryAfter ?? TimeSpan.FromSeconds(2);
            bot.PausedUntil = clock.GetUtcNow() + pause;
            log.PutOff(bot.Channel, message.MessageId.Value, pause.TotalSeconds, "429");
            return new SendOutcome.RetryAfter(pause);
        }

        if (refusal.Code == "attachment.not.ready")
        {
            log.PutOff(bot.Channel, message.MessageId.Value, FileIsProcessed.TotalSeconds, refusal.Code);
            return new SendOutcome.RetryAfter(FileIsProcessed);
        }

        var reason = refusal.Status switch
        {
            HttpStatusCode.Forbidden => "blocked",
            HttpStatusCode.NotFound => "bad-address",
            HttpStatusCode.RequestEntityTooLarge => "too-large",
            _ => "rejected",
        };
        return Refuse(bot, message, reason, $"{refusal.Code} {refusal.Words}".Trim());
    }

    private SendOutcome.Refused Refuse(MaxBot bot, OutboundMessage message, string reason, string? detail)
    {
        log.Refused(bot.Channel, message.MessageId.Value, reason);
        return new SendOutcome.Refused(reason, detail);
    }

    private string KeyOf(MaxBot bot, JsonElement said) => vault.HashOf($"{bot.Channel}/{said.GetProperty("body").GetProperty("mid").GetString()}");

    private sealed record Part(string? Text, OutboundAttachment? File, object[][]? Buttons);
}
