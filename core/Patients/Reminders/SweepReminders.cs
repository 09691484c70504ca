using MedCrm.Hosting;
using MedCrm.Patients.WaitingList;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Wolverine;

namespace MedCrm.Patients.Reminders;

/// <summary>Wakes the sagas of visits whose moment has come, and looks for freed slots that somebody waits for. One indexed question now and then, instead of two scheduled messages a visit. One instance of the hub does it.</summary>
internal sealed partial class SweepReminders(ReminderOptions options, OfferSlots offers, NpgsqlDataSource database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<SweepReminders> log) : BackgroundService
{
    private const int AtOnce = 500;

    /// <summary>Everything that is due now.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        List<Guid> due;
        do
        {
            due = await DueAsync(ct);
            var failed = 0;
            foreach (var visit in due)
            {
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new RemindersDue(visit), ct);
                }
                catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException)
                {
                    // One that cannot be woken must not keep the others asleep; it stays due.
                    failed++;
                    LogFailed(visit, e.GetType().Name);
                }
            }

            if (failed > 0)
            {
                break;
            }
        }
        while (due.Count == AtOnce);

        await offers.SweepAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await database.InTurnAsync(Turn.Reminders, () => SweepAsync(stoppingToken), stoppingToken);
                await Task.Delay(options.SweepEvery, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogAway(e.GetType().Name);
                await Task.Delay(options.SweepEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<List<Guid>> DueAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id from patients.mt_doc_appointmentreminders where next_at <= $1 order by next_at limit $2");
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(AtOnce);
        var due = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            due.Add(reader.GetGuid(0));
        }

        return due;
    }

    [LoggerMessage(3021, LogLevel.Error, "The reminders of appointment {AppointmentId} could not be looked at ({Why}); they stay due.")]
    private partial void LogFailed(Guid appointmentId, string why);

    [LoggerMessage(3022, LogLevel.Warning, "Reminders cannot be looked at ({Why}); they stay due.")]
    private partial void LogAway(string why);
}
