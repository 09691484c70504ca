using System.Data;
using Npgsql;

namespace MedCrm.Patients;

/// <summary>What one instance of the hub does at a time, however many there are. Each has a key of its own among the database's advisory locks.</summary>
internal enum Turn
{
    Schedule = 7306,
    Patients = 7311,
    Appointments = 7331,
    Reminders = 7332,
    Reconciliation = 7333,
}

internal static class Turns
{
    /// <summary>Does the work while its turn is held, and lets go of it afterwards.</summary>
    /// <returns>False: another has the turn, and nothing was done.</returns>
    public static async Task<bool> InTurnAsync(this NpgsqlDataSource database, Turn turn, Func<Task> work, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        if (await AskAsync(connection, "select pg_try_advisory_lock($1)", turn, ct) is not true)
        {
            return false;
        }

        try
        {
            await work();
            return true;
        }
        finally
        {
            // The connection goes back to the pool as it is; a broken one has let go already.
            if (connection.FullState == ConnectionState.Open)
            {
                await AskAsync(connection, "select pg_advisory_unlock($1)", turn, CancellationToken.None);
            }
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, Turn turn, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue((long)turn);
        return await command.ExecuteScalarAsync(ct);
    }
}
