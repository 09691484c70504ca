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
        await using var command = database.CreateCommand("select 1 from mis.calls where key = $1");
        command.Parameters.AddWithValue(key.Value);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Is somebody at this write, or at a step of it, at this moment?</summary>
    public async Task<bool> IsBusyAsync(IdempotencyKey key, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select from mis.calls where key = any($1) and busy_until > $2)");
        command.Parameters.AddWithValue(new[] { key.Value, key.Step("book").Value, key.Step("cancel").Value, key.Step("undo").Value });
        command.Parameters.AddWithValue(clock.GetUtcNow());
        return await command.ExecuteScalarAsync(ct) is true;
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
                on conflict (key) do update set attempts = calls.attempts + 1, busy_until = excluded.busy_until
                    where calls.finished_at is null and calls.fingerprint = excluded.fingerprint and (calls.busy_until is null or calls.busy_until <= $4)
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
            _ when reader.GetString(1) != fingerprint => new Entry(State.Foreign, null),
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
