using System.Text.Json;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Patients.Mis;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Slots;

/// <summary>Free slots found in our copy of the schedule.</summary>
/// <param name="Slots">In order of start.</param>
/// <param name="ReadAt">When the oldest part of what was searched was read from the MIS. Null: some of it never was.</param>
internal sealed record FoundSlots(IReadOnlyList<MisSlot> Slots, DateTimeOffset? ReadAt);

/// <summary>A slot of our copy of the schedule.</summary>
/// <param name="IsTaken">Somebody has it since the last reading, we know.</param>
public sealed record KnownSlot(MisSlot Slot, bool IsTaken);

/// <summary>Our copy of the MIS's free slots and directory, kept fresh by <see cref="FollowSchedule"/>. Fast enough to type against; booking asks the MIS itself.</summary>
public sealed class FreeSlots(NpgsqlDataSource database, ClinicTime time, TimeProvider clock) : BeforeStart
{
    /// <summary>Puts a complete reading of a window in place of what was known. A slot that was taken after the reading began stays taken.</summary>
    public async Task ReplaceAsync(SlotWindow window, IReadOnlyList<MisSlot> slots, DateTimeOffset readAt, CancellationToken ct)
    {
        var locals = slots.Select(slot => time.Local(slot.Start, slot.LocationId)).ToArray();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var write = new NpgsqlCommand(
            """
            insert into mis.free_slots as s (id, practitioner_id, location_id, starts_at, ends_at, local_day, local_minute)
            select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::date[], $7::int[])
            on conflict (id) do update set practitioner_id = excluded.practitioner_id, location_id = excluded.location_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                local_day = excluded.local_day, local_minute = excluded.local_minute, taken_at = case when s.taken_at > $8 then s.taken_at end
                where (s.practitioner_id, s.location_id, s.starts_at, s.ends_at) is distinct from (excluded.practitioner_id, excluded.location_id, excluded.starts_at, excluded.ends_at) or s.taken_at <= $8
            """, connection, transaction))
        {
            write.Parameters.AddWithValue(slots.Select(slot => slot.Id).ToArray());
            write.Parameters.AddWithValue(slots.Select(slot => slot.PractitionerId).ToArray());
            write.Parameters.AddWithValue(slots.Select(slot => slot.LocationId).ToArray());
            write.Parameters.AddWithValue(slots.Select(slot => slot.Start).ToArray());
            write.Parameters.AddWithValue(slots.Select(slot => slot.End).ToArray());
            write.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Date, locals.Select(DateOnly.FromDateTime).ToArray());
            write.Parameters.AddWithValue(locals.Select(local => (local.Hour * 60) + local.Minute).ToArray());
            write.Parameters.AddWithValue(readAt);
            await write.ExecuteNonQueryAsync(ct);
        }

        await using (var sweep = new NpgsqlCommand("delete from mis.free_slots where starts_at >= $1 and starts_at < $2 and not id = any($3)", connection, transaction))
        {
            sweep.Parameters.AddWithValue(window.From);
            sweep.Parameters.AddWithValue(window.To);
            sweep.Parameters.AddWithValue(slots.Select(slot => slot.Id).ToArray());
            await sweep.ExecuteNonQueryAsync(ct);
        }

        await using (var read = new NpgsqlCommand(
            "insert into mis.schedule_days (day, read_at) select d, $3 from generate_series($1::date, $2::date, interval '1 day') d on conflict (day) do update set read_at = excluded.read_at", connection, transaction))
        {
            read.Parameters.AddWithValue(DateOnly.FromDateTime(window.From.UtcDateTime));
            read.Parameters.AddWithValue(DateOnly.FromDateTime(window.To.UtcDateTime.AddTicks(-1)));
            read.Parameters.AddWithValue(readAt);
            await read.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Somebody has it, we know; the next complete reading confirms or corrects.</summary>
    public async Task TakeAsync(string slotId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update mis.free_slots set taken_at = $2 where id = $1");
        command.Parameters.AddWithValue(slotId);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whoever had it gave it back, we know; the next complete reading confirms or corrects.</summary>
    public async Task GiveBackAsync(string slotId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update mis.free_slots set taken_at = null where id = $1");
        command.Parameters.AddWithValue(slotId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>One slot, free or just taken. Null: not in our copy.</summary>
    public async Task<KnownSlot?> GetAsync(string slotId, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns}, taken_at is not null from mis.free_slots where id = $1");
        command.Parameters.AddWithValue(slotId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new KnownSlot(Slot(reader), reader.GetBoolean(5)) : null;
    }

    /// <summary>Free slots that begin after now, in order of start.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="directory">Who has which specialty.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task<FoundSlots> FindAsync(SlotWish wish, MisDirectory directory, int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var practitioners = wish.PractitionerIds.Count > 0 ? wish.PractitionerIds
            : wish.SpecialtyIds.Count > 0 ? [.. directory.Practitioners.Where(one => one.SpecialtyIds.Intersect(wish.SpecialtyIds).Any()).Select(one => one.Id)]
            : (IReadOnlyList<string>?)null;
        // A day of any clock on earth lies within the same UTC day and half a day around it.
        var (from, to) = wish.Days.Count == 0 ? (now, now.AddYears(2)) : (Later(now, Midnight(wish.Days.Min(day => day.From)).AddHours(-14)), Midnight(wish.Days.Max(day => day.To)).AddHours(38));
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from mis.free_slots
            where taken_at is null and starts_at > $1 and starts_at < $2 and local_minute >= $3 and local_minute < $4
              and ($5::text[] is null or practitioner_id = any($5)) and ($6::text[] is null or location_id = any($6))
              and ($7::date[] is null or exists (select from unnest($7, $8::date[]) as days(first, last) where local_day between first and last))
            order by starts_at, id limit $9
            """);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(to);
        command.Parameters.AddWithValue(wish.Time.From);
        command.Parameters.AddWithValue(wish.Time.To);
        AddArray(NpgsqlDbType.Text, practitioners?.ToArray());
        AddArray(NpgsqlDbType.Text, wish.LocationIds.Count == 0 ? null : wish.LocationIds.ToArray());
        AddArray(NpgsqlDbType.Date, wish.Days.Count == 0 ? null : wish.Days.Select(day => day.From).ToArray());
        AddArray(NpgsqlDbType.Date, wish.Days.Count == 0 ? null : wish.Days.Select(day => day.To).ToArray());
        command.Parameters.AddWithValue(limit);
        var slots = await ReadAsync(command, ct);
        var searchedTo = slots.Count == limit ? slots[^1].Start : wish.Days.Count == 0 ? (DateTimeOffset?)null : to;
        return new FoundSlots(slots, await ReadAtAsync(from, searchedTo, ct));

        void AddArray<T>(NpgsqlDbType type, T[]? values) => command.Parameters.AddWithValue(NpgsqlDbType.Array | type, (object?)values ?? DBNull.Value);
    }

    /// <summary>The free slots nearest in time to one: of the same practitioner, or else of their specialties at the same location.</summary>
    public async Task<IReadOnlyList<MisSlot>> NearestAsync(MisSlot wanted, MisDirectory directory, int count, CancellationToken ct)
    {
        var specialties = directory.Practitioners.Where(one => one.Id == wanted.PractitionerId).SelectMany(one => one.SpecialtyIds).ToList();
        var colleagues = directory.Practitioners.Where(one => one.Id != wanted.PractitionerId && one.SpecialtyIds.Intersect(specialties).Any()).Select(one => one.Id).ToArray();
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from mis.free_slots
            where taken_at is null and starts_at > $1 and starts_at between $2 - interval '14 days' and $2 + interval '14 days' and id <> $3 and (practitioner_id = $4 or (practitioner_id = any($5) and location_id = $6))
            order by practitioner_id <> $4, abs(extract(epoch from starts_at - $2)), starts_at limit $7
            """);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(wanted.Start);
        command.Parameters.AddWithValue(wanted.Id);
        command.Parameters.AddWithValue(wanted.PractitionerId);
        command.Parameters.AddWithValue(colleagues);
        command.Parameters.AddWithValue(wanted.LocationId);
        command.Parameters.AddWithValue(count);
        return await ReadAsync(command, ct);
    }

    public async Task KeepAsync(MisDirectory directory, CancellationToken ct)
    {
        await using var command = database.CreateCommand("insert into mis.directory (id, data, read_at) values (1, $1, $2) on conflict (id) do update set data = $1, read_at = $2");
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(directory, HubJson.Options));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>As last read. <see cref="MisDirectory.Empty"/> before the first reading.</summary>
    public async Task<MisDirectory> DirectoryAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select data from mis.directory where id = 1");
        return await command.ExecuteScalarAsync(ct) is string json ? JsonSerializer.Deserialize<MisDirectory>(json, HubJson.Options)! : MisDirectory.Empty;
    }

    /// <summary>When each UTC day of the schedule was last read.</summary>
    public async Task<IReadOnlyDictionary<DateOnly, DateTimeOffset>> ReadDaysAsync(DateOnly from, DateOnly to, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select day, read_at from mis.schedule_days where day between $1 and $2");
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(to);
        var days = new Dictionary<DateOnly, DateTimeOffset>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            days[reader.GetFieldValue<DateOnly>(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return days;
    }

    /// <summary>What is over is nobody's.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("with past as (delete from mis.free_slots where starts_at < $1) delete from mis.schedule_days where day < $2");
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddDays(-1)));
        await command.ExecuteNonQueryAsync(ct);
    }

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists mis;
            create table if not exists mis.directory (id int primary key, data jsonb not null, read_at timestamptz not null);
            create table if not exists mis.schedule_days (day date primary key, read_at timestamptz not null);
            create table if not exists mis.free_slots (
                id text primary key,
                practitioner_id text not null,
                location_id text not null,
                starts_at timestamptz not null,
                ends_at timestamptz not null,
                local_day date not null,
                local_minute int not null,
                taken_at timestamptz);
            create index if not exists free_slots_time on mis.free_slots (starts_at, id);
            create index if not exists free_slots_practitioner on mis.free_slots (practitioner_id, starts_at);
            """,
            cancellationToken);

    private const string Columns = "id, practitioner_id, location_id, starts_at, ends_at";

    /// <summary>The oldest reading of the days that were searched; without an end, of the days that were ever read.</summary>
    private async Task<DateTimeOffset?> ReadAtAsync(DateTimeOffset from, DateTimeOffset? to, CancellationToken ct)
    {
        var first = DateOnly.FromDateTime(from.UtcDateTime);
        var days = await ReadDaysAsync(first, to is { } end ? DateOnly.FromDateTime(end.UtcDateTime) : DateOnly.MaxValue, ct);
        return days.ContainsKey(first) ? days.Values.Min() : null;
    }

    private static async Task<IReadOnlyList<MisSlot>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var slots = new List<MisSlot>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            slots.Add(Slot(reader));
        }

        return slots;
    }

    private static MisSlot Slot(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4));

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
