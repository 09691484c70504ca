using System.Data;
using MedCrm.Contracts;
using Npgsql;

namespace MedCrm.Hosting;

/// <summary>What one instance of the hub does at a time, however many there are. Held as an advisory lock of the part's database, so a process that dies lets go of it.</summary>
public static class Turns
{
    /// <summary>The key of a turn among the advisory locks: far from the small numbers that the scripts of tables wait for, so that what is held for long keeps no other instance from starting.</summary>
    public static long KeyOf(string name) => BitConverter.ToInt64(DeterministicId.From("turn", name).ToByteArray());

    /// <summary>Does the work while its turn is held, and lets go of it afterwards.</summary>
    /// <param name="database">The part's.</param>
    /// <param name="turn">Its name; parts may share a database, so it names the part.</param>
    /// <param name="work">What one does at a time.</param>
    /// <param name="ct">Cancels the asking; the work is told by itself.</param>
    /// <returns>False: another has the turn, and nothing was done.</returns>
    public static async Task<bool> InTurnAsync(this NpgsqlDataSource database, string turn, Func<Task> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(work);
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

    /// <summary>Whether somebody does it now, in whatever instance.</summary>
    public static async Task<bool> IsTakenAsync(this NpgsqlDataSource database, string turn, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        // The view shows the two halves of the key.
        await using var command = database.CreateCommand(
            """
            select exists (
                select from pg_locks
                where locktype = 'advisory' and objsubid = 1 and granted and database = (select oid from pg_database where datname = current_database())
                  and classid::bigint = ($1 >> 32) & 4294967295 and objid::bigint = $1 & 4294967295)
            """);
        command.Parameters.AddWithValue(KeyOf(turn));
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, string turn, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(KeyOf(turn));
        return await command.ExecuteScalarAsync(ct);
    }
}
