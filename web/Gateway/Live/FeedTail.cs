using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Gateway.Live;

/// <summary>Follows the feed and pushes to this instance's screens. Every gateway follows by itself, so no backplane is needed; a notification is only a wake-up.</summary>
internal sealed class FeedTail(Feed feed, NpgsqlDataSource database, IHubContext<WindowHub> hub, GatewayOptions options, TimeProvider clock, ILogger<FeedTail> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long? last = null;
        var lost = false;
        var trimmed = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await using (var listen = new NpgsqlCommand($"listen {Feed.Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                last ??= await feed.HeadAsync(stoppingToken);
                if (lost)
                {
                    log.FeedIsBack();
                    lost = false;
                }

                while (!stoppingToken.IsCancellationRequested)
                {
                    last = await PushAsync(last.Value, stoppingToken);
                    if (clock.GetUtcNow() - trimmed > TrimEvery)
                    {
                        trimmed = clock.GetUtcNow();
                        await feed.TrimAsync(stoppingToken);
                    }

                    // The first change after a quiet moment travels at once; what follows within the window travels together.
                    await connection.WaitAsync(Patience, stoppingToken);
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or System.IO.IOException or System.Net.Sockets.SocketException)
            {
                if (!lost)
                {
                    log.FeedIsLost(e);
                    lost = true;
                }

                await Task.Delay(Patience, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<long> PushAsync(long last, CancellationToken ct)
    {
        while (await feed.ReadAsync(last, Feed.LongestDelta, ct) is { Count: > 0 } events)
        {
            await hub.Clients.Group(WindowHub.Everyone).SendAsync("screenEvent", new ScreenEventBatch(feed.Epoch, events[0].Seq, events[^1].Seq, events), ct);
            last = events[^1].Seq;
            await Task.Delay(options.PushWindow, clock, ct);
        }

        return last;
    }
}
