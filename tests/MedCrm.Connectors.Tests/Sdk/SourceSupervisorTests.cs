using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class SourceSupervisorTests
{
    private readonly SteppingClock _clock = new();
    private readonly LogLines _log = new();
    private readonly ChannelHealth _health;

    public SourceSupervisorTests() => _health = new(_clock);

    [Fact]
    public async Task A_lost_channel_is_tried_again_with_growing_pauses_and_logged_once()
    {
        var source = new Source(run => run <= 8 ? throw new ConnectorNotReadyException("imap.clinic.test does not answer") : Task.CompletedTask, _health);
        await RunUntilAsync(source, () => _log.Lines.Any(line => line.Contains("is back", StringComparison.Ordinal)));
        Assert.Single(_log.Lines, line => line.Contains("is lost", StringComparison.Ordinal));
        Assert.Single(_log.Lines, line => line.Contains("is back", StringComparison.Ordinal));

        // 1, 2, 4 … 60 seconds, each up to a fifth shorter.
        var waited = source.Starts[8] - source.Starts[0];
        Assert.InRange(waited, TimeSpan.FromSeconds(0.8 * (1 + 2 + 4 + 8 + 16 + 32 + 60 + 60)), TimeSpan.FromSeconds(1.2 * (1 + 2 + 4 + 8 + 16 + 32 + 60 + 60)));
    }

    [Fact]
    public async Task Refused_credentials_rest_for_a_quarter_of_an_hour()
    {
        var source = new Source(run => run == 1 ? throw new ConnectorAuthRefusedException("no") : Task.CompletedTask, _health);
        await RunUntilAsync(source, () => source.Starts.Count == 2);
        Assert.InRange(source.Starts[1] - source.Starts[0], TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
    }

    [Fact]
    public async Task Wrong_settings_stop_the_source_and_say_why()
    {
        var source = new Source(_ => throw new ConnectorMisconfiguredException("Host is missing"), _health);
        await RunUntilAsync(source, () => _health.StateOf("t/a") == ChannelState.Stopped);
        Assert.Equal("Host is missing", _health.All[0].Error);
        Assert.Single(source.Starts);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_logged_without_its_words_and_tried_again()
    {
        var source = new Source(run => run == 1 ? throw new InvalidOperationException("+79991234567 canary") : Task.CompletedTask, _health);
        await RunUntilAsync(source, () => source.Starts.Count == 2);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("canary", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains(nameof(InvalidOperationException), StringComparison.Ordinal));
    }

    private async Task RunUntilAsync(Source source, Func<bool> done)
    {
        source.Clock = _clock;
        using var lifetime = new Started();
        using var supervisor = new SourceSupervisor([source], _health, lifetime, _clock, _log);
        await supervisor.StartAsync(default);
        await Eventually.TrueAsync(() =>
        {
            _clock.Step();
            return done();
        });
        await supervisor.StopAsync(default);
    }

    private sealed class Source(Func<int, Task> run, ChannelHealth health) : IInboundSource
    {
        public TimeProvider Clock { get; set; } = TimeProvider.System;

        public List<DateTimeOffset> Starts { get; } = [];

        public string Channel => "t/a";

        public async Task RunAsync(CancellationToken ct)
        {
            Starts.Add(Clock.GetUtcNow());
            await run(Starts.Count);
            health.Connected(Channel);
            await Task.Delay(Timeout.Infinite, ct);
        }
    }

    private sealed class Started : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();

        public Started() => _started.Cancel();

        public CancellationToken ApplicationStarted => _started.Token;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }

        public void Dispose() => _started.Dispose();
    }

    private sealed class LogLines : ILogger<SourceSupervisor>
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);
    }
}

/// <summary>A clock that goes only when it is told to, and rings the timers that fall due.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes on to the next timer that falls due.</summary>
    public void Step()
    {
        Timer? due;
        lock (_gate)
        {
            due = _timers.MinBy(timer => timer.At);
            if (due is null)
            {
                return;
            }

            _now = due.At > _now ? due.At : _now;
            _timers.Remove(due);
        }

        due.Ring();
    }

    private sealed class Timer(SteppingClock clock, Action ring) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    At = clock._now + dueTime;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
