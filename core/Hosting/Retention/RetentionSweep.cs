using Marten;
using MedCrm.Hosting.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Hosting.Retention;

/// <summary>What goes away once it has been kept long enough.</summary>
/// <param name="Name">Whose and what, for the log and for the turn: <c>email: raw inputs</c>.</param>
/// <param name="Keep">How long. Zero: for ever.</param>
/// <param name="Documents">Whose tables are asked; they are made if need be.</param>
/// <param name="Find">Gives the id (uuid) and the file (uuid or null) of rows older than $1, at most $2, and LOCKS them: whoever uses one at this moment is waited for or passed over.</param>
/// <param name="Forget">Takes out the rows $1 (uuid[]), whose files are gone, at $2.</param>
public sealed record RetentionRule(string Name, TimeSpan Keep, IReadOnlyList<Type> Documents, string Find, string Forget);

/// <summary>
/// Follows a part's rules of retention, once an hour and each in one instance of the hub. First the file, then the row, in the transaction that holds the row: whatever happens in between,
/// the row is still there to find the file by, and the next sweep ends what this one began. Until then its age alone says that it is not to be opened.
/// </summary>
public sealed partial class RetentionSweep(IEnumerable<RetentionRule> rules, IDocumentStore store, IBlobStore blobs, NpgsqlDataSource database, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<RetentionSweep> log)
    : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly RetentionRule[] _rules = [.. rules];

    /// <summary>Everything that is due now.</summary>
    /// <returns>How many went.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var total = 0;
        foreach (var rule in _rules)
        {
            total += await SweepAsync(rule, ct);
        }

        return total;
    }

    private async Task<int> SweepAsync(RetentionRule rule, CancellationToken ct)
    {
        if (rule.Keep == TimeSpan.Zero)
        {
            return 0;
        }

        foreach (var document in rule.Documents)
        {
            await store.Storage.Database.EnsureStorageExistsAsync(document, ct);
        }

        var now = clock.GetUtcNow();
        var total = 0;
        int found, gone;
        do
        {
            (found, gone) = await SweepSomeAsync(rule, now, ct);
            total += gone;
        }
        while (found == AtOnce && gone > 0);

        if (total > 0)
        {
            LogGone(rule.Name, total, rule.Keep.TotalDays);
        }

        return total;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Until then the part makes its tables.
        var started = new TaskCompletionSource();
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStopping = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var rule in _rules)
            {
                try
                {
                    await database.InTurnAsync(rule.Name, () => SweepAsync(rule, stoppingToken), stoppingToken);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogAway(rule.Name, e.GetType().Name);
                }
            }

            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(int Found, int Gone)> SweepSomeAsync(RetentionRule rule, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var found = await FindAsync(rule, connection, now - rule.Keep, ct);
        var gone = new List<Guid>(found.Count);
        foreach (var (id, blob) in found)
        {
            try
            {
                if (blob is { } file)
                {
                    await blobs.DeleteAsync(file, ct);
                }

                gone.Add(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One file that cannot be removed must not keep the others.
                LogStays(rule.Name, id, e.GetType().Name);
            }
        }

        await using var forget = new NpgsqlCommand(rule.Forget, connection, transaction);
        forget.Parameters.AddWithValue(gone.ToArray());
        forget.Parameters.AddWithValue(now);
        await forget.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return (found.Count, gone.Count);
    }

    private static async Task<List<(Guid Id, Guid? Blob)>> FindAsync(RetentionRule rule, NpgsqlConnection connection, DateTimeOffset until, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand(rule.Find, connection);
        find.Parameters.AddWithValue(until);
        find.Parameters.AddWithValue(AtOnce);
        var found = new List<(Guid, Guid?)>();
        await using var reader = await find.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found.Add((reader.GetGuid(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetGuid(1)));
        }

        return found;
    }

    [LoggerMessage(1400, LogLevel.Information, "{What}: {Count} went, kept longer than {Days} days")]
    private partial void LogGone(string what, int count, double days);

    [LoggerMessage(1401, LogLevel.Error, "{What}: the file of {Id} cannot be removed ({Why}); tried again in an hour")]
    private partial void LogStays(string what, Guid id, string why);

    [LoggerMessage(1402, LogLevel.Warning, "{What}: what was kept long enough cannot be removed now ({Why}); tried again in an hour")]
    private partial void LogAway(string what, string why);
}
