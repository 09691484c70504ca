using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>A mailbox kept running as the Sdk does: started again, after a short pause, each time it is not ready.</summary>
internal sealed class RunningMailbox : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly MailLines _lines = new(TimeProvider.System);
    private readonly Task _running;

    public RunningMailbox(MailboxOptions options, MemorySink sink, string? folder = null, IAutoReplyJournal? journal = null)
    {
        var acknowledgement = new Acknowledgement(options, journal ?? new MemoryJournal(), _lines.Of(options).Smtp, TimeProvider.System, Logs.For<Acknowledgement>());
        var mailbox = new Mailbox(options, folder ?? options.Folder, MailboxIdentity.Of(options.Channel, [options]), sink, sink, acknowledgement, new ChannelHealth(TimeProvider.System), TimeProvider.System, Logs.For<Mailbox>());
        _running = KeepRunningAsync(mailbox, _stop.Token);
    }

    /// <summary>How often it gave up and was started again.</summary>
    public int Restarts { get; private set; }

    public static SmtpSender Sender(MailboxOptions options, MailLines lines)
    {
        var all = new EmailOptions();
        all.Mailboxes.Add(options);
        return new SmtpSender(Options.Create(all), lines, TimeProvider.System, Logs.For<SmtpSender>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(5)); // what the Sdk allows
        await _lines.DisposeAsync();
        _stop.Dispose();
    }

    private async Task KeepRunningAsync(Mailbox mailbox, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await mailbox.RunAsync(ct);
            }
            catch (ConnectorNotReadyException)
            {
                Restarts++;
                await Task.Delay(100, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

/// <summary>Collects every log line, so that a test can look for what must not be there.</summary>
internal static class Logs
{
    public static System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

    public static ILogger<T> For<T>() => new Collector<T>();

    private sealed class Collector<T> : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
    }
}

/// <summary>The journal of acknowledgements in memory.</summary>
internal sealed class MemoryJournal : IAutoReplyJournal
{
    private readonly Dictionary<string, DateTimeOffset> _sent = [];

    public Task<bool> TryNoteAsync(string channel, Address contact, DateTimeOffset now, TimeSpan window, CancellationToken ct)
    {
        var key = channel + contact.Value;
        if (_sent.TryGetValue(key, out var last) && last > now - window)
        {
            return Task.FromResult(false);
        }

        _sent[key] = now;
        return Task.FromResult(true);
    }
}
