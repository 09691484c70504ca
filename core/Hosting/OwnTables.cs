using Npgsql;

namespace MedCrm.Hosting;

/// <summary>Tables that a part keeps beside its documents.</summary>
public static class OwnTables
{
    /// <summary>Among the database's advisory locks; nothing that takes long may have the same.</summary>
    private const int Key = 7301;

    /// <summary>Creates what is missing, all of it or nothing. Parts and instances that start together do so one after the other: "if not exists" alone lets two of them collide.</summary>
    /// <param name="database">Where.</param>
    /// <param name="statements">SQL that may be run again at each start.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task CreateTablesAsync(this NpgsqlDataSource database, string statements, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({Key});\n{statements}", connection, transaction);
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
