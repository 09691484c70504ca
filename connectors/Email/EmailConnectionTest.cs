using MailKit;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Email;

/// <summary>Signs in to both servers of each mailbox and opens the folders, without reading or sending anything.</summary>
internal sealed class EmailConnectionTest(IOptions<EmailOptions> options, TimeProvider clock) : IConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) =>
        await Task.WhenAll(options.Value.Mailboxes.Select(mailbox => TestAsync(mailbox, ct)));

    private async Task<ConnectionReport> TestAsync(MailboxOptions mailbox, CancellationToken ct)
    {
        var imap = await TryAsync("IMAP", limit => ImapAsync(mailbox, limit), ct);
        var smtp = await TryAsync("SMTP", limit => SmtpAsync(mailbox, limit), ct);
        return new ConnectionReport(mailbox.Channel, imap.Ok && smtp.Ok, $"{imap.Message} {smtp.Message}");
    }

    private async Task<(bool Ok, string Message)> TryAsync(string protocol, Func<CancellationToken, Task<string>> test, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return (true, await test(limit.Token));
        }
        catch (ConnectorException e)
        {
            return (false, e.Message);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return (false, $"{protocol}: {(e is OperationCanceledException ? $"нет ответа {Patience.TotalSeconds:0} с; проверьте Host, Port и межсетевой экран" : e.GetType().Name)}.");
        }
    }

    private static async Task<string> ImapAsync(MailboxOptions mailbox, CancellationToken ct)
    {
        using var client = await MailServers.ImapAsync(mailbox, ct);
        var counts = new List<string>();
        foreach (var name in new[] { mailbox.Folder, mailbox.JunkFolder }.OfType<string>())
        {
            try
            {
                var folder = await client.GetFolderAsync(name, ct);
                await folder.OpenAsync(FolderAccess.ReadOnly, ct);
                counts.Add($"{name}: писем {folder.Count}");
            }
            catch (FolderNotFoundException)
            {
                throw new ConnectorMisconfiguredException($"{mailbox.Channel}: на сервере IMAP нет папки «{name}». Проверьте Folder и JunkFolder.");
            }
        }

        var waits = client.Capabilities.HasFlag(MailKit.Net.Imap.ImapCapabilities.Idle) && mailbox.UseIdle ? "IDLE" : $"опрос каждые {mailbox.PollInterval.TotalSeconds:0} с";
        var line = $"IMAP работает ({string.Join(", ", counts)}; {waits}; {(client.IsSecure ? "TLS" : "БЕЗ шифрования")}; {client.Capabilities}).";
        await client.DisconnectAsync(true, ct);
        return line;
    }

    private static async Task<string> SmtpAsync(MailboxOptions mailbox, CancellationToken ct)
    {
        using var client = await MailServers.SmtpAsync(mailbox, ct);
        var size = client.MaxSize > 0 ? $"до {client.MaxSize / 1024 / 1024} МиБ" : "предел размера не назван";
        var line = $"SMTP работает ({size}; {(client.IsSecure ? "TLS" : "БЕЗ шифрования")}; {client.Capabilities}).";
        await client.DisconnectAsync(true, ct);
        return line;
    }
}
