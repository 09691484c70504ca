using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>Turns a parsed mail into what the hub understands. Pure: the same bytes give the same answer.</summary>
internal static partial class MailMapper
{
    private const int MaxSubject = 998;
    private const int MaxReferences = 50;

    static MailMapper() => Charsets.Register();

    /// <summary>How mail is parsed: forgiving, and not deeper than people nest.</summary>
    public static ParserOptions Parsing { get; } = CreateParsing();

    /// <summary>Maps one mail.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="key">Its <see cref="BusinessKey"/>.</param>
    /// <param name="ours">Our addresses.</param>
    /// <param name="openRaw">Opens its bytes.</param>
    /// <param name="now">For dates that cannot be.</param>
    public static MappedMail Map(MimeMessage mail, string key, MailboxIdentity ours, Func<Stream> openRaw, DateTimeOffset now)
    {
        var sender = MailSender.Of(mail, ours);
        if (Bounce.Read(mail, sender, ours) is { } report)
        {
            return report.Message is { } message
                ? new MappedMail([report.ToEvent(ours.Channel, message)], null, null)
                : new MappedMail([], "bounce-unmatched", null);
        }

        var subject = Cut(Charsets.Header(mail.Headers, HeaderId.Subject), MaxSubject);
        var body = MailBody.Of(mail, openRaw);
        var automated = Automation.IsAutomated(mail, ours, sender);
        var ownId = MessageIds.Bare(Charsets.Header(mail.Headers, HeaderId.MessageId));
        var inbound = new InboundMessage
        {
            Channel = ours.Channel,
            Kind = ChannelKind.Email,
            ExternalMessageId = key,
            Aliases = ownId is null ? [] : [ownId],
            From = sender.Address is null ? [] : [sender.Address],
            DisplayName = sender.Name,
            References = References(mail, ownId),
            Topic = Topic(subject),
            Subject = subject.Length == 0 ? null : subject,
            Text = body.Text,
            Folds = QuoteFolds.Of(subject, body.Text),
            Attachments = body.Attachments,
            Automated = automated,
            Suspicions = sender.Suspicions,
            SentAt = SentAt(mail, now),
        };
        return new MappedMail([inbound], null, automated || !Automation.MayAcknowledge(mail, sender) ? null : sender.Address);
    }

    /// <summary>The subject without "Re:", "Fwd:", "Ответ:" and the like, in lower case.</summary>
    public static string Topic(string subject)
    {
        var topic = subject;
        for (var before = -1; before != topic.Length;)
        {
            before = topic.Length;
            topic = Prefix().Replace(topic, "", 1).Trim();
        }

        return Charsets.OneLine(topic).ToLowerInvariant();
    }

    /// <summary>Nearest first: In-Reply-To, then References from the end.</summary>
    private static List<string> References(MimeMessage mail, string? ownId) =>
        [.. MessageIds.All(Raw(mail, HeaderId.InReplyTo))
            .Concat(MessageIds.All(Raw(mail, HeaderId.References)).Reverse())
            .Where(id => id != ownId)
            .Distinct()
            .Take(MaxReferences)];

    private static byte[]? Raw(MimeMessage mail, HeaderId id) => mail.Headers.FirstOrDefault(header => header.Id == id)?.RawValue;

    /// <summary>A date before mail was common, or more than a day ahead, is a broken clock.</summary>
    private static DateTimeOffset? SentAt(MimeMessage mail, DateTimeOffset now)
    {
        var date = mail.Headers.Contains(HeaderId.Date) ? mail.Date.ToUniversalTime() : default;
        return date.Year >= 1990 && date <= now.AddDays(1) ? date : null;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static ParserOptions CreateParsing()
    {
        Charsets.Register();
        return new ParserOptions { MaxMimeDepth = 100, AllowAddressesWithoutDomain = true, AllowUnquotedCommasInAddresses = true, MaxAddressGroupDepth = 3 };
    }

    [GeneratedRegex(@"^\s*(?:re|r|fwd?|fw|aw|wg|sv|vs|tr|ответ|отв|пересл|перес|пер|на|ha)\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s*:\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Prefix();
}

/// <summary>What was understood of a mail.</summary>
/// <param name="Events">Empty: nothing, see <paramref name="QuarantineReason"/>.</param>
/// <param name="QuarantineReason">A stable word. Null: understood.</param>
/// <param name="AcknowledgeTo">Whom an acknowledgement may go to. Null: nobody.</param>
internal sealed record MappedMail(IReadOnlyList<InboundEvent> Events, string? QuarantineReason, Address? AcknowledgeTo);
