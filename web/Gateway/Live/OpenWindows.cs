using System.Collections.Concurrent;
using MedCrm.Contracts;
using MedCrm.Hosting.Access;
using Microsoft.Extensions.Hosting;

namespace MedCrm.Gateway.Live;

/// <summary>
/// Who has a window open at this instance. Whatever changes in the inbox is shown in all of them, so the access log has an entry for each account and hour,
/// not for each row; the feed never waits for it. See docs/decisions/0018-access-log.md.
/// </summary>
public sealed class OpenWindows(SeenLog seen, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Agent> _open = new();

    public Task OpenAsync(string connection, Agent agent)
    {
        _open[connection] = agent;
        return seen.TellWindowAsync(agent);
    }

    public void Close(string connection) => _open.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            foreach (var agent in _open.Values.DistinctBy(agent => agent.Id))
            {
                await seen.TellWindowAsync(agent);
            }
        }
    }
}
