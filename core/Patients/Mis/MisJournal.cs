using System.Text.Json;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Hosting.Vault;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Mis;

/// <summary>Remembers every intended write to the MIS before it is tried, in a commit of its own: whatever is killed, the next who comes with the key knows that something may have happened.</summary>
public sealed class MisJournal(NpgsqlDataSource database, IPersonalDataVault vault, TimeProvider clock) : BeforeStart
{
    /// <summary>What the journal knows about a key.</summary>
    internal enum State
    {
        /// <summary>Never tried before.</summary>
        First,

        /// <summary>Tried, outcome open: look it up before trying again.</summary>
        Open,

        /// <summary>Being tried by somebody at this moment.</summary>
        Busy,

        /// <summary>Done.</summary>
        Done,

        /// <summary>The key belongs to another write.</summary>
        Foreign,
    }

    internal sealed record Entry(State State, string? Result);

    /// <summary>Was this write ever begun?</summary>
    public async Task<bool> KnowsAsync(IdempotencyKey key, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select 1 from mis.calls where key = $1 and attempts > 0");
        command.Parameters.AddWithValue(key.Value);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Shuts writes for a while, so that nobody begins one while it is looked up what came of them. Committed when it returns.</summary>
    /// <returns>Until when, for <see cref="OpenAsync"/>. Null: somebody is at one of them at this moment.</returns>
    internal async Task<DateTimeOffset?> TryShutAsync(IReadOnlyList<IdempotencyKey> keys, TimeSpan lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var until = now + lease;
        var names = keys.Select(key => key.Value).ToArray();
        await using var command = database.CreateCommand(
            """
            with shut as (
                insert into mis.calls (key, operation, fingerprint, attempts, started_at, busy_until) select key, 'look-up', '', 0, $2, $3 from unnest($1::text[]) key
                on conflict (key) do update set busy_until = excluded.busy_until where calls.finished_at is null and (calls.busy_until is null or calls.busy_until <= $2)
                returning key)
            select cardinality($1::text[]) = (select count(*) from shut) + (select count(*) from mis.calls where key = any($1) and finished_at is not null)
            """);
        command.Parameters.AddWithValue(names);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(until);
        try
        {
            if (await command.ExecuteScalarAsync(ct) is true)
            {
                return until;
            }
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            // A journal that takes nothing from us takes nothing from whoever would begin a write; only those who have begun may be at it.
            return await IsBusyAsync(names, now, ct) ? null : until;
        }

        await OpenAsync(keys, until, ct);
        return null;
    }

    /// <summary>Opens what was shut until a moment.</summary>
    internal async Task OpenAsync(IReadOnlyList<IdempotencyKey> keys, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update mis.calls set busy_until = null where key = any($1) and busy_until = $2 and finished_at is null");
        command.Parameters.AddWithValue(keys.Select(key => key.Value).ToArray());
        command.Parameters.AddWithValue(until);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes the key for a while. Committed when it returns.</summary>
    /// <param name="key">Of the write.</param>
    /// <param name="operation">What kind of write.</param>
    /// <param name="what">All it asks for; kept as a keyed hash only.</param>
    /// <param name="lease">How long nobody else tries; after a crash the key stays shut for so long.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task<Entry> BeginAsync(IdempotencyKey key, string operation, object what, TimeSpan lease, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var fingerprint = vault.HashOf($"{operation}\u001f{JsonSerializer.Serialize(what, what.GetType(), HubJson.Options)}");
        await using var command = database.CreateCommand(
            """
            with taken as (
                insert into mis.calls (key, operation, fingerprint, attempts, started_at, busy_until) values ($1, $2, $3, 1, $4, $5)
                on conflict (key) do update set operation = excluded.operation, fingerprint = excluded.fingerprint, attempts = calls.attempts + 1, busy_until = excluded.busy_until
                    where calls.finished_at is null and calls.fingerprint in ('', excluded.fingerprint) and (calls.busy_until is null or calls.busy_until <= $4)
                returning attempts)
            select attempts, null::text, null::timestamptz, null::text from taken
            union all
            select null, fingerprint, finished_at, result from mis.calls where key = $1 and not exists (select from taken)
            """);
        command.Parameters.AddWithValue(key.Value);
        command.Parameters.AddWithValue(operation);
        command.Parameters.AddWithValue(fingerprint);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + lease);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            // Born at this instant by somebody else, and not visible to us yet.
            return new Entry(State.Busy, null);
        }

        return reader switch
        {
            _ when !reader.IsDBNull(0) => new Entry(reader.GetInt32(0) == 1 ? State.First : State.Open, null),
            _ when reader.GetString(1) is { Length: > 0 } other && other != fingerprint => new Entry(State.Foreign, null),
            _ when !reader.IsDBNull(2) => new Entry(State.Done, reader.GetString(3)),
            _ => new Entry(State.Busy, null),
        };
    }

    /// <summary>Done, for good.</summary>
    internal Task FinishAsync(IdempotencyKey key, string outcome, string result, CancellationToken ct) => WriteAsync(key, outcome, result, ct);

    /// <summary>Not done, or not known: whoever comes next may try at once.</summary>
    internal Task ReleaseAsync(IdempotencyKey key, string outcome, CancellationToken ct) => WriteAsync(key, outcome, null, ct);

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists mis;
            create table if not exists mis.calls (
                key text primary key,
                operation text not null,
                fingerprint text not null,
                attempts int not null,
                started_at timestamptz not null,
                busy_until timestamptz,
                finished_at timestamptz,
                outcome text,
                result text);
            """,
            cancellationToken);

    private async Task<bool> IsBusyAsync(string[] keys, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select from mis.calls where key = any($1) and busy_until > $2)");
        command.Parameters.AddWithValue(keys);
        command.Parameters.AddWithValue(now);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task WriteAsync(IdempotencyKey key, string outcome, string? result, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update mis.calls set busy_until = null, outcome = $2, result = $3, finished_at = case when $3 is null then null else $4 end where key = $1");
        command.Parameters.AddWithValue(key.Value);
        command.Parameters.AddWithValue(outcome);
        command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)result ?? DBNull.Value);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}
