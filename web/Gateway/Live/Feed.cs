using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Hosting.Vault;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Gateway.Live;

/// <summary>
/// The numbered feed of changes, in PostgreSQL. Numbers are given under a row lock, so they rise in the order of commit and a reader who
/// has seen N has seen everything up to N. Rows rest sealed.
/// </summary>
public sealed class Feed(NpgsqlDataSource database, IPersonalDataVault vault, TimeProvider clock, GatewayOptions options) : BeforeStart
{
    /// <summary>A screen that missed more loads everything anew: cheaper for both sides.</summary>
    public const int LongestDelta = 2000;

    public const string Channel = "medcrm_feed";

    public Guid Epoch { get; private set; }

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await database.CreateTablesAsync(
            """
            create schema if not exists gateway;
            create table if not exists gateway.feed_head (only_row boolean primary key default true check (only_row), epoch uuid not null, seq bigint not null);
            create table if not exists gateway.feed (
                seq bigint primary key,
                at timestamptz not null,
                written_at timestamptz not null default now(),
                subject_id uuid not null,
                entity_id uuid not null,
                rev bigint not null,
                row text not null,
                unique (entity_id, rev));
            create index if not exists feed_written_at on gateway.feed (written_at);
            insert into gateway.feed_head (epoch, seq) values (gen_random_uuid(), 0) on conflict do nothing;
            """,
            cancellationToken);
        await using var epoch = database.CreateCommand("select epoch from gateway.feed_head");
        Epoch = (Guid)(await epoch.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Writes changes and gives them numbers; repeats are left out. All or nothing.</summary>
    public async Task AppendAsync(IReadOnlyList<RequestChanged> changes, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select seq from gateway.feed_head for update"));
        var insert = new NpgsqlBatchCommand(
            """
            with fresh as (
                select t.*, row_number() over (order by t.n) as place
                from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[]) with ordinality as t(entity_id, rev, subject_id, at, row, n)
                where not exists (select 1 from gateway.feed f where f.entity_id = t.entity_id and f.rev = t.rev)),
            numbered as (
                insert into gateway.feed (seq, at, subject_id, entity_id, rev, row)
                select head.seq + fresh.place, fresh.at, fresh.subject_id, fresh.entity_id, fresh.rev, fresh.row from fresh, gateway.feed_head head
                returning seq)
            update gateway.feed_head set seq = seq + (select count(*) from numbered)
            """);
        // Within one batch a repeat would meet itself; the last copy stands for all.
        var distinct = changes.GroupBy(change => (change.Row.Id, change.Row.Rev)).Select(copies => copies.Last()).ToList();
        insert.Parameters.AddWithValue(distinct.Select(change => change.Row.Id.Value).ToArray());
        insert.Parameters.AddWithValue(distinct.Select(change => change.Row.Rev).ToArray());
        insert.Parameters.AddWithValue(distinct.Select(change => change.SubjectId.Value).ToArray());
        insert.Parameters.AddWithValue(distinct.Select(change => change.At.ToUniversalTime()).ToArray());
        insert.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, distinct.Select(change => JsonSerializer.Serialize(change.Row, HubJson.Options)).ToArray());
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"notify {Channel}"));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The number of the latest change.</summary>
    public async Task<long> HeadAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select seq from gateway.feed_head");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Changes after a number, in order; keys of the people in them are loaded, ready to be opened.</summary>
    public async Task<IReadOnlyList<ScreenEvent>> ReadAsync(long after, int limit, CancellationToken ct)
    {
        var subjects = new HashSet<DataSubjectId>();
        var events = new List<ScreenEvent>();
        await using (var command = database.CreateCommand("select seq, at, subject_id, row from gateway.feed where seq > $1 order by seq limit $2"))
        {
            command.Parameters.AddWithValue(after);
            command.Parameters.AddWithValue(limit);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                subjects.Add(new DataSubjectId(reader.GetGuid(2)));
                var row = JsonSerializer.Deserialize<RequestRow>(reader.GetString(3), HubJson.Options)!;
                events.Add(new ScreenEvent(reader.GetInt64(0), "requestChanged", reader.GetFieldValue<DateTimeOffset>(1), row));
            }
        }

        await vault.PrefetchAsync(subjects, ct);
        return events;
    }

    /// <summary>What a screen missed.</summary>
    public async Task<FeedAnswer> ResumeAsync(Guid? epoch, long after, int limit, CancellationToken ct)
    {
        var head = await HeadAsync(ct);
        if (epoch != Epoch || after < 0 || after > head || head - after > LongestDelta)
        {
            return new FeedAnswer("reset", Epoch, head, []);
        }

        var events = after == head ? [] : await ReadAsync(after, Math.Min(limit, LongestDelta), ct);
        // A hole at the beginning means that the feed was trimmed behind the screen's back.
        return after < head && (events.Count == 0 || events[0].Seq != after + 1)
            ? new FeedAnswer("reset", Epoch, head, [])
            : new FeedAnswer("delta", Epoch, events.Count == 0 ? head : events[^1].Seq, events);
    }

    /// <summary>Forgets what no screen will ask for any more.</summary>
    public async Task TrimAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from gateway.feed where written_at < $1");
        command.Parameters.AddWithValue(clock.GetUtcNow() - options.FeedRetention);
        await command.ExecuteNonQueryAsync(ct);
    }
}
