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
                await SignInAsync(client, server.UserName, server.Password ?? "", mailbox, ct);
            }

            return client;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            client.Dispose();
            throw e as ConnectorException ?? Translate(e, place, mailbox);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task SignInAsync(MailService client, string userName, string password, MailboxOptions mailbox, CancellationToken ct)
    {
        if (mailbox.Tokens is not { } tokens)
        {
            await client.AuthenticateAsync(Encoding.UTF8, userName, password, ct);
            return;
        }

        var (token, isFresh) = await tokens.TakeAsync(ct);
        try
        {
            await client.AuthenticateAsync(new SaslMechanismOAuth2(userName, token), ct);
        }
        catch (AuthenticationException) when (!isFresh)
        {
            // Taken back before its time: a fresh one tells whether we are still let in.
            tokens.Forget(token);
            await client.AuthenticateAsync(new SaslMechanismOAuth2(userName, (await tokens.TakeAsync(ct)).Token), ct);
        }
    }

    /// <summary>The texts of foreign exceptions stay out: servers like to quote addresses in them.</summary>
    private static ConnectorException Translate(Exception e, string place, MailboxOptions mailbox) => e switch
    {
        AuthenticationException when e.ToString().Contains("UNAVAILABLE", StringComparison.Ordinal) || e.ToString().Contains("4.7.0", StringComparison.Ordinal) =>
            new ConnectorNotReadyException($"{place} сейчас не может проверить пароль. Подождите; если не пройдёт за час, обратитесь в поддержку почты."),
        AuthenticationException or NotSupportedException when mailbox.Tokens is not null =>
            new ConnectorAuthRefusedException($"{place} не принял токен OAuth. Проверьте, что UserName — адрес этого ящика, что приложению разрешены IMAP и SMTP, и получите новый RefreshToken."),
        AuthenticationException or NotSupportedException =>
            new ConnectorAuthRefusedException($"{place} не принял имя или пароль. Создайте пароль приложения в настройках ящика, разрешите там доступ почтовым программам и впишите пароль в настройки канала."),
        SmtpCommandException { StatusCode: SmtpStatusCode.AuthenticationRequired or (SmtpStatusCode)535 } =>
            new ConnectorAuthRefusedException($"{place} требует входа другим способом. Создайте пароль приложения или настройте OAuth (connectors/Email/README.md)."),
        SslHandshakeException =>
            new ConnectorNotReadyException($"{place} не даёт защищённого соединения, которому можно верить. Проверьте Security и Port (Ssl: 993, 465; StartTls: 143, 587) и годен ли сертификат для этого имени."),
        SocketException socket =>
            new ConnectorNotReadyException($"{place} не отвечает ({socket.SocketErrorCode}). Проверьте Host, Port и межсетевой экран."),
        _ => new ConnectorNotReadyException($"{place} прервал связь ({e.GetType().Name}). Пройдёт само; если повторяется, проверьте сеть и журнал почтового сервера."),
    };

    private static SecureSocketOptions Security(TransportSecurity security) => security switch
    {
        TransportSecurity.Ssl => SecureSocketOptions.SslOnConnect,
        TransportSecurity.StartTls => SecureSocketOptions.StartTls,
        TransportSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security), security, null),
    };
}
