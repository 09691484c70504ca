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
                LogAway(e.GetType().Name);
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False: a saga could not be told; it stays due.</returns>
    private async Task<bool> SweepAsync(CancellationToken ct)
    {
        IReadOnlyList<AppointmentBooking> due;
        await using (var session = store.QuerySession())
        {
            due = await session.QueryAsync<AppointmentBooking>("where due_at <= ? order by due_at limit ?", ct, clock.GetUtcNow(), AtOnce);
        }

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
