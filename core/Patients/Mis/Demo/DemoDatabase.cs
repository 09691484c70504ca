using System.Globalization;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Mis.Demo;

/// <summary>
/// The demo MIS itself, without the adapter: a schema nobody else reads, its rules, and what its own people do on their own screen. Like most Russian MISes it
/// keeps clock times without a zone.
/// </summary>
internal sealed class DemoDatabase(NpgsqlDataSource database, ClinicTime time, TimeProvider clock) : BeforeStart
{
    private const int DaysAhead = 30;
    public static readonly TimeSpan SlotLength = TimeSpan.FromMinutes(30);

    private const string Columns = "id, version, status, patient_id, practitioner_id, starts_at, request_key, service_id";

    /// <summary>What came of a write, in the demo MIS's own words.</summary>
    internal enum Answer
    {
        Done,
        NoPatient,
        NoSlot,
        NoAppointment,
        Taken,
        Changed,
    }

    public NpgsqlDataSource Source => database;

    public static string SlotId(int practitioner, DateTime start) => string.Create(CultureInfo.InvariantCulture, $"{practitioner}-{start:yyyyMMdd'T'HHmm}");

    public static bool TrySlotId(string id, out int practitioner, out DateTime start)
    {
        start = default;
        practitioner = 0;
        return id.Split('-') is [var who, var when]
            && int.TryParse(who, NumberStyles.None, CultureInfo.InvariantCulture, out practitioner)
            && DateTime.TryParseExact(when, "yyyyMMdd'T'HHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out start);
    }

    /// <summary>Books, for us or for a receptionist (no key). The same key again is the same appointment.</summary>
    public Task<(Answer Answer, MisAppointment? Appointment)> BookAsync(int patient, int practitioner, DateTime start, string? key, string? service, CancellationToken ct) => WriteAsync(async transaction =>
    {
        if (key is not null && await FindAsync(transaction, "request_key = $1", [key], ct) is { } before)
        {
            return (Answer.Done, before);
        }

        if (await ScalarAsync(transaction, "select 1 from demo_mis.patients where id = $1 and merged_into is null", [patient], ct) is null)
        {
            return (Answer.NoPatient, null);
        }

        return await TakeAsync(transaction, practitioner, start, key, ct) is { } refusal
            ? (refusal, null)
            : (Answer.Done, await FindAsync(
                transaction,
                await ScalarAsync(
                    transaction,
                    "insert into demo_mis.appointments (status, patient_id, practitioner_id, starts_at, request_key, service_id, changed_at) values ('Booked', $1, $2, $3, $4, $5, $6) returning id",
                    [patient, practitioner, start, key, service, clock.GetUtcNow()], ct),
                ct));
    }, ct);

    /// <summary>Moves. Without a version: on the MIS's own screen, which asks nobody.</summary>
    public Task<(Answer Answer, MisAppointment? Appointment)> MoveAsync(int id, int? version, int practitioner, DateTime start, string? key, CancellationToken ct) => WriteAsync(async transaction =>
    {
        if (await FindAsync(transaction, id, ct) is not { } appointment || !appointment.Status.Stands())
        {
            return (Answer.NoAppointment, null);
        }

        if (appointment.PractitionerId == Text(practitioner) && appointment.Start == time.Instant(start, DemoClinic.LocationOf(practitioner)))
        {
            return (Answer.Done, appointment);
        }

        if (version is not null && appointment.Version != Text(version.Value))
        {
            return (Answer.Changed, appointment);
        }

        if (await TakeAsync(transaction, practitioner, start, key, ct) is { } refusal)
        {
            return (refusal, null);
        }

        await FreeAsync(transaction, id, ct);
        await ChangeAsync(transaction, id, "practitioner_id = $2, starts_at = $3", [practitioner, start], ct);
        return (Answer.Done, await FindAsync(transaction, id, ct));
    }, ct);

    /// <summary>Cancels, or says that the patient came or did not come.</summary>
    public Task<(Answer Answer, MisAppointment? Appointment)> SetStatusAsync(int id, int? version, AppointmentStatus status, CancellationToken ct) => WriteAsync(async transaction =>
    {
        if (await FindAsync(transaction, id, ct) is not { } appointment)
        {
            return (Answer.NoAppointment, null);
        }

        if (appointment.Status == status)
        {
            return (Answer.Done, appointment);
        }

        if (version is not null && appointment.Version != Text(version.Value))
        {
            return (Answer.Changed, appointment);
        }

        if (!status.Stands())
        {
            await FreeAsync(transaction, id, ct);
        }

        await ChangeAsync(transaction, id, "status = $2", [status.ToString()], ct);
        return (Answer.Done, await FindAsync(transaction, id, ct));
    }, ct);

    /// <summary>Removes without a trace, as no MIS should and some do.</summary>
    public Task DeleteAsync(int id, CancellationToken ct) => WriteAsync<object?>(async transaction =>
    {
        await FreeAsync(transaction, id, ct);
        await ScalarAsync(transaction, "delete from demo_mis.appointments where id = $1", [id], ct);
        return null;
    }, ct);

    /// <summary>Two cards were one person's: appointments go to the one that remains.</summary>
    public Task MergePatientsAsync(int gone, int remains, CancellationToken ct) => WriteAsync<object?>(async transaction =>
    {
        await ScalarAsync(transaction, "update demo_mis.patients set merged_into = $2 where id = $1", [gone, remains], ct);
        await ScalarAsync(transaction, "update demo_mis.appointments set patient_id = $2, version = version + 1, changed_seq = nextval('demo_mis.change_number'), changed_at = $3 where patient_id = $1", [gone, remains, clock.GetUtcNow()], ct);
        return null;
    }, ct);

    /// <summary>Keeps a slot; the same key again keeps it longer.</summary>
    public Task<Answer> HoldAsync(int practitioner, DateTime start, string key, DateTimeOffset until, CancellationToken ct) => WriteAsync(async transaction =>
    {
        if (await RefusalAsync(transaction, practitioner, start, key, ct) is { } refusal)
        {
            return refusal;
        }

        await ScalarAsync(
            transaction,
            "insert into demo_mis.holds (request_key, practitioner_id, starts_at, expires_at) values ($1, $2, $3, $4) on conflict (request_key) do update set practitioner_id = $2, starts_at = $3, expires_at = $4",
            [key, practitioner, start, until], ct);
        return Answer.Done;
    }, ct);

    public async Task ReleaseAsync(string key, CancellationToken ct)
    {
        await using var command = Command(database.CreateCommand("delete from demo_mis.holds where request_key = $1"), [key]);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<MisAppointment?> FindAppointmentAsync(string where, object?[] values, CancellationToken ct) => await AppointmentsAsync($"where {where}", values, ct) is [var found, ..] ? found : null;

    public async Task<IReadOnlyList<MisAppointment>> AppointmentsAsync(string tail, object?[] values, CancellationToken ct)
    {
        await using var command = Command(database.CreateCommand($"select {Columns} from demo_mis.appointments {tail}"), values);
        return await ReadAsync(command, ct);
    }

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand(
            """
            select pg_advisory_lock(7304);
            create schema if not exists demo_mis;
            create table if not exists demo_mis.branches (id int primary key, name text not null);
            create table if not exists demo_mis.practitioners (id int primary key, name text not null, specialty text not null, branch_id int not null references demo_mis.branches);
            create table if not exists demo_mis.patients (id int primary key, family text not null, given text not null, patronymic text, birth_on date, phone text, email text);
            create sequence if not exists demo_mis.patient_number start 100001;
            alter table demo_mis.patients alter column id set default nextval('demo_mis.patient_number');
            alter table demo_mis.patients add column if not exists merged_into int;
            alter table demo_mis.patients add column if not exists request_key text unique;
            create index if not exists patients_phone on demo_mis.patients (phone);
            create index if not exists patients_email on demo_mis.patients (email);
            create table if not exists demo_mis.slots (practitioner_id int not null references demo_mis.practitioners, starts_at timestamp not null, free boolean not null, primary key (practitioner_id, starts_at));
            create index if not exists slots_time on demo_mis.slots (starts_at) where free;
            create sequence if not exists demo_mis.change_number;
            create table if not exists demo_mis.appointments (
                id int primary key generated always as identity,
                version int not null default 1,
                status text not null,
                patient_id int not null references demo_mis.patients,
                practitioner_id int not null,
                starts_at timestamp not null,
                request_key text unique,
                service_id text,
                changed_seq bigint not null default nextval('demo_mis.change_number'),
                changed_at timestamptz not null,
                foreign key (practitioner_id, starts_at) references demo_mis.slots);
            create unique index if not exists one_appointment_a_slot on demo_mis.appointments (practitioner_id, starts_at) where status not in ('Cancelled', 'NoShow');
            create index if not exists appointments_changed on demo_mis.appointments (changed_seq);
            create table if not exists demo_mis.holds (request_key text primary key, practitioner_id int not null, starts_at timestamp not null, expires_at timestamptz not null);
            create table if not exists demo_mis.faults (id int primary key generated always as identity, operation text not null, kind text not null, remaining int not null, delay_ms int not null default 0);
            """, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await FillAsync(connection, cancellationToken);
        await using var unlock = new NpgsqlCommand("select pg_advisory_unlock(7304)", connection);
        await unlock.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static NpgsqlCommand Command(NpgsqlCommand command, object?[] values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(value switch
            {
                null => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = DBNull.Value },
                _ => new NpgsqlParameter { Value = value },
            });
        }

        return command;
    }

    /// <summary>One write after another: the numbers of changes are then in the order of their commits.</summary>
    private async Task<T> WriteAsync<T>(Func<NpgsqlTransaction, Task<T>> write, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ScalarAsync(transaction, "select pg_advisory_xact_lock(7305)", [], ct);
        var answer = await write(transaction);
        await transaction.CommitAsync(ct);
        return answer;
    }

    /// <summary>Takes a slot. Null: it is ours.</summary>
    private async Task<Answer?> TakeAsync(NpgsqlTransaction transaction, int practitioner, DateTime start, string? key, CancellationToken ct)
    {
        if (await RefusalAsync(transaction, practitioner, start, key, ct) is { } refusal)
        {
            return refusal;
        }

        await ScalarAsync(transaction, "update demo_mis.slots set free = false where practitioner_id = $1 and starts_at = $2", [practitioner, start], ct);
        return null;
    }

    private async Task<Answer?> RefusalAsync(NpgsqlTransaction transaction, int practitioner, DateTime start, string? key, CancellationToken ct) =>
        await ScalarAsync(
            transaction,
            "select free and not exists (select from demo_mis.holds h where h.practitioner_id = s.practitioner_id and h.starts_at = s.starts_at and h.expires_at > $3 and h.request_key is distinct from $4) from demo_mis.slots s where practitioner_id = $1 and starts_at = $2",
            [practitioner, start, clock.GetUtcNow(), key], ct) switch
        {
            true => null,
            false => Answer.Taken,
            _ => Answer.NoSlot,
        };

    private static Task<object?> FreeAsync(NpgsqlTransaction transaction, int id, CancellationToken ct) => ScalarAsync(
        transaction,
        "update demo_mis.slots s set free = true from demo_mis.appointments a where a.id = $1 and a.status not in ('Cancelled', 'NoShow') and s.practitioner_id = a.practitioner_id and s.starts_at = a.starts_at",
        [id], ct);

    private Task<object?> ChangeAsync(NpgsqlTransaction transaction, int id, string set, object?[] values, CancellationToken ct) => ScalarAsync(
        transaction,
        string.Create(CultureInfo.InvariantCulture, $"update demo_mis.appointments set {set}, version = version + 1, changed_seq = nextval('demo_mis.change_number'), changed_at = ${values.Length + 2} where id = $1"),
        [id, .. values, clock.GetUtcNow()], ct);

    private Task<MisAppointment?> FindAsync(NpgsqlTransaction transaction, object? id, CancellationToken ct) => FindAsync(transaction, "id = $1", [id], ct);

    private async Task<MisAppointment?> FindAsync(NpgsqlTransaction transaction, string where, object?[] values, CancellationToken ct)
    {
        await using var command = Command(new NpgsqlCommand($"select {Columns} from demo_mis.appointments where {where}", transaction.Connection, transaction), values);
        return await ReadAsync(command, ct) is [var found, ..] ? found : null;
    }

    private async Task<IReadOnlyList<MisAppointment>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var found = new List<MisAppointment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var location = DemoClinic.LocationOf(reader.GetInt32(4));
            var start = time.Instant(reader.GetDateTime(5), location)!.Value;
            found.Add(new MisAppointment(
                Text(reader.GetInt32(0)), Text(reader.GetInt32(1)), Enum.Parse<AppointmentStatus>(reader.GetString(2)), Text(reader.GetInt32(3)), Text(reader.GetInt32(4)), location,
                start, start + SlotLength, reader.IsDBNull(6) ? null : reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetString(7)));
        }

        return found;
    }

    private static async Task<object?> ScalarAsync(NpgsqlTransaction transaction, string sql, object?[] values, CancellationToken ct)
    {
        await using var command = Command(new NpgsqlCommand(sql, transaction.Connection, transaction), values);
        return await command.ExecuteScalarAsync(ct);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds what is missing; what a visitor changed stays.</summary>
    private async Task FillAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (id, name) in DemoClinic.Branches)
        {
            Add("insert into demo_mis.branches values ($1, $2) on conflict do nothing", id, name);
        }

        foreach (var (id, name, specialty, branch) in DemoClinic.Practitioners())
        {
            Add("insert into demo_mis.practitioners values ($1, $2, $3, $4) on conflict do nothing", id, name, specialty, branch);
        }

        foreach (var patient in DemoClinic.Patients().Take(DemoClinic.PatientCount))
        {
            Add(
                "insert into demo_mis.patients values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
                int.Parse(patient.Id, CultureInfo.InvariantCulture), patient.Family, patient.Given, (object?)patient.Patronymic ?? DBNull.Value,
                (object?)patient.BirthOn ?? DBNull.Value, (object?)patient.Phone ?? DBNull.Value, (object?)patient.Email ?? DBNull.Value);
        }

        foreach (var (practitioner, _, _, branch) in DemoClinic.Practitioners())
        {
            var today = DateOnly.FromDateTime(time.Local(clock.GetUtcNow(), Text(branch)));
            var slots = Enumerable.Range(0, DaysAhead).Select(today.AddDays).SelectMany(day => DemoClinic.Slots(practitioner, day).Select(slot => (At: day.ToDateTime(slot.Start), slot.Free))).ToArray();
            Add(
                "insert into demo_mis.slots select $1, starts_at, free from unnest($2::timestamp[], $3::boolean[]) as s(starts_at, free) on conflict do nothing",
                practitioner, slots.Select(slot => slot.At).ToArray(), slots.Select(slot => slot.Free).ToArray());
        }

        await batch.ExecuteNonQueryAsync(ct);

        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values)
            {
                command.Parameters.AddWithValue(value);
            }

            batch.BatchCommands.Add(command);
        }
    }
}
