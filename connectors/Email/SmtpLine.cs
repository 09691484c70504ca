using MailKit.Net.Smtp;

namespace MedCrm.Connectors.Email;

/// <summary>One signed-in SMTP line per mailbox, used by one at a time and closed when nobody needed it for a minute.</summary>
internal sealed class SmtpLine : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly MailboxOptions _options;
    private readonly TimeProvider _clock;
    private readonly ITimer _closing;
    private SmtpClient? _client;
    private long _usedAt;

    public SmtpLine(MailboxOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _closing = clock.CreateTimer(_ => _ = CloseIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs one conversation on the line.</summary>
    public async Task UseAsync(Func<SmtpClient, Task> conversation, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var client = await ReadyAsync(ct);
            try
            {
                await conversation(client);
            }
            catch (SmtpCommandException e) when ((int)e.StatusCode != 421)
            {
                throw; // the server said no and listens on
            }
            catch
            {
                Close();
                throw;
            }
        }
        finally
        {
            _usedAt = _clock.GetTimestamp();
            _closing.Change(Idle, Timeout.InfiniteTimeSpan);
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.DisposeAsync();
        Close();
        _gate.Dispose();
    }

    /// <summary>Asks a resting line whether it still lives, before a mail depends on the answer.</summary>
    private async Task<SmtpClient> ReadyAsync(CancellationToken ct)
    {
        if (_client is { IsConnected: true } resting)
        {
            try
            {
                await resting.NoOpAsync(ct);
                return resting;
            }
            catch (Exception e) when (MailServers.IsLineFailure(e) || e is SmtpCommandException)
            {
                Close();
            }
        }

        return _client = await MailServers.SmtpAsync(_options, ct);
    }

    private async Task CloseIdleAsync()
    {
        if (!await _gate.WaitAsync(TimeSpan.Zero))
        {
            return; // in use: whoever uses it sets the timer again
        }

        try
        {
            if (_clock.GetElapsedTime(_usedAt) >= Idle && _client is { IsConnected: true } client)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _clock);
                await client.DisconnectAsync(true, limit.Token);
            }
        }
        catch (Exception e) when (MailServers.IsLineFailure(e) || e is OperationCanceledException or SmtpCommandException)
        {
            // It was to be closed anyway.
        }
        finally
        {
            Close();
            _gate.Release();
        }
    }

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }
}
