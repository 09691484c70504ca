using Marten;
using MedCrm.Contracts;
using MedCrm.Requests.Intake;
using MedCrm.Requests.Sla;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;

namespace MedCrm.Requests.Life;

/// <summary>
/// Tells the sagas that their time has come. Most end long before it: a date in the saga costs nothing then, where a scheduled message
/// is a row written, found and run for nobody. Two instances that tell the same saga are a race, which its revision decides; one that dies
/// leaves the date where it was.
/// </summary>
internal sealed partial class SagaTimeouts(IDocumentStore store, IServiceScopeFactory scopes, TimeProvider clock, ILogger<SagaTimeouts> log) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                if (!await SweepAsync(stoppingToken))
                {
                    pause = PauseAfterFailure;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                pause = PauseAfterFailure;
                NotLooked(e.GetType().Name);
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False: a saga could not be told; it is left for the next look.</returns>
    private async Task<bool> SweepAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var now = clock.GetUtcNow();
        const string due = "where due_at <= ? order by due_at limit ?";
        var batch = session.CreateBatchQuery();
        var unidentified = batch.Query<RequestIntake>(due, now, AtOnce);
        var unanswered = batch.Query<FirstResponseSla>(due, now, AtOnce);
        await batch.Execute(ct);
        IEnumerable<object> timeouts =
            [.. (await unidentified).Select(saga => new IdentificationDue(new RequestId(saga.Id))), .. (await unanswered).Select(saga => new FirstResponseDue(new RequestId(saga.Id)))];
        var all = true;
        foreach (var timeout in timeouts)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(timeout, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                all = false;
                NotTold(timeout.GetType().Name, e.GetType().Name);
            }
        }

        return all;
    }

    [LoggerMessage(LogLevel.Warning, "Looking for overdue requests failed ({Error}); tried again shortly.")]
    private partial void NotLooked(string error);

    [LoggerMessage(LogLevel.Warning, "{Timeout} could not be handled ({Error}); tried again shortly.")]
    private partial void NotTold(string timeout, string error);
}
