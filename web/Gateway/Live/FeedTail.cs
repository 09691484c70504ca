using MedCrm.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Gateway.Live;

/// <summary>Follows the feed and pushes to this instance's screens. Every gateway follows by itself, so no backplane is needed; a notification is only a wake-up.</summary>
internal sealed class FeedTail(Feed feed, NpgsqlDataSource database, IHubContext<WindowHub> hub, GatewayOptions options, TimeProvider clock, ILogger<FeedTail> log)
    : NotificationTail(database, clock, Feed.Channel)
{
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(10);
    private long? _last;
    private DateTimeOffset _trimmed;

    protected override async Task CatchUpAsync(CancellationToken ct) => _last ??= await feed.HeadAsync(ct);

    protected override async Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct)
    {
        // The first change after a quiet moment travels at once; what follows within the window travels together.
        _last = await PushAsync(_last!.Value, ct);
        if (Clock.GetUtcNow() - _trimmed > TrimEvery)
        {
            _trimmed = Clock.GetUtcNow();
            await feed.TrimAsync(ct);
        }
    }

    protected override void SayLost(Exception exception) => log.FeedIsLost(exception);

    protected override void SayBack() => log.FeedIsBack();

    private async Task<long> PushAsync(long last, CancellationToken ct)
    {
        while (await feed.ReadAsync(last, Feed.LongestDelta, ct) is { Count: > 0 } events)
        {
            await hub.Clients.Group(WindowHub.Everyone).SendAsync("screenEvent", new ScreenEventBatch(feed.Epoch, events[0].Seq, events[^1].Seq, events), ct);
            last = events[^1].Seq;
            await Task.Delay(options.PushWindow, Clock, ct);
        }

        return last;
    }
}
