using System.Data;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Identification;

/// <summary>
/// Keeps the index full of the MIS's patients: reads their list page by page without hurry, goes on after a restart where it stopped, then asks for those
/// who are new, and now and then reads all of it anew. One instance of the hub does it. Where the MIS lists nobody, the index grows by whoever is looked up.
/// </summary>
internal sealed partial class FollowPatients(IMisGateway mis, PatientIndex index, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowPatients> log) : BackgroundService
{
    private bool _away;

    /// <summary>Takes over one page.</summary>
    /// <returns>True: there is more now.</returns>
    public async Task<bool> CatchUpAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (cursor, beganAt, fullAt) = await index.PositionAsync(ct);
        if (beganAt is null || (fullAt >= beganAt && now - beganAt >= options.Patients.AnewEvery))
        {
            (cursor, beganAt) = (null, now);
        }

        var page = await mis.ReadPatientsAsync(cursor, options.Patients.PageSize, ct);
        await index.PutAsync([.. page.Items.Select(patient => (patient.Id, PatientOfMis.Person(patient)))], ct);
        foreach (var gone in page.Gone)
        {
            await index.RemoveAsync(gone, ct);
        }

        await index.MoveAsync(page.Cursor, beganAt.Value, page.More ? null : clock.GetUtcNow(), ct);
        return page.More;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!mis.Capabilities.HasFlag(MisCapabilities.ListPatients))
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (await AskAsync(connection, "select pg_try_advisory_lock(7311)", stoppingToken) is true)
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
                            await AskAsync(connection, "select pg_advisory_unlock(7311)", CancellationToken.None);
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
                await Task.Delay(options.Patients.Every, clock, stoppingToken);
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

            await Task.Delay(more ? options.Patients.Pause : options.Patients.Every, clock, ct);
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }

    [LoggerMessage(3015, LogLevel.Warning, "The list of patients cannot be read from the MIS ({Why}); it goes on later where it stopped.")]
    private partial void LogAway(string why);

    [LoggerMessage(3016, LogLevel.Information, "The list of patients is read from the MIS again.")]
    private partial void LogBack();
}
