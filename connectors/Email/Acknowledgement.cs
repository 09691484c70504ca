using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>Tells a patient at once that the mail has arrived (RFC 3834): at most once in 24 hours, never to a machine, with the null return path so that nothing can bounce back.</summary>
internal sealed class Acknowledgement(MailboxOptions options, IAutoReplyJournal journal, SmtpLine line, TimeProvider clock, ILogger<Acknowledgement> logger)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Sends it where it is due. A failure is only logged: the mail itself is stored, and a late acknowledgement is worse than none.</summary>
    public async Task SendAsync(Address contact, InboundMessage received, CancellationToken ct)
    {
        if (options.AutoReplyText is not { } text)
        {
            return;
        }

        try
        {
            // Noted first: a crash in between costs an acknowledgement, the other order would cost a second one.
            if (!await journal.TryNoteAsync(options.Channel, contact, clock.GetUtcNow(), Window, ct))
            {
                return;
            }

            using var mail = Compose(contact, received, text);
            await line.UseAsync(client => client.SendAsync(mail, new MailboxAddress("", ""), [new MailboxAddress("", contact.Value)], ct), ct);
            logger.AutoReplySent(options.Channel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            logger.AutoReplyFailed(options.Channel, e.GetType().Name);
        }
    }

    private MimeMessage Compose(Address contact, InboundMessage received, string text)
    {
        var mail = new MimeMessage
        {
            MessageId = MessageIds.OfAutoReply(Guid.CreateVersion7(clock.GetUtcNow()), options.Domain),
            Date = clock.GetUtcNow(),
            Subject = SmtpSender.ReplySubject(received.Subject),
            Body = new TextPart("plain") { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable },
        };
        mail.From.Add(new MailboxAddress(options.DisplayName ?? "", options.Address));
        mail.To.Add(new MailboxAddress("", contact.Value));
        mail.Headers.Add("Auto-Submitted", "auto-replied");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        mail.Headers.Add(Automation.LoopHeader, options.Domain);
        SmtpSender.Thread(mail, [.. received.References.Reverse(), .. received.Aliases]);
        return mail;
    }
}
