using MedCrm.Hosting;
using Npgsql;

namespace MedCrm.Patients;

/// <summary>What one instance of the hub does at a time. Each has a key of its own among the database's advisory locks.</summary>
internal enum Turn
{
    Schedule = 7306,
    Patients = 7311,
    Appointments = 7331,
    Reminders = 7332,
    Reconciliation = 7333,
}

internal static class TurnExtensions
{
    /// <inheritdoc cref="Turns.InTurnAsync(NpgsqlDataSource, long, Func{Task}, CancellationToken)" />
    public static Task<bool> InTurnAsync(this NpgsqlDataSource database, Turn turn, Func<Task> work, CancellationToken ct) => database.InTurnAsync((long)turn, work, ct);
}
