using System.Net;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Email;

/// <summary>Settings of the mail connector, section <c>Connectors:Email</c>.</summary>
public sealed class EmailOptions
{
    /// <summary>The section in the configuration.</summary>
    public const string Section = "Connectors:Email";

    /// <summary>The mailboxes of the centre. Default: none, and the connector idles.</summary>
    public IList<MailboxOptions> Mailboxes { get; init; } = [];

    /// <summary>Key of the mailbox that answers contacts who came another way (a form). Default: the first mailbox.</summary>
    public string? DefaultMailbox { get; set; }
}

/// <summary>One mailbox of the centre.</summary>
public sealed class MailboxOptions
{
    /// <summary>Short name, 1 to 40 of <c>a-z 0-9 . _ -</c>: <c>info</c> makes the channel <c>email/info</c>. Never change it: it is part of each checkpoint and of the key of each message.</summary>
    public string Key { get; set; } = "";

    /// <summary>The address that patients see and answer.</summary>
    public string Address { get; set; } = "";

    /// <summary>The name beside the address. Default: none.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Further addresses that deliver into this mailbox. Mail from them is ours and is never answered by itself. Default: none.</summary>
    public IList<string> OtherAddresses { get; init; } = [];

    /// <summary>Where mail is read.</summary>
    public MailServerOptions Imap { get; set; } = new() { Port = 993 };

    /// <summary>Where mail is sent.</summary>
    public MailServerOptions Smtp { get; set; } = new() { Port = 465 };

    /// <summary>Sign-in by OAuth 2.0 (SASL XOAUTH2) at both servers, instead of passwords. Default: off.</summary>
    public OAuthOptions OAuth { get; set; } = new();

    /// <summary>The folder to read. Default: INBOX.</summary>
    public string Folder { get; set; } = "INBOX";

    /// <summary>The junk folder, read as well and flagged <c>junk-folder</c>, because patients land there too: <c>Junk</c>, <c>Спам</c>. Default: null, it is not read.</summary>
    public string? JunkFolder { get; set; }

    /// <summary>Waits for new mail by IDLE (RFC 2177) where the server can. Default: true. False: asks each <see cref="PollInterval"/>, for servers that break IDLE.</summary>
    public bool UseIdle { get; set; } = true;

    /// <summary>Pause between two looks where IDLE is not used; 1 second to 1 hour. Default: 60 seconds, the shortest that Yandex and Mail.ru bear for long.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one IDLE lasts before the folder is opened anew; 1 second to 20 minutes. Default: 9 minutes: NAT tables forget a silent line after 10, servers after 30, and a UIDVALIDITY reset shows only on opening.</summary>
    public TimeSpan IdleRefresh { get; set; } = TimeSpan.FromMinutes(9);

    /// <summary>Larger mail is not fetched; its headers go to the quarantine. 64 KiB to 200 MiB, in bytes. Default: 35 MiB, beyond the 25 to 30 MB that Russian mail services let through.</summary>
    public long MaxMessageBytes { get; set; } = 35L * 1024 * 1024;

    /// <summary>
    /// How far back the very first start reaches; 0 to 30 days. Default: 1 day. Older mail was answered by other means, and would open a request for each.
    /// The newest mail is taken in any case, so that a position is stored from the first start on. Later starts continue where the last one stood, however long ago.
    /// </summary>
    public TimeSpan BackfillFrom { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Sets \Seen on the server once a mail is stored. Default: false: the mailbox stays as people left it.</summary>
    public bool MarkSeen { get; set; }

    /// <summary>Keeps a copy of each answer in the Sent folder, unless the server did so itself. Best effort. Default: true.</summary>
    public bool AppendToSent { get; set; } = true;

    /// <summary>The Sent folder. Default: null, the one the server names (RFC 6154), else <c>Sent</c>.</summary>
    public string? SentFolder { get; set; }

    /// <summary>Text of the acknowledgement that a patient gets at once, at most one in 24 hours and never a machine; up to 4000 characters. Default: null, none is sent.</summary>
    public string? AutoReplyText { get; set; }

    /// <summary>Takes any certificate. For tests: refused unless both servers are on the loopback interface. Default: false.</summary>
    public bool AcceptInvalidCertificates { get; set; }

    /// <summary>The tokens of <see cref="OAuth"/>. Null: it is off.</summary>
    internal AccessTokens? Tokens { get; set; }

    /// <summary>The channel: <c>email/info</c>.</summary>
    internal string Channel => "email/" + Key;

    /// <summary>The domain of our Message-IDs.</summary>
    internal string Domain => Address[(Address.LastIndexOf('@') + 1)..].Trim().ToLowerInvariant();
}

/// <summary>One mail server.</summary>
public sealed class MailServerOptions
{
    /// <summary>Host name or address: <c>imap.yandex.ru</c>.</summary>
    public string Host { get; set; } = "";

    /// <summary>1 to 65535. Default: 993 for IMAP, 465 for SMTP.</summary>
    public int Port { get; set; }

    /// <summary>How the line is protected. Default: TLS from the first byte.</summary>
    public TransportSecurity Security { get; set; } = TransportSecurity.Ssl;

    /// <summary>Usually the address. Null: do not sign in (an SMTP relay that knows us by our network address; IMAP always needs it).</summary>
    public string? UserName { get; set; }

    /// <summary>For Yandex and Mail.ru an application password. A secret.</summary>
    public string? Password { get; set; }

    internal bool IsLoopback => Host is "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Sign-in by OAuth 2.0, with a refresh token that the clinic's IT was given once by the provider.</summary>
public sealed class OAuthOptions
{
    /// <summary>Where access tokens are given: <c>https://oauth.yandex.ru/token</c>. Default: null, sign-in by password.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>The application that was registered with the provider. Required with <see cref="TokenUrl"/>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Its secret. Default: null, a public client. A secret.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The mailbox's lasting permission. Required with <see cref="TokenUrl"/>. When the provider replaces it, the new one is kept in the database, sealed; what is entered here later counts more. A secret.</summary>
    public string RefreshToken { get; set; } = "";

    /// <summary>What is asked for, where the provider wants it said again: <c>https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access</c>. Default: null.</summary>
    public string? Scope { get; set; }

    internal bool IsOn => !string.IsNullOrWhiteSpace(TokenUrl);

    internal string Host => Uri.TryCreate(TokenUrl, UriKind.Absolute, out var url) ? url.Host : "";
}

/// <summary>How a line to a mail server is protected.</summary>
public enum TransportSecurity
{
    /// <summary>TLS from the first byte (ports 993, 465).</summary>
    Ssl,

    /// <summary>TLS after STARTTLS, or no line at all (ports 143, 587).</summary>
    StartTls,

    /// <summary>Plain. Only to the loopback interface or inside a network that is protected otherwise.</summary>
    None,
}

/// <summary>Lists all mistakes of the settings at once, each with its place.</summary>
public sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        var mistakes = new List<string>();
        for (var i = 0; i < options.Mailboxes.Count; i++)
        {
            Check(options.Mailboxes[i], $"Mailboxes[{i}]", mistakes);
        }

        foreach (var twice in options.Mailboxes.GroupBy(m => m.Key).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            mistakes.Add($"Mailboxes: the key '{twice.Key}' is used {twice.Count()} times.");
        }

        if (options.DefaultMailbox is { } chosen && options.Mailboxes.All(m => m.Key != chosen))
        {
            mistakes.Add($"DefaultMailbox: there is no mailbox with the key '{chosen}'.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static void Check(MailboxOptions mailbox, string at, List<string> mistakes)
    {
        if (mailbox.Key.Length is 0 or > 40 || !mailbox.Key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'))
        {
            mistakes.Add($"{at}.Key: 1 to 40 of a-z, 0-9, '.', '_', '-' are needed.");
        }

        if (Addresses.Email(mailbox.Address) is null)
        {
            mistakes.Add($"{at}.Address: a mail address is needed.");
        }

        for (var i = 0; i < mailbox.OtherAddresses.Count; i++)
        {
            if (Addresses.Email(mailbox.OtherAddresses[i]) is null)
            {
                mistakes.Add($"{at}.OtherAddresses[{i}]: a mail address is needed.");
            }
        }

        CheckServer(mailbox.Imap, $"{at}.Imap", signInNeeded: true, mailbox.OAuth.IsOn, mistakes);
        CheckServer(mailbox.Smtp, $"{at}.Smtp", signInNeeded: false, mailbox.OAuth.IsOn, mistakes);
        CheckOAuth(mailbox.OAuth, $"{at}.OAuth", mistakes);
        Range(mailbox.PollInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), $"{at}.PollInterval", mistakes);
        Range(mailbox.IdleRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20), $"{at}.IdleRefresh", mistakes);
        Range(mailbox.BackfillFrom, TimeSpan.Zero, TimeSpan.FromDays(30), $"{at}.BackfillFrom", mistakes);
        if (mailbox.MaxMessageBytes is < 64 * 1024 or > 200L * 1024 * 1024)
        {
            mistakes.Add($"{at}.MaxMessageBytes: {64 * 1024} to {200 * 1024 * 1024} are possible, {mailbox.MaxMessageBytes} is not.");
        }

        if (string.IsNullOrWhiteSpace(mailbox.Folder))
        {
            mistakes.Add($"{at}.Folder: a folder is needed, usually INBOX.");
        }

        if (mailbox.JunkFolder is { } junk && (junk.Length == 0 || junk == mailbox.Folder))
        {
            mistakes.Add($"{at}.JunkFolder: another folder than Folder is needed, or none at all.");
        }

        if (mailbox.AutoReplyText is { Length: 0 or > 4000 })
        {
            mistakes.Add($"{at}.AutoReplyText: 1 to 4000 characters are possible; leave it out to send none.");
        }

        if (mailbox.AcceptInvalidCertificates && !(mailbox.Imap.IsLoopback && mailbox.Smtp.IsLoopback))
        {
            mistakes.Add($"{at}.AcceptInvalidCertificates: only for servers on the loopback interface; add the server's certificate authority to the system instead.");
        }
    }

    private static void CheckServer(MailServerOptions server, string at, bool signInNeeded, bool byToken, List<string> mistakes)
    {
        if (string.IsNullOrWhiteSpace(server.Host) || server.Host.Any(char.IsWhiteSpace) || server.Host.Contains('/', StringComparison.Ordinal))
        {
            mistakes.Add($"{at}.Host: a host name without scheme or path is needed.");
        }

        if (server.Port is < 1 or > 65535)
        {
            mistakes.Add($"{at}.Port: 1 to 65535 are possible, {server.Port} is not.");
        }

        if (signInNeeded && string.IsNullOrWhiteSpace(server.UserName))
        {
            mistakes.Add($"{at}.UserName: the user name is needed, usually the address.");
        }

        if (!byToken && !string.IsNullOrWhiteSpace(server.UserName) && string.IsNullOrEmpty(server.Password))
        {
            mistakes.Add($"{at}.Password: the password is needed.");
        }
    }

    private static void CheckOAuth(OAuthOptions oauth, string at, List<string> mistakes)
    {
        if (!oauth.IsOn)
        {
            return;
        }

        if (!Uri.TryCreate(oauth.TokenUrl, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
        {
            mistakes.Add($"{at}.TokenUrl: an https address is needed.");
        }

        if (string.IsNullOrWhiteSpace(oauth.ClientId))
        {
            mistakes.Add($"{at}.ClientId: the id of the application is needed.");
        }

        if (string.IsNullOrWhiteSpace(oauth.RefreshToken))
        {
            mistakes.Add($"{at}.RefreshToken: the refresh token is needed.");
        }
    }

    private static void Range(TimeSpan value, TimeSpan from, TimeSpan to, string at, List<string> mistakes)
    {
        if (value < from || value > to)
        {
            mistakes.Add($"{at}: {from} to {to} are possible, {value} is not.");
        }
    }
}
