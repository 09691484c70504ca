using System.Data;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Slots;

/// <summary>Reads the MIS's schedule again and again, near days often, far days seldom. One instance of the hub does it; when the MIS is away, the copy grows old and says so.</summary>
internal sealed partial class FollowSchedule(IMisGateway mis, FreeSlots slots, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowSchedule> log) : BackgroundService
{
    private const int DaysAtOnce = 7;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private DateTimeOffset _directoryReadAt = DateTimeOffset.MinValue;
    private bool _away;

    /// <summary>Reads what is due: the directory, near days, far days.</summary>
    public async Task<bool> CatchUpAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - _directoryReadAt >= options.Schedule.FarEvery)
        {
            await slots.KeepAsync(await mis.ReadDirectoryAsync(ct), ct);
            await slots.ForgetAsync(ct);
            _directoryReadAt = now;
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var known = await slots.ReadDaysAsync(today, today.AddDays(options.Schedule.Days), ct);
        var due = Enumerable.Range(0, options.Schedule.Days + 1).Where(n => !known.TryGetValue(today.AddDays(n), out var readAt) || now - readAt >= (n <= options.Schedule.NearDays ? options.Schedule.NearEvery : options.Schedule.FarEvery)).ToList();
        if (due.Count == 0)
        {
            return false;
        }

        // Neighbouring days in one question, the nearest first.
        var count = due.TakeWhile((n, index) => n - due[0] == index).Take(DaysAtOnce).Count();
        var from = new DateTimeOffset(today.AddDays(due[0]).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var window = new SlotWindow(from, from.AddDays(count));
        var began = clock.GetUtcNow();
        await slots.ReplaceAsync(window, await mis.ReadFreeSlotsAsync(window, ct), began, ct);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (await AskAsync(connection, "select pg_try_advisory_lock(7306)", stoppingToken) is true)
                {
                    try
                    {
                        await FollowAsync(stoppingToken);
                    }
                    finally
                    {
                        // The connection goes back to the pool as it is; a broken one has let go already.
                        if (connection.FullState == ConnectionState.Open)
                        {
                            await AskAsync(connection, "select pg_advisory_unlock(7306)", CancellationToken.None);
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is MisUnavailableException or NpgsqlException)
            {
                // One line when it is lost, one when it is back.
                if (!_away)
                {
                    _away = true;
                    LogAway(e.GetType().Name);
                }
            }

            try
            {
                await Task.Delay(options.Schedule.NearEvery, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        while (true)
        {
            var more = await CatchUpAsync(ct);
            if (_away)
            {
                _away = false;
                LogBack();
            }

            if (!more)
            {
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }

    [LoggerMessage(3001, LogLevel.Warning, "The schedule cannot be read from the MIS ({Why}); what is shown grows old.")]
    private partial void LogAway(string why);

    [LoggerMessage(3002, LogLevel.Information, "The schedule is read from the MIS again.")]
    private partial void LogBack();
}
