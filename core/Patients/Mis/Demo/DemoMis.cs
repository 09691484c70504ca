using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Mis.Demo;

/// <summary>A MIS of our own, so that the hub can be tried and tested without a clinic's. It keeps its data in a schema nobody else reads.</summary>
internal sealed class DemoMis(NpgsqlDataSource database, TimeProvider clock) : IMisGateway, IHostedLifecycleService
{
    private const int DaysAhead = 30;

    public async Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand(
                "select id, family, given, patronymic, birth_on, phone, email from demo_mis.patients where phone = $1 or email = $2 order by id limit 20");
            command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)phone ?? DBNull.Value);
            command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)email ?? DBNull.Value);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var found = new List<MisPatient>();
            while (await reader.ReadAsync(ct))
            {
                found.Add(new MisPatient(
                    reader.GetInt32(0).ToString(System.Globalization.CultureInfo.InvariantCulture), reader.GetString(1), reader.GetString(2), Text(3),
                    reader.IsDBNull(4) ? null : reader.GetFieldValue<DateOnly>(4), Text(5), Text(6)));
            }

            return found;

            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            throw new MisUnavailableException("The demo MIS's database does not answer.", e);
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand(
            """
            create schema if not exists demo_mis;
            create table if not exists demo_mis.branches (id int primary key, name text not null);
            create table if not exists demo_mis.practitioners (id int primary key, name text not null, specialty text not null, branch_id int not null references demo_mis.branches);
            create table if not exists demo_mis.patients (id int primary key, family text not null, given text not null, patronymic text, birth_on date, phone text, email text);
            create index if not exists patients_phone on demo_mis.patients (phone);
            create index if not exists patients_email on demo_mis.patients (email);
            create table if not exists demo_mis.slots (practitioner_id int not null references demo_mis.practitioners, starts_at timestamp not null, free boolean not null, primary key (practitioner_id, starts_at));
            """, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await FillAsync(connection, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
                int.Parse(patient.Id, System.Globalization.CultureInfo.InvariantCulture), patient.Family, patient.Given, (object?)patient.Patronymic ?? DBNull.Value,
                (object?)patient.BirthOn ?? DBNull.Value, (object?)patient.Phone ?? DBNull.Value, (object?)patient.Email ?? DBNull.Value);
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        foreach (var (practitioner, _, _, _) in DemoClinic.Practitioners())
        {
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
