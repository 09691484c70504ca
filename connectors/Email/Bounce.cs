using System.Text;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>
/// Reads what servers tell of our answers: delivery status notifications (RFC 3464), read receipts (RFC 8098), and the half of all bounces
/// that are prose. A report counts only when it quotes one of our Message-IDs.
/// </summary>
internal static partial class Bounce
{
    private const int MaxScan = 256 * 1024;
    private const int MaxDetail = 500;

    /// <summary>Reads a mail as a report.</summary>
    /// <returns>Null: it is no report. A report without a message: it is one, but not of ours.</returns>
    public static Report? Read(MimeMessage mail, MailSender sender, MailboxIdentity ours)
    {
        var parts = Parts(mail);
        var kind = mail.Body?.ContentType.IsMimeType("multipart", "report") == true ? mail.Body.ContentType.Parameters["report-type"]?.Trim().ToLowerInvariant() : null;
        if (kind == "feedback-report" || parts.Any(part => part.ContentType.IsMimeType("message", "feedback-report")))
        {
            return null; // a complaint about junk (RFC 5965): shown like any other mail of a machine
        }

        if (parts.OfType<MessageDispositionNotification>().FirstOrDefault() is { } receipt)
        {
            return Receipt(receipt, ours);
        }

        var status = parts.OfType<MessageDeliveryStatus>().FirstOrDefault();
        if (status is null && !LooksLikeBounce(mail, sender, kind))
        {
            return null;
        }

        var text = Text(parts);
        var message = OurMessage(mail, parts, text, ours);
        return (status is null ? null : FromStatus(status, text, message)) ?? FromText(mail, text, message);
    }

    private static Report? FromStatus(MessageDeliveryStatus status, string text, Guid? message)
    {
        HeaderList? chosen = null;
        try
        {
            // One answer has one recipient; should a report name several, a failure outweighs the rest.
            chosen = status.StatusGroups.Where(group => group["Action"] is not null || group["Status"] is not null)
                .OrderByDescending(group => Action(group) == "failed").FirstOrDefault();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Broken groups: the prose beside them decides.
        }

        if (chosen is null)
        {
            return null;
        }

        var code = EnhancedCode().Match(chosen["Status"] ?? "").Value;
        var diagnostic = chosen["Diagnostic-Code"] ?? "";
        var detail = Charsets.OneLine(diagnostic.Length > 0 ? diagnostic : chosen["Status"] ?? "");
        return Action(chosen) switch
        {
            "delayed" or "relayed" or "expanded" => new Report(message, DeliveryStatus.Sent, null, Cut(detail)),
            "delivered" => new Report(message, DeliveryStatus.Delivered, null, Cut(detail)),
            "failed" => new Report(message, DeliveryStatus.Failed, Reason(code, diagnostic.Length > 0 ? diagnostic : text), Cut(detail)),
            _ when code.StartsWith('5') => new Report(message, DeliveryStatus.Failed, Reason(code, diagnostic.Length > 0 ? diagnostic : text), Cut(detail)),
            _ when code.StartsWith('4') => new Report(message, DeliveryStatus.Sent, null, Cut(detail)),
            _ => null,
        };
    }

    private static Report FromText(MimeMessage mail, string text, Guid? message)
    {
        var all = Charsets.Header(mail.Headers, HeaderId.Subject) + "\n" + text;
        return Delay().IsMatch(all) && !(FinalCode().IsMatch(text) || NoSuchUser().IsMatch(text) || GivenUp().IsMatch(text))
            ? new Report(message, DeliveryStatus.Sent, null, Excerpt(text))
            : new Report(message, DeliveryStatus.Failed, Reason(EnhancedCode().Match(text).Value, text), Excerpt(text));
    }

    private static Report? Receipt(MessageDispositionNotification receipt, MailboxIdentity ours)
    {
        try
        {
            var original = MessageIds.Bare(receipt.Fields["Original-Message-ID"]);
            var read = receipt.Fields["Disposition"]?.Contains("displayed", StringComparison.OrdinalIgnoreCase) == true;
            return original is not null && MessageIds.OurMessage(original, ours.Domains) is { } message && read
                ? new Report(message, DeliveryStatus.Read, null, null)
                : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static bool LooksLikeBounce(MimeMessage mail, MailSender sender, string? kind)
    {
        if (kind == "delivery-status" || mail.Headers.Contains("X-Failed-Recipients"))
        {
            return true;
        }

        var subject = Charsets.Header(mail.Headers, HeaderId.Subject);
        var fromServer = sender.Address is { } from && Daemon().IsMatch(from.Value);
        var raw = Charsets.Header(mail.Headers, HeaderId.From);
        fromServer |= raw.Contains("mailer-daemon", StringComparison.OrdinalIgnoreCase) || raw.Contains("mail delivery s", StringComparison.OrdinalIgnoreCase);
        return Subject().IsMatch(subject) ? fromServer || Automation.HasNullPath(mail) : fromServer && Automation.HasNullPath(mail) && mail.InReplyTo is null;
    }

    /// <summary>Our Message-ID in the returned mail, in its headers as text, or anywhere in the prose.</summary>
    private static Guid? OurMessage(MimeMessage mail, List<MimeEntity> parts, string text, MailboxIdentity ours)
    {
        var candidates = parts.OfType<MessagePart>().Select(part => part.Message?.MessageId).OfType<string>()
            .Concat(OurId().Matches(text).Select(match => match.Value))
            .Concat(MessageIds.All(mail.Headers.FirstOrDefault(h => h.Id == HeaderId.InReplyTo)?.RawValue))
            .Concat(MessageIds.All(mail.Headers.FirstOrDefault(h => h.Id == HeaderId.References)?.RawValue));
        foreach (var candidate in candidates)
        {
            if (MessageIds.Bare(candidate) is { } id && MessageIds.OurMessage(id, ours.Domains) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private static List<MimeEntity> Parts(MimeMessage mail)
    {
        var found = new List<MimeEntity>();
        var open = new Stack<MimeEntity>();
        if (mail.Body is { } body)
        {
            open.Push(body);
        }

        while (found.Count < 100 && open.TryPop(out var entity))
        {
            found.Add(entity);
            if (entity is Multipart multipart)
            {
                foreach (var child in multipart.Reverse())
                {
                    open.Push(child);
                }
            }
        }

        return found;
    }

    private static string Text(List<MimeEntity> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (text.Length > MaxScan)
            {
                break;
            }

            switch (part)
            {
                case TextPart { IsHtml: true } html:
                    text.Append(HtmlText.From(MailBody.Decode(html))).Append('\n');
                    break;
                case MessageDeliveryStatus or MessageDispositionNotification:
                    break;
                case TextPart or MimePart { ContentType.MediaType: "text" or "message" }:
                    text.Append(MailBody.Decode((MimePart)part)).Append('\n');
                    break;
                case MessagePart { Message: { } returned }:
                    text.Append(Charsets.Header(returned.Headers, HeaderId.MessageId)).Append('\n');
                    break;
                default:
                    break;
            }
        }

        return text.ToString(0, Math.Min(text.Length, MaxScan));
    }

    private static string? Action(HeaderList group) => group["Action"]?.Split([' ', '(', ';'])[0].Trim().ToLowerInvariant();

    /// <summary>The words of <see cref="ReportDelivery.ReasonCode"/> for an enhanced status code (RFC 3463) and the server's prose.</summary>
    public static string Reason(string code, string text)
    {
        var subject = code.Length > 2 ? code[2..] : "";
        return subject switch
        {
            "2.2" => "mailbox-full",
            "2.3" or "3.4" => "too-large",
            "4.7" => "expired",
            "1.1" or "1.2" or "1.3" or "1.6" or "1.10" or "2.1" or "4.4" when !Policy().IsMatch(text) => "bad-address",
            _ when Full().IsMatch(text) => "mailbox-full",
            _ when TooLarge().IsMatch(text) => "too-large",
            _ when NoSuchUser().IsMatch(text) => "bad-address",
            _ when GivenUp().IsMatch(text) => "expired",
            _ when code.StartsWith('4') => "expired",
            _ => "rejected",
        };
    }

    private static string? Excerpt(string text) => Cut(Charsets.OneLine(text[..Math.Min(text.Length, 4 * MaxDetail)]));

    private static string? Cut(string text) => text.Length == 0 ? null : text[..Math.Min(text.Length, MaxDetail)];

    /// <summary>What a server told of one of our answers.</summary>
    /// <param name="Message">The answer. Null: not one of ours.</param>
    /// <param name="Status">How far it came.</param>
    /// <param name="ReasonCode">Why it failed. Null: it did not.</param>
    /// <param name="Detail">The server's words. Null: none.</param>
    internal sealed record Report(Guid? Message, DeliveryStatus Status, string? ReasonCode, string? Detail)
    {
        /// <summary>The event of it.</summary>
        public DeliveryReport ToEvent(string channel, Guid message) =>
            new() { Channel = channel, MessageId = MessageId.From(message), Status = Status, ReasonCode = ReasonCode, Detail = Detail };
    }

    [GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"\b[0-9a-f]{32}@[\w.-]{1,253}", RegexOptions.IgnoreCase)]
    private static partial Regex OurId();

    [GeneratedRegex(@"^(mailer-?daemon|postmaster|mail-?daemon)([+.=-][^@]*)?@", RegexOptions.IgnoreCase)]
    private static partial Regex Daemon();

    [GeneratedRegex(@"undeliver|non.?deliver|not (be )?deliver|delivery (status|failure|has failed|problem|report|notification|delayed)|(returned|failed) mail|mail (delivery|failure|returned|system error)|failure notice|returned to sender|could not send|delayed mail|warning: (message|could not)|не ?доставл|не удалось доставить|не уда[её]тся доставить|невозможно доставить|не может быть (доставлен|отправлен)|(ошибка|сбой|задержка) доставки|отч[её]т о (не)?доставке|уведомление о (состоянии |статусе )?(не)?доставк", RegexOptions.IgnoreCase)]
    private static partial Regex Subject();

    [GeneratedRegex(@"\b5\.\d{1,3}\.\d{1,3}\b|\b55[0-4][ -]")]
    private static partial Regex FinalCode();

    [GeneratedRegex(@"delayed|not yet been delivered|will (be )?(retr|keep trying)|warning message only|still trying|do not need to resend|задерж|будет повторен|повторные попытки|пока не доставлен|ещ[её] не доставлен|попытк[аи][^.\n]{0,40}(продолж|повтор)", RegexOptions.IgnoreCase)]
    private static partial Regex Delay();

    [GeneratedRegex(@"(user|recipient|mailbox|address|account|addressee)[^.\n]{0,40}(unknown|not found|unavailable|does ?n[o']t exist|not exist|invalid|disabled|inactive|no longer|suspended)|(unknown|no such|invalid|nonexistent|bad) (local )?(user|recipient|mailbox|address|account|domain|destination)|host (or domain name )?not found|domain (name )?not found|doesn'?t have an? [\w. ]{0,30}account|isn'?t a [\w. ]{0,20}user|no mailbox here|не существует|не найден|заблокирован|отключен|нет такого|неизвестн|недействител|отсутствует на сервере", RegexOptions.IgnoreCase)]
    private static partial Regex NoSuchUser();

    [GeneratedRegex(@"quota|(mailbox|inbox|storage)[^.\n]{0,20} full|full mailbox|insufficient (disk|storage|system storage)|переполнен|заполнен|превышен(а|ы)? квот|квота[^.\n]{0,30}превышен|нет места", RegexOptions.IgnoreCase)]
    private static partial Regex Full();

    [GeneratedRegex(@"(message|mail|size)[^.\n]{0,30}(too (large|big)|exceed)|exceeds[^.\n]{0,30}(size|limit)|слишком больш|превышает[^.\n]{0,40}размер|размер[^.\n]{0,40}превышает", RegexOptions.IgnoreCase)]
    private static partial Regex TooLarge();

    [GeneratedRegex(@"expired|given up|giving up|retry time(out)? exceeded|(been )?(undeliverable|in the queue|queued) (for )?too long|timed out|connection refused|in queue too long|истек|истёк|прекращены", RegexOptions.IgnoreCase)]
    private static partial Regex GivenUp();

    [GeneratedRegex(@"spam|policy|blocked|blacklist|block ?list|reputation|DNSBL|SPF|DKIM|DMARC|спам", RegexOptions.IgnoreCase)]
    private static partial Regex Policy();
}
