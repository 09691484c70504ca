using Marten;
using MedCrm.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;

namespace MedCrm.Patients.Appointments;

/// <summary>
/// Tells the sagas of visits that their pause is over, or that an errand should have been answered by now. The date in the saga outlives whatever
/// became of the message that should have done it, a dead letter included. Two instances that tell the same saga are a race, which its revision decides.
/// </summary>
internal sealed partial class WakeErrands(IDocumentStore store, IServiceScopeFactory scopes, TimeProvider clock, ILogger<WakeErrands> log) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var old = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = PauseAfterFailure;
            try
            {
                old = old && !await TellOldAsync(stoppingToken);
                if (await SweepAsync(stoppingToken) && !old)
                {
                    pause = Pause;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(e.GetType().Name);
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What an earlier release left under way has no date. Nobody begins such an errand any more, so once is enough.</summary>
    /// <returns>False: a saga could not be told; it stays due.</returns>
    private async Task<bool> TellOldAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await TellAsync(await session.QueryAsync<AppointmentBooking>("where due_at is null and (data ->> 'running')::boolean", ct), ct);
    }

    /// <returns>False: a saga could not be told; it stays due.</returns>
    private async Task<bool> SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (all, at, id) = (true, DateTimeOffset.UnixEpoch, Guid.Empty);
        while (true)
        {
            IReadOnlyList<AppointmentBooking> due;
            await using (var session = store.QuerySession())
            {
                due = await session.QueryAsync<AppointmentBooking>("where due_at <= ? and (due_at, id) > (?, ?) order by due_at, id limit ?", ct, now, at, id, AtOnce);
            }

            all &= await TellAsync(due, ct);
            if (due.Count < AtOnce)
            {
                return all;
            }

            // Those that stay due must not stand before the others for ever.
            (at, id) = (due[^1].DueAt!.Value, due[^1].Id);
        }
    }

    /// <returns>False: a saga could not be told; it stays due.</returns>
    private async Task<bool> TellAsync(IReadOnlyList<AppointmentBooking> due, CancellationToken ct)
    {
        var all = true;
        foreach (var saga in due)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new ErrandDue(new AppointmentId(saga.Id), saga.SubjectId, saga.Pauses), ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // One that cannot be woken must not keep the others asleep.
                all = false;
                LogFailed(saga.Id, e.GetType().Name);
            }
        }

        return all;
    }

    [LoggerMessage(3023, LogLevel.Error, "The errand of appointment {AppointmentId} could not be taken up ({Why}); it stays due.")]
    private partial void LogFailed(Guid appointmentId, string why);

    [LoggerMessage(3024, LogLevel.Warning, "Errands to the MIS cannot be looked at ({Why}); they stay due.")]
    private partial void LogAway(string why);
}
