using MedCrm.Contracts.Patients;
using MedCrm.Hosting;
using MedCrm.Patients.Mis;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Sync;

/// <summary>An appointment as our copy of the MIS has it.</summary>
/// <param name="Appointment">As last read. Of one that is gone: as it was.</param>
/// <param name="Gone">The MIS does not have it any more.</param>
/// <param name="ReadAt">UTC instant at which the reading that brought this began; what we wrote to the MIS later is not in it.</param>
public sealed record CopiedAppointment(MisAppointment Appointment, bool Gone, DateTimeOffset ReadAt);

/// <summary>
/// Our copy of the MIS's appointments: what is compared with ours, and by which a deletion is noticed where the MIS tells none. Kept by
/// <see cref="FollowAppointments"/>. A row that says something new is news until somebody has taken it in.
/// </summary>
internal sealed class AppointmentCopy(NpgsqlDataSource database) : BeforeStart
{
    /// <summary>Missing from one complete snapshot may be an accident of reading.</summary>
    private const int AbsencesOfTheGone = 2;

    private const string Columns = "id, version, status, patient_id, practitioner_id, location_id, starts_at, ends_at, request_key, service_id, absences, read_at";

    /// <summary>Takes over a page of changes and where to go on, in one commit.</summary>
    public async Task PutChangesAsync(IReadOnlyList<MisAppointment> changed, string cursor, DateTimeOffset readAt, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await PutAsync(connection, transaction, changed, readAt, ct);
        await using (var move = new NpgsqlCommand("insert into mis.followed (id, cursor) values (1, $1) on conflict (id) do update set cursor = excluded.cursor", connection, transaction))
        {
            move.Parameters.AddWithValue(cursor);
            await move.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Takes over a complete snapshot of a window; who is missing from it is counted as absent.</summary>
    /// <returns>Who has now been absent often enough to be asked for by name.</returns>
    public async Task<IReadOnlyList<string>> PutSnapshotAsync(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<MisAppointment> all, DateTimeOffset readAt, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await PutAsync(connection, transaction, all, readAt, ct);
        var missing = new List<string>();
        await using (var absent = new NpgsqlCommand(
            "update mis.appointments set absences = absences + 1 where starts_at >= $1 and starts_at < $2 and absences < $4 and read_at < $5 and not id = any($3) returning id, absences", connection, transaction))
        {
            absent.Parameters.AddWithValue(from);
            absent.Parameters.AddWithValue(until);
            absent.Parameters.AddWithValue(all.Select(one => one.Id).ToArray());
            absent.Parameters.AddWithValue(AbsencesOfTheGone);
            absent.Parameters.AddWithValue(readAt);
            await using var reader = await absent.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                if (reader.GetInt32(1) == AbsencesOfTheGone)
                {
                    missing.Add(reader.GetString(0));
                }
            }
        }

        await using (var done = new NpgsqlCommand("insert into mis.followed (id, snapshot_at) values (1, $1) on conflict (id) do update set snapshot_at = excluded.snapshot_at", connection, transaction))
        {
            done.Parameters.AddWithValue(readAt);
            await done.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return missing;
    }

    /// <summary>One appointment, read by itself: news, whatever it says.</summary>
    public async Task PutOneAsync(MisAppointment one, DateTimeOffset readAt, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await PutAsync(connection, transaction, [one], readAt, ct);
        await using (var read = new NpgsqlCommand("update mis.appointments set read_at = $2, is_news = true where id = $1 and read_at < $2", connection, transaction))
        {
            read.Parameters.AddWithValue(one.Id);
            read.Parameters.AddWithValue(readAt);
            await read.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Asked for by name, and the MIS does not have it.</summary>
    public async Task PutGoneAsync(string id, DateTimeOffset readAt, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update mis.appointments set absences = $2, is_news = true, read_at = $3 where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(AbsencesOfTheGone);
        command.Parameters.AddWithValue(readAt);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What nobody has taken in yet, the oldest first.</summary>
    public async Task<IReadOnlyList<CopiedAppointment>> NewsAsync(int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from mis.appointments where is_news order by read_at, id limit $1");
        command.Parameters.AddWithValue(limit);
        return await ReadAsync(command, ct);
    }

    /// <summary>Taken in; unless something newer came meanwhile.</summary>
    public async Task SettleAsync(IReadOnlyCollection<CopiedAppointment> news, CancellationToken ct)
    {
        if (news.Count == 0)
        {
            return;
        }

        await using var command = database.CreateCommand(
            "update mis.appointments a set is_news = false from unnest($1::text[], $2::timestamptz[]) as n(id, read_at) where a.id = n.id and a.read_at = n.read_at");
        command.Parameters.AddWithValue(news.Select(one => one.Appointment.Id).ToArray());
        command.Parameters.AddWithValue(news.Select(one => one.ReadAt).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Those of the given ids that the copy has.</summary>
    public async Task<IReadOnlyDictionary<string, CopiedAppointment>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return new Dictionary<string, CopiedAppointment>();
        }

        await using var command = database.CreateCommand($"select {Columns} from mis.appointments where id = any($1)");
        command.Parameters.AddWithValue(ids.ToArray());
        return (await ReadAsync(command, ct)).ToDictionary(one => one.Appointment.Id);
    }

    /// <summary>What the MIS has within a window, those that are gone left out.</summary>
    public async Task<IReadOnlyList<CopiedAppointment>> WithinAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from mis.appointments where starts_at >= $1 and starts_at < $2 and absences < $3");
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(until);
        command.Parameters.AddWithValue(AbsencesOfTheGone);
        return await ReadAsync(command, ct);
    }

    /// <summary>Appointments to come of patients who were linked to a contact since the last look become news: until now they were a stranger's. A link that commits out of order is found by the nightly reconciliation.</summary>
    public async Task AnnounceRecognisedAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with head as (select coalesce(max(seq_id), 0) as seq from patients.mt_events),
            before as (select coalesce((select linked_seq from mis.followed where id = 1), (select seq from head)) as seq),
            linked as (select distinct e.data ->> 'patientId' as patient_id from patients.mt_events e, before, head where e.seq_id > before.seq and e.seq_id <= head.seq and e.type = 'patient_linked'),
            announced as (update mis.appointments a set is_news = true from linked where a.patient_id = linked.patient_id and a.starts_at > $1)
            insert into mis.followed (id, linked_seq) select 1, seq from head on conflict (id) do update set linked_seq = excluded.linked_seq where followed.linked_seq is distinct from excluded.linked_seq
            """);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Where the reading of changes goes on, and when the last complete snapshot began. Nulls: never.</summary>
    public async Task<(string? Cursor, DateTimeOffset? SnapshotAt)> PositionAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select cursor, snapshot_at from mis.followed where id = 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (await reader.IsDBNullAsync(0, ct) ? null : reader.GetString(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetFieldValue<DateTimeOffset>(1))
            : (null, null);
    }

    /// <summary>What was over long ago is nobody's business any more.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from mis.appointments where starts_at < $1");
        command.Parameters.AddWithValue(before);
        await command.ExecuteNonQueryAsync(ct);
    }

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists mis;
            create table if not exists mis.appointments (
                id text primary key,
                version text,
                status text not null,
                patient_id text not null,
                practitioner_id text not null,
                location_id text not null,
                starts_at timestamptz not null,
                ends_at timestamptz not null,
                request_key text,
                service_id text,
                absences int not null default 0,
                read_at timestamptz not null,
                is_news boolean not null default true);
            create index if not exists appointments_time on mis.appointments (starts_at);
            create index if not exists appointments_patient on mis.appointments (patient_id, starts_at);
            create index if not exists appointments_news on mis.appointments (read_at, id) where is_news;
            create table if not exists mis.followed (id int primary key, cursor text, snapshot_at timestamptz, linked_seq bigint);
            """,
            cancellationToken);

    /// <summary>What is as it was is left alone, and a reading that began earlier never covers a later one.</summary>
    private static async Task PutAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<MisAppointment> read, DateTimeOffset readAt, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into mis.appointments as a (id, version, status, patient_id, practitioner_id, location_id, starts_at, ends_at, request_key, service_id, read_at)
            select i.*, $11 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[]) as i
            on conflict (id) do update set version = excluded.version, status = excluded.status, patient_id = excluded.patient_id, practitioner_id = excluded.practitioner_id,
                location_id = excluded.location_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at, request_key = excluded.request_key, service_id = excluded.service_id,
                absences = 0, read_at = excluded.read_at, is_news = true
                where a.read_at <= excluded.read_at and (a.absences > 0
                    or (a.version, a.status, a.patient_id, a.practitioner_id, a.location_id, a.starts_at, a.ends_at, a.request_key, a.service_id)
                    is distinct from (excluded.version, excluded.status, excluded.patient_id, excluded.practitioner_id, excluded.location_id, excluded.starts_at, excluded.ends_at, excluded.request_key, excluded.service_id))
            """, connection, transaction);
        var one = read.DistinctBy(appointment => appointment.Id).ToList();
        Add(one.Select(appointment => appointment.Id));
        Add(one.Select(appointment => appointment.Version));
        Add(one.Select(appointment => appointment.Status.ToString()));
        Add(one.Select(appointment => appointment.PatientId));
        Add(one.Select(appointment => appointment.PractitionerId));
        Add(one.Select(appointment => appointment.LocationId));
        command.Parameters.AddWithValue(one.Select(appointment => appointment.Start).ToArray());
        command.Parameters.AddWithValue(one.Select(appointment => appointment.End).ToArray());
        Add(one.Select(appointment => appointment.Key));
        Add(one.Select(appointment => appointment.ServiceId));
        command.Parameters.AddWithValue(readAt);
        await command.ExecuteNonQueryAsync(ct);

        void Add(IEnumerable<string?> values) => command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());
    }

    private static async Task<IReadOnlyList<CopiedAppointment>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var found = new List<CopiedAppointment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found.Add(new CopiedAppointment(
                new MisAppointment(
                    reader.GetString(0), Text(1), Enum.Parse<AppointmentStatus>(reader.GetString(2)), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                    reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7), Text(8), Text(9)),
                reader.GetInt32(10) >= AbsencesOfTheGone, reader.GetFieldValue<DateTimeOffset>(11)));
        }

        return found;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
