using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MedCrm.Connectors.Email;
using MimeKit;
using Xunit;

[assembly: AssemblyFixture(typeof(MedCrm.Connectors.Tests.Email.MailPeers))]

namespace MedCrm.Connectors.Tests.Email;

/// <summary>A real Dovecot and Postfix on loopback, started when the first test asks for them.</summary>
public sealed class MailPeers : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"medcrm-mail-peers-{Environment.ProcessId}");
    private static readonly int[] Ports = [143, 993, 24, 345, 25, 587];
    private string? _whyNot;
    private bool _started;
    private int _mailboxes;

    static MailPeers() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public int Base { get; private set; }

    /// <summary>Says whose an OAuth token is.</summary>
    public TokenServer Tokens { get; } = new();

    /// <summary>Starts them once, or skips the test and says why.</summary>
    public async Task UseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (!_started && _whyNot is null)
            {
                _whyNot = !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "Dovecot and Postfix as peers need Linux and root."
                    : !File.Exists("/usr/sbin/dovecot") || !File.Exists("/usr/sbin/postfix") ? "Install dovecot-imapd, dovecot-lmtpd and postfix for this test."
                    : null;
                if (_whyNot is null)
                {
                    Base = FreeBase();
                    await Tokens.StartAsync();
                    await ShellAsync($"PORT_BASE={Base} OAUTH_PORT={Tokens.Url.Port} '{Script}' '{_home}'");
                    _started = true;
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
    }

    /// <summary>Settings of a mailbox nobody else uses.</summary>
    public MailboxOptions NewMailbox(string prefix = "info")
    {
        var address = NewAddress(prefix);
        return new MailboxOptions
        {
            Key = address.Split('@')[0],
            Address = address,
            DisplayName = "Клиника",
            AcceptInvalidCertificates = true,
            Imap = new() { Host = "127.0.0.1", Port = Base + 993, Security = TransportSecurity.Ssl, UserName = address, Password = "pw" },
            Smtp = new() { Host = "127.0.0.1", Port = Base + 587, Security = TransportSecurity.StartTls, UserName = address, Password = "pw" },
        };
    }

    public string NewAddress(string prefix, string domain = "clinic.test") => $"{prefix}{Interlocked.Increment(ref _mailboxes)}@{domain}";

    /// <summary>Delivers bytes as they are (RFC 2033).</summary>
    public async Task DeliverAsync(string to, IEnumerable<byte[]> mails, string from = "ivan@patient.test")
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Base + 24);
        await using var stream = new BufferedStream(tcp.GetStream(), 65536);
        using var reader = new StreamReader(tcp.GetStream(), Encoding.Latin1);
        await ExpectAsync(reader, '2');
        await SayAsync(stream, reader, "LHLO test", '2');
        foreach (var mail in mails)
        {
            await SayAsync(stream, reader, $"MAIL FROM:<{from}>", '2');
            await SayAsync(stream, reader, $"RCPT TO:<{to}>", '2');
            await SayAsync(stream, reader, "DATA", '3');
            await stream.WriteAsync(Stuffed(mail));
            await SayAsync(stream, reader, "\r\n.", '2');
        }
    }

    /// <summary>Makes, delivers and forgets a mail.</summary>
    internal Task DeliverAsync(string to, Torture.TortureMail mail) => DeliverAsync(to, [mail.Bytes()], mail.ReturnPath);

    public Task DeliverAsync(string to, string mail, string from = "ivan@patient.test") => DeliverAsync(to, [Encoding.UTF8.GetBytes(mail)], from);

    /// <summary>All mails in a folder of a mailbox.</summary>
    public async Task<List<MimeMessage>> ReadAsync(string address, string folder = "INBOX")
    {
        using var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Base + 143, SecureSocketOptions.None);
        await client.AuthenticateAsync(address, "pw");
        var opened = await client.GetFolderAsync(folder);
        await opened.OpenAsync(FolderAccess.ReadOnly);
        var mails = new List<MimeMessage>();
        for (var i = 0; i < opened.Count; i++)
        {
            mails.Add(await opened.GetMessageAsync(i));
        }

        return mails;
    }

    /// <summary>A patient's mail program sends by SMTP.</summary>
    public async Task SendAsync(MimeMessage mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Base + 25, SecureSocketOptions.None);
        await client.SendAsync(mail);
    }

    public Task KickAsync(string user) => ShellAsync($"doveadm -c '{_home}/dovecot.conf' kick '{user}' || true");

    /// <summary>The server forgets its numbering of the folder: new UIDVALIDITY, new uids.</summary>
    public async Task RenumberAsync(string user)
    {
        await Task.Delay(1100); // UIDVALIDITY is a clock in seconds
        await ShellAsync($"doveadm -c '{_home}/dovecot.conf' kick '{user}' || true; sleep 0.2; rm -f '{_home}/mail/{user}'/dovecot-uidlist '{_home}/mail/{user}'/dovecot.index* '{_home}/mail/{user}'/dovecot-uidvalidity*");
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            await ShellAsync($"PORT_BASE={Base} '{Script}' down '{_home}'; rm -rf '{_home}'");
        }

        await Tokens.DisposeAsync();
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "peers", "email", "up.sh");

    private static int FreeBase()
    {
        for (var candidate = 12000 + Environment.ProcessId % 20 * 1000; ; candidate = candidate >= 31000 ? 12000 : candidate + 1000)
        {
            if (Ports.All(port => IsFree(candidate + port)))
            {
                return candidate;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task ShellAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/bash") { ArgumentList = { "-c", $"({command}) >/dev/null 2>&1 </dev/null" } };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static byte[] Stuffed(byte[] mail)
    {
        var stuffed = new List<byte>(mail.Length + 16);
        var atStart = true;
        foreach (var b in mail)
        {
            if (atStart && b == '.')
            {
                stuffed.Add((byte)'.');
            }

            stuffed.Add(b);
            atStart = b == '\n';
        }

        return [.. stuffed];
    }

    private static async Task SayAsync(Stream stream, StreamReader reader, string line, char expected)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        await stream.FlushAsync();
        await ExpectAsync(reader, expected);
    }

    private static async Task ExpectAsync(StreamReader reader, char expected)
    {
        string line;
        do
        {
            line = await reader.ReadLineAsync() ?? "closed";
        }
        while (line.Length > 3 && line[3] == '-');
        Assert.Equal(expected, line[0]);
    }
}
