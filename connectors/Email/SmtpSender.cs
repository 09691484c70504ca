using MailKit.Net.Smtp;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>
/// Sends answers, threaded under the mail they answer. The Message-ID is made from the answer's own id, so that each attempt is the same mail;
/// one that lies in the Sent folder already is not sent again.
/// </summary>
internal sealed class SmtpSender(IOptions<EmailOptions> options, MailLines lines, TimeProvider clock, ILogger<SmtpSender> logger) : IOutboundSender
{
    private static readonly TimeSpan AfterLineFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterRefusalForNow = TimeSpan.FromMinutes(5);

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        var mailbox = Choose(message.Channel);
        if (Addresses.Email(message.To) is not { } to)
        {
            logger.Refused(mailbox.Channel, message.MessageId.Value, "bad-address", 0);
            return new SendOutcome.Refused("bad-address", null);
        }

        var started = clock.GetTimestamp();
        var line = lines.Of(mailbox);
        using var mail = await ComposeAsync(message, to, mailbox, ct);
        var messageId = MessageIds.OfAnswer(message.MessageId.Value, mailbox.Domain);
        try
        {
            if (mailbox.AppendToSent && await IsSentAsync(line.Sent, mailbox, messageId, ct))
            {
                logger.SentBefore(mailbox.Channel, message.MessageId.Value);
                return new SendOutcome.Sent(messageId);
            }

            await line.Smtp.UseAsync(client => client.SendAsync(mail, ct), ct);
        }
        catch (SmtpCommandException e)
        {
            return Answer(e, mailbox, message);
        }
        catch (Exception e) when (MailServers.IsLineFailure(e) || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return PutOff(mailbox, message, AfterLineFailure, e.GetType().Name);
        }
        catch (ConnectorNotReadyException e)
        {
            return PutOff(mailbox, message, AfterLineFailure, e.GetType().Name);
        }

        logger.Sent(mailbox.Channel, message.MessageId.Value, clock.GetElapsedTime(started).TotalMilliseconds);
        if (mailbox.AppendToSent)
        {
            await KeepAsync(line.Sent, mailbox, mail, ct);
        }

        return new SendOutcome.Sent(messageId);
    }

    /// <summary>"Re: …", once.</summary>
    public static string ReplySubject(string? subject)
    {
        var line = Charsets.OneLine(subject ?? "");
        return line.Length == 0 ? "Re: Ваше обращение" : line.StartsWith("Re:", StringComparison.OrdinalIgnoreCase) ? line : "Re: " + line;
    }

    /// <summary>Puts a mail under the last of the references (RFC 5322 §3.6.4).</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="references">Oldest first; what is no Message-ID is left out.</param>
    public static void Thread(MimeMessage mail, IReadOnlyList<string> references)
    {
        var ids = references.Select(MessageIds.Quotable).OfType<string>().Distinct().ToList();
        foreach (var id in ids.Take(1).Concat(ids.Skip(1).TakeLast(20)))
        {
            mail.References.Add(id);
        }

        if (ids.Count > 0)
        {
            mail.InReplyTo = ids[^1];
        }
    }

    public string? DefaultChannel => Find(null)?.Channel;

    private MailboxOptions? Find(string? channel)
    {
        var all = options.Value.Mailboxes;
        return all.FirstOrDefault(m => m.Channel == channel) ?? all.FirstOrDefault(m => m.Key == options.Value.DefaultMailbox) ?? all.FirstOrDefault();
    }

    private MailboxOptions Choose(string? channel) => Find(channel)
        ?? throw new ConnectorNotReadyException($"Ни одного ящика нет в {EmailOptions.Section}:Mailboxes, ответ ждёт. Впишите ящик и перезапустите MedCrm.");

    private async Task<MimeMessage> ComposeAsync(OutboundMessage message, Address to, MailboxOptions mailbox, CancellationToken ct)
    {
        var mail = new MimeMessage
        {
            MessageId = MessageIds.OfAnswer(message.MessageId.Value, mailbox.Domain),
            Date = clock.GetUtcNow(),
        };
        mail.From.Add(new MailboxAddress(mailbox.DisplayName ?? "", mailbox.Address));
        mail.To.Add(new MailboxAddress(Charsets.OneLine(message.ToName ?? ""), to.Value));
        mail.Headers.Add(Automation.LoopHeader, mailbox.Domain);
        Thread(mail, message.References);
        mail.Subject = mail.References.Count > 0 ? ReplySubject(message.Subject) : Charsets.OneLine(message.Subject ?? "") is { Length: > 0 } subject ? subject : "Ответ на ваше обращение";
        var text = new TextPart("plain") { Text = message.Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        if (message.Attachments.Count == 0)
        {
            mail.Body = text;
            return mail;
        }

        var mixed = new Multipart("mixed") { text };
        foreach (var attachment in message.Attachments)
        {
            mixed.Add(await AttachAsync(attachment, ct));
        }

        mail.Body = mixed;
        return mail;
    }

    private static async Task<MimePart> AttachAsync(OutboundAttachment attachment, CancellationToken ct)
    {
        await using var source = await attachment.OpenAsync(ct);
        var spool = await Spool.WriteAsync(source.CanSeek ? source.Length : long.MaxValue, to => source.CopyToAsync(to, ct));
        var type = ContentType.TryParse(attachment.MediaType, out var declared) && !declared.IsMimeType("multipart", "*") && !declared.IsMimeType("message", "*")
            ? declared
            : new ContentType("application", "octet-stream");
        return new MimePart(type)
        {
            Content = new MimeContent(new SpoolReader(spool)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = FileNames.Safe(attachment.FileName, type.MimeType, 1),
        };
    }

    /// <summary>Asking is a courtesy to the patient, not a condition: where the folder is out of reach the mail goes out.</summary>
    private async Task<bool> IsSentAsync(SentFolder sent, MailboxOptions mailbox, string messageId, CancellationToken ct)
    {
        try
        {
            return await sent.HoldsAsync(messageId, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.SentCopyFailed(mailbox.Channel, e.GetType().Name);
            return false;
        }
    }

    private async Task KeepAsync(SentFolder sent, MailboxOptions mailbox, MimeMessage mail, CancellationToken ct)
    {
        try
        {
            await sent.KeepAsync(mail, ct);
        }
        catch (Exception e)
        {
            logger.SentCopyFailed(mailbox.Channel, e.GetType().Name);
        }
    }

    private SendOutcome.RetryAfter PutOff(MailboxOptions mailbox, OutboundMessage message, TimeSpan after, string cause)
    {
        logger.PutOff(mailbox.Channel, message.MessageId.Value, after.TotalSeconds, cause);
        return new SendOutcome.RetryAfter(after);
    }

    private SendOutcome Answer(SmtpCommandException e, MailboxOptions mailbox, OutboundMessage message)
    {
        var status = (int)e.StatusCode;
        var tooLarge = e.Message.Contains("5.3.4", StringComparison.Ordinal) || (status == 552 && e.ErrorCode != SmtpErrorCode.RecipientNotAccepted) || e.Message.Contains("size", StringComparison.OrdinalIgnoreCase) && status is 523 or 552;
        if (status is 530 or 534 or 535 or 538)
        {
            throw new ConnectorAuthRefusedException($"{mailbox.Channel}: SMTP требует входа другим способом ({status}). Проверьте имя и пароль приложения.");
        }

        if (status is < 500 or > 599 && !tooLarge)
        {
            return PutOff(mailbox, message, AfterRefusalForNow, $"SMTP {status}");
        }

        var code = e.Message.Split(' ').FirstOrDefault(word => word.StartsWith("5.", StringComparison.Ordinal) && word.Length >= 5) ?? "";
        var reason = tooLarge ? "too-large"
            : e.ErrorCode == SmtpErrorCode.RecipientNotAccepted && code.Length == 0 && status is 550 or 551 or 553 ? "bad-address"
            : Bounce.Reason(code, e.Message);
        logger.Refused(mailbox.Channel, message.MessageId.Value, reason, status);
        return new SendOutcome.Refused(reason, $"{status} {e.Message}");
    }
}
