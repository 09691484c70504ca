using System.Threading.Channels;
using MedCrm.Contracts.Window;
using Microsoft.Extensions.Hosting;

namespace MedCrm.Gateway.Live;

/// <summary>Gathers changes that arrive at the same time into one transaction. Each caller waits until its own change is durable, so its message leaves the queue no sooner.</summary>
public sealed class FeedWriter(Feed feed) : BackgroundService
{
    private const int MostInOneTransaction = 200;
    private readonly Channel<(RequestChanged Change, TaskCompletionSource Done)> _waiting = Channel.CreateBounded<(RequestChanged, TaskCompletionSource)>(2000);

    public async Task WriteAsync(RequestChanged change, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((change, done), ct);
        await done.Task.WaitAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var together = new List<(RequestChanged Change, TaskCompletionSource Done)>();
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            together.Clear();
            while (together.Count < MostInOneTransaction && _waiting.Reader.TryRead(out var next))
            {
                together.Add(next);
            }

            try
            {
                await feed.AppendAsync([.. together.Select(waiting => waiting.Change)], stoppingToken);
                together.ForEach(waiting => waiting.Done.SetResult());
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Each message's own retry policy decides; the writer lives on.
                together.ForEach(waiting => waiting.Done.SetException(e));
            }
        }
    }
}

/// <summary>A request changed: into the feed with it.</summary>
public static class RequestChangedHandler
{
    public static Task Handle(RequestChanged change, FeedWriter writer, CancellationToken ct) => writer.WriteAsync(change, ct);
}
