using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>The Sent folder of a mailbox: shows whether an answer went out before, and keeps a copy of those the server does not keep itself.</summary>
internal sealed class SentFolder(MailboxOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _gate = new(1);
    private ImapClient? _client;
    private IMailFolder? _folder;

    /// <summary>Whether a mail with this Message-ID lies there.</summary>
    public Task<bool> HoldsAsync(string messageId, CancellationToken ct) =>
        UseAsync(folder => HoldsAsync(folder, messageId, ct), ct);

    /// <summary>Adds a copy, unless the server did.</summary>
    public Task<bool> KeepAsync(MimeMessage mail, CancellationToken ct) => UseAsync(
        async folder =>
        {
            if (mail.MessageId is { } id && await HoldsAsync(folder, id, ct))
            {
                return true;
            }

            await folder.AppendAsync(new AppendRequest(mail, MessageFlags.Seen), ct);
            return true;
        },
        ct);

    public void Dispose()
    {
        _client?.Dispose();
        _gate.Dispose();
    }

    /// <summary>Only the last days are searched: a repeat comes soon, and servers without an index read every mail.</summary>
    private async Task<bool> HoldsAsync(IMailFolder folder, string messageId, CancellationToken ct)
    {
        await folder.CheckAsync(ct);
        var query = SearchQuery.DeliveredAfter(clock.GetUtcNow().UtcDateTime.Date.AddDays(-7)).And(SearchQuery.HeaderContains("Message-ID", messageId));
        return (await folder.SearchAsync(query, ct)).Count > 0;
    }

    private async Task<bool> UseAsync(Func<IMailFolder, Task<bool>> use, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var reused = _folder is { IsOpen: true } && _client is { IsConnected: true };
                try
                {
                    return await use(await FolderAsync(ct).WaitAsync(Patience, clock, ct)).WaitAsync(Patience, clock, ct);
                }
                catch (Exception e) when (reused && attempt == 1 && MailServers.IsLineFailure(e) && e is not TimeoutException)
                {
                    Close(); // a resting line dies unnoticed; once more on a fresh one
                }
                catch
                {
                    Close();
                    throw;
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IMailFolder> FolderAsync(CancellationToken ct)
    {
        if (_folder is { IsOpen: true } open && _client is { IsConnected: true })
        {
            return open;
        }

        Close();
        _client = await MailServers.ImapAsync(options, ct);
        var special = (_client.Capabilities & (ImapCapabilities.SpecialUse | ImapCapabilities.XList)) != 0 ? _client.GetFolder(SpecialFolder.Sent) : null;
        _folder = options.SentFolder is null && special is not null ? special : await _client.GetFolderAsync(options.SentFolder ?? "Sent", ct);
        await _folder.OpenAsync(FolderAccess.ReadWrite, ct);
        return _folder;
    }

    private void Close()
    {
        _client?.Dispose();
        (_client, _folder) = (null, null);
    }
}
