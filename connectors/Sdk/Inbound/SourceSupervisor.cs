using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>Keeps every source running: each on its own, so that one that is lost does not delay another.</summary>
internal sealed class SourceSupervisor(
    IEnumerable<IInboundSource> sources,
    ChannelHealth health,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<SourceSupervisor> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TakenForConnected = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The bus starts after us; a source must not read before there is a way in.
        var started = new TaskCompletionSource();
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStopping = stoppingToken.Register(() => started.TrySetCanceled());
        await started.Task;
        await Task.WhenAll(sources.Select(source => KeepRunningAsync(source, stoppingToken)));
    }

    private async Task KeepRunningAsync(IInboundSource source, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var startedAt = clock.GetTimestamp();
            var (state, error) = await RunAsync(source, stop);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            failures = clock.GetElapsedTime(startedAt) > LongestPause ? 1 : failures + 1;
            if (health.StateOf(source.Channel) != state)
            {
                Log.ChannelLost(log, source.Channel, state, error);
            }

            health.Lost(source.Channel, state, error);
            if (state == ChannelState.Stopped)
            {
                return;
            }

            await Task.Delay(state == ChannelState.Refused ? PauseAfterRefusal : BackOff.Pause(failures, FirstPause, LongestPause), clock, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(ChannelState State, string Error)> RunAsync(IInboundSource source, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchAsync(source.Channel, ended.Token);
        try
        {
            await source.RunAsync(stop);
            return (ChannelState.Lagging, "Чтение канала прекратилось само; начинаем заново.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (ChannelState.Stopped, "Останавливается.");
        }
        catch (ConnectorNotReadyException e)
        {
            return (ChannelState.Lagging, e.Message);
        }
        catch (ConnectorAuthRefusedException e)
        {
            return (ChannelState.Refused, e.Message);
        }
        catch (ConnectorMisconfiguredException e)
        {
            return (ChannelState.Stopped, e.Message);
        }
        catch (Exception e)
        {
            // Not one of the three words: a mistake of ours. Its message may quote what a patient wrote, so only its kind and place are kept.
            Log.SourceStumbled(log, source.Channel, e.GetType().Name, e.StackTrace);
            return (ChannelState.Lagging, $"Непредвиденная ошибка {e.GetType().Name}. Пробуем снова; подробности в журнале MedCrm.");
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    // Says once that a lost channel is back, and takes a source that keeps running for connected.
    private async Task WatchAsync(string channel, CancellationToken ended)
    {
        var before = health.StateOf(channel);
        var connectedAfter = clock.GetTimestamp();
        while (health.StateOf(channel) != ChannelState.Connected && clock.GetElapsedTime(connectedAfter) < TakenForConnected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }
        }

        health.Connected(channel);
        if (before is not null and not ChannelState.Connected)
        {
            Log.ChannelBack(log, channel);
        }
    }
}
