using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>Tells machines from people (RFC 3834 §2, RFC 2076, RFC 2919), so that no machine is ever answered by a machine.</summary>
internal static partial class Automation
{
    /// <summary>Carries the domain of the hub that sent the mail. Another hub's mail is a person's mail; it is only not acknowledged.</summary>
    public const string LoopHeader = "X-MedCrm-Loop";

    /// <summary>Whether a machine sent it: it is shown, opens no request and stops no clock.</summary>
    public static bool IsAutomated(MimeMessage mail, MailboxIdentity ours, MailSender sender) =>
        HasAutomaticHeaders(mail) || IsOurLoop(mail, ours) || (sender.ByReplyTo is false && sender.Address is { } from && (ours.Owns(from) || IsRobot(from)));

    /// <summary>Whether an acknowledgement may go out; stricter than the flag.</summary>
    public static bool MayAcknowledge(MimeMessage mail, MailSender sender) =>
        !mail.Headers.Contains(LoopHeader) && sender is { Address: not null, ByReplyTo: false } && !IsRobot(sender.Address);

    /// <summary>An address that reads nothing: <c>noreply@</c>, <c>mailer-daemon@</c>.</summary>
    public static bool IsRobot(Address address) => Robot().IsMatch(address.Value);

    /// <summary>Whether it came with the null return path, by which servers speak.</summary>
    public static bool HasNullPath(MimeMessage mail) => Charsets.Header(mail.Headers, HeaderId.ReturnPath) == "<>";

    private static bool HasAutomaticHeaders(MimeMessage mail)
    {
        var headers = mail.Headers;
        return Says(Charsets.Header(headers, HeaderId.AutoSubmitted)) || HasNullPath(mail)
            || headers.Contains(HeaderId.ListId) || headers.Contains(HeaderId.ListUnsubscribe) || headers.Contains(HeaderId.ListPost) || headers.Contains(HeaderId.ListHelp)
            || Bulk().IsMatch(Charsets.Header(headers, HeaderId.Precedence))
            || Says(Charsets.Header(headers, "X-Auto-Response-Suppress"))
            || headers.Contains("X-Autoreply") || headers.Contains("X-Autorespond") || headers.Contains("X-Autoresponse") || headers.Contains("Feedback-ID")
            || mail.Body?.ContentType.IsMimeType("multipart", "report") == true;
    }

    private static bool IsOurLoop(MimeMessage mail, MailboxIdentity ours) =>
        mail.Headers.Contains(LoopHeader) && Charsets.Header(mail.Headers, LoopHeader) is var value && (ours.Domains.Contains(value.ToLowerInvariant()) || !value.Contains('.', StringComparison.Ordinal));

    private static bool Says(string value) => value.Split(';')[0].Trim().ToLowerInvariant() is not ("no" or "none" or "");

    [GeneratedRegex(@"^\s*(bulk|list|junk|auto.?reply)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Bulk();

    [GeneratedRegex(@"^(mailer-?daemon|postmaster|no-?_?\.?reply|do-?_?not-?_?reply|bounces?|notifications?|robot|daemon)([+.=-][^@]*)?@", RegexOptions.IgnoreCase)]
    private static partial Regex Robot();
}
