using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Email;

/// <summary>Opens signed-in lines to mail servers and names what went wrong in the Sdk's three words.</summary>
internal static class MailServers
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>A signed-in IMAP line.</summary>
    public static Task<ImapClient> ImapAsync(MailboxOptions mailbox, CancellationToken ct) =>
        OpenAsync(new ImapClient(), mailbox.Imap, mailbox, "IMAP", ct);

    /// <summary>A signed-in SMTP line.</summary>
    public static Task<SmtpClient> SmtpAsync(MailboxOptions mailbox, CancellationToken ct) =>
        OpenAsync(new SmtpClient { LocalDomain = mailbox.Domain }, mailbox.Smtp, mailbox, "SMTP", ct);

    /// <summary>Whether the line, and not the command on it, failed.</summary>
    public static bool IsLineFailure(Exception e) =>
        e is IOException or SocketException or ProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException or ObjectDisposedException or TimeoutException;

    private static async Task<T> OpenAsync<T>(T client, MailServerOptions server, MailboxOptions mailbox, string protocol, CancellationToken ct)
        where T : MailService
    {
        var place = $"{mailbox.Channel}: {protocol} {server.Host}:{server.Port}";
        client.Timeout = (int)Timeout.TotalMilliseconds;
        if (mailbox.AcceptInvalidCertificates)
        {
            client.ServerCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || mailbox.AcceptInvalidCertificates;
            client.CheckCertificateRevocation = false;
        }

        try
        {
            await client.ConnectAsync(server.Host, server.Port, Security(server.Security), ct);
            if (!string.IsNullOrWhiteSpace(server.UserName))
            {
                await client.AuthenticateAsync(Encoding.UTF8, server.UserName, server.Password ?? "", ct);
            }

            return client;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            client.Dispose();
            throw Translate(e, place);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>The texts of foreign exceptions stay out: servers like to quote addresses in them.</summary>
    private static ConnectorException Translate(Exception e, string place) => e switch
    {
        AuthenticationException when e.ToString().Contains("UNAVAILABLE", StringComparison.Ordinal) || e.ToString().Contains("4.7.0", StringComparison.Ordinal) =>
            new ConnectorNotReadyException($"{place} cannot check passwords for the moment."),
        AuthenticationException or NotSupportedException =>
            new ConnectorAuthRefusedException($"{place} refused user name or password. Use an application password, and see that access by mail programs is allowed in the settings of the mailbox."),
        SmtpCommandException { StatusCode: SmtpStatusCode.AuthenticationRequired or (SmtpStatusCode)535 } =>
            new ConnectorAuthRefusedException($"{place} wants to be signed in differently. Use an application password."),
        SslHandshakeException =>
            new ConnectorNotReadyException($"{place} offers no TLS that can be trusted. Check Security and Port (Ssl: 993, 465; StartTls: 143, 587) and whether the certificate is valid for this host name."),
        SocketException socket =>
            new ConnectorNotReadyException($"{place} does not answer ({socket.SocketErrorCode}). Check host, port and firewall."),
        _ => new ConnectorNotReadyException($"{place} broke off ({e.GetType().Name})."),
    };

    private static SecureSocketOptions Security(TransportSecurity security) => security switch
    {
        TransportSecurity.Ssl => SecureSocketOptions.SslOnConnect,
        TransportSecurity.StartTls => SecureSocketOptions.StartTls,
        TransportSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security), security, null),
    };
}
