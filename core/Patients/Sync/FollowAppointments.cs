using System.Data;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Sync;

/// <summary>
/// Follows what happens to appointments in the MIS: its feed of changes where it has one, complete snapshots now and then in any case, and
/// hands over what is new one by one. Whatever dies in between is read and handed over again; taking in the same twice changes nothing. One
/// instance of the hub does it.
/// </summary>
internal sealed partial class FollowAppointments(
    AppointmentSync sync, Reconciliation reconciliation, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowAppointments> log)
    : BackgroundService
{
    private bool _away;

    /// <summary>Reads what changed, takes it in, and reconciles when the night has come.</summary>
    public async Task CatchUpAsync(CancellationToken ct)
    {
        await sync.ReadAsync(ct);
        await sync.TakeInAsync(ct);
        await reconciliation.RunIfDueAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (await AskAsync(connection, "select pg_try_advisory_lock(7331)", stoppingToken) is true)
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
                            await AskAsync(connection, "select pg_advisory_unlock(7331)", CancellationToken.None);
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
                await Task.Delay(options.Follow.Every, clock, stoppingToken);
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
            await CatchUpAsync(ct);
            if (_away)
            {
                _away = false;
                LogBack();
            }

            await Task.Delay(options.Follow.Every, clock, ct);
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }

    [LoggerMessage(3011, LogLevel.Warning, "Appointments cannot be followed in the MIS ({Why}); what changes there is not seen for now.")]
    private partial void LogAway(string why);

    [LoggerMessage(3012, LogLevel.Information, "Appointments are followed in the MIS again.")]
    private partial void LogBack();
}
