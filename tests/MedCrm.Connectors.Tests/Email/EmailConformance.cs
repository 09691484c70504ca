using MedCrm.Connectors.Email;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MimeKit;

namespace MedCrm.Connectors.Tests.Email;

public sealed class EmailConformance(PostgresFixture postgres, MailPeers peers) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new EmailPeer(peers);
}

/// <summary>A mailbox of its own at the real Dovecot and Postfix, each behind a line that can break.</summary>
internal sealed class EmailPeer(MailPeers peers) : ChannelPeer
{
    private MailboxOptions _mailbox = null!;
    private ChaosLine? _imap;
    private ChaosLine? _smtp;
    private bool _showsAutomatic;

    public override Part Part => EmailConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Email");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Email", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C14"] = "Postfix cannot be told to slow a sender down; a 4xx answer is a pause by SmtpSender.PutOff",
    };

    public override ChaosLine? Line => _imap;

    public override ChaosLine? SendLine => _smtp;

    public override byte[] SendMark => [.. "\r\n.\r\n"u8];

    public override ContactPointSystem AnswersTo => ContactPointSystem.Email;

    public override TimeSpan Patience => TimeSpan.FromSeconds(90);

    public override string Unreachable => "nobody@bounce.test";

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        await peers.UseAsync();
        _mailbox = peers.NewMailbox("kit");
        _imap = ChaosLine.To(peers.Base + 143);
        _smtp = ChaosLine.To(peers.Base + 587);
        const string at = "Connectors:Email:Mailboxes:0:";
        return new Dictionary<string, string?>
        {
            [at + "Key"] = _mailbox.Key,
            [at + "Address"] = _mailbox.Address,
            [at + "AutoReplyText"] = "Мы получили ваше письмо.",
            [at + "Imap:Host"] = "127.0.0.1",
            [at + "Imap:Port"] = $"{_imap.Port}",
            [at + "Imap:Security"] = "None",
            [at + "Imap:UserName"] = _mailbox.Address,
            [at + "Imap:Password"] = "pw",
            [at + "Smtp:Host"] = "127.0.0.1",
            [at + "Smtp:Port"] = $"{_smtp.Port}",
            [at + "Smtp:Security"] = "None",
            [at + "Smtp:UserName"] = _mailbox.Address,
            [at + "Smtp:Password"] = "pw",
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Email:Mailboxes:0:Imap:Password"] = "wrong" };

    public override Sample Compose(Letter letter) => new(letter.Id, Bytes(Mail(letter)));

    // Raw, so that the header is hostile too; what is large goes into the body, where large things come.
    public override Sample? Wrap(HostileContent content) =>
        new(content.Name, content.Bytes.Length < 1024 * 1024 ? content.Bytes : [.. "From: hostile@patient.test\r\nSubject: large\r\n\r\n"u8, .. content.Bytes]);

    public override Sample Automatic(Letter letter)
    {
        _showsAutomatic = true;
        using var mail = Mail(letter);
        mail.Headers.Add("Auto-Submitted", "auto-replied");
        return new(letter.Id, Bytes(mail));
    }

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        await peers.DeliverAsync(_mailbox.Address, [sample.Content.ToArray()]);
        return Delivery.Acknowledged;
    }

    public override async Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct) =>
        [.. (await peers.ReadAsync(address)).Where(mail => _showsAutomatic || mail.Headers["Auto-Submitted"] is null).Select(mail => new SeenAnswer(mail.TextBody ?? "", mail.MessageId, mail.InReplyTo))];

    public override string Scrub(string picture) => picture.Replace($"email/{_mailbox.Key}", "email/info", StringComparison.Ordinal);

    public override async ValueTask DisposeAsync()
    {
        foreach (var line in new[] { _imap, _smtp }.OfType<ChaosLine>())
        {
            await line.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private MimeMessage Mail(Letter letter)
    {
        var mail = new MimeMessage { MessageId = $"{letter.Id}.{_mailbox.Key}@patient.test", Date = letter.SentAt ?? new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3)), Subject = $"Вопрос {letter.Id}" };
        mail.From.Add(new MailboxAddress(letter.Name, $"person{letter.Person}.{_mailbox.Key}@patient.test"));
        mail.To.Add(new MailboxAddress("", _mailbox.Address));
        var text = new TextPart("plain") { Text = letter.Text, ContentTransferEncoding = ContentEncoding.Base64 };
        mail.Body = letter.File is not { } file
            ? text
            : new Multipart("mixed") { text, new MimePart(ContentType.Parse(file.MediaType)) { Content = new MimeContent(new MemoryStream(file.Content)), ContentTransferEncoding = ContentEncoding.Base64, FileName = file.Name, ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = file.Name } } };
        return mail;
    }

    private static byte[] Bytes(MimeMessage mail)
    {
        using var bytes = new MemoryStream();
        mail.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, bytes);
        return bytes.ToArray();
    }
}
