using System.Globalization;
using MedCrm.Contracts.Patients;
using Npgsql;

namespace MedCrm.Patients.Mis.Demo;

/// <summary>The adapter to the demo MIS, so that the hub can be tried and tested without a clinic's. It can do everything a good MIS can, and fail in every way a bad one does.</summary>
internal sealed class DemoMis(DemoDatabase mis, DemoFaults faults, ClinicTime time, TimeProvider clock) : IMisGateway
{
    private const string PatientColumns = "id, family, given, patronymic, birth_on, phone, email";

    public MisCapabilities Capabilities =>
        MisCapabilities.PatientWrite | MisCapabilities.Hold | MisCapabilities.AtomicMove | MisCapabilities.Versioned | MisCapabilities.KeepsKey | MisCapabilities.ChangeFeed | MisCapabilities.Confirm | MisCapabilities.FindByEmail | MisCapabilities.ListPatients;

    public Task<MisProbe> ProbeAsync(CancellationToken ct) => ReadAsync("probe", async fault =>
    {
        await using var command = mis.Source.CreateCommand("select 1");
        await command.ExecuteScalarAsync(ct);
        return new MisProbe("MedCrm demo MIS", fault is { Kind: DemoFault.ClockSkew } skew ? skew.Delay : TimeSpan.Zero);
    }, ct);

    public Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct) => ReadAsync("directory", async _ =>
    {
        var locations = await ListAsync("select id, name from demo_mis.branches order by id", reader => new MisLocation(Text(reader.GetInt32(0)), reader.GetString(1), time.ZoneOf(Text(reader.GetInt32(0)))), [], ct);
        var practitioners = await ListAsync(
            "select id, name, specialty, branch_id from demo_mis.practitioners order by id",
            reader => new MisPractitioner(Text(reader.GetInt32(0)), reader.GetString(1), [reader.GetString(2)], [Text(reader.GetInt32(3))]), [], ct);
        // The demo MIS knows its specialties by their names, and one service for each: a visit.
        var specialties = practitioners.SelectMany(practitioner => practitioner.SpecialtyIds).Distinct().Select(name => new MisSpecialty(name, name)).ToList();
        return new MisDirectory(locations, practitioners, specialties, [.. specialties.Select(specialty => new MisService($"visit:{specialty.Id}", $"Приём: {specialty.Name.ToLowerInvariant()}", specialty.Id, DemoDatabase.SlotLength))]);
    }, ct);

    public Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct) => ReadAsync("slots", async _ =>
    {
        // A day more on each side: clock times of all zones fall within it.
        var found = await ListAsync(
            """
            select practitioner_id, starts_at from demo_mis.slots s
            where free and starts_at >= $1 and starts_at < $2 and ($3::int is null or practitioner_id = $3)
              and not exists (select from demo_mis.holds h where h.practitioner_id = s.practitioner_id and h.starts_at = s.starts_at and h.expires_at > $4)
            """,
            reader => (Practitioner: reader.GetInt32(0), Start: reader.GetDateTime(1)),
            [window.From.UtcDateTime.AddDays(-1).AsClock(), window.To.UtcDateTime.AddDays(1).AsClock(), window.PractitionerId is { } one ? Number(one) : DBNull.Value, clock.GetUtcNow()], ct);
        return (IReadOnlyList<MisSlot>)[.. found.Select(slot => Slot(slot.Practitioner, slot.Start)).OfType<MisSlot>().Where(slot => slot.Start >= window.From && slot.Start < window.To).OrderBy(slot => slot.Start).ThenBy(slot => slot.Id, StringComparer.Ordinal)];
    }, ct);

    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) =>
        ReadAsync("find-patients", _ => PatientsAsync("merged_into is null and (phone = $1 or email = $2) order by id limit 20", [phone, email], ct), ct);

    /// <summary>In the order of their ids: who is new comes after the end, who has changed only when the list is read anew.</summary>
    public Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync("list-patients", async _ =>
    {
        var after = cursor is null ? 0 : Number(cursor);
        var rows = await PatientsAsync("id > $1 order by id limit $2", [after, limit + 1], ct);
        var page = rows.Take(limit).ToList();
        var ids = page.Select(patient => Number(patient.Id)).ToArray();
        var gone = (await ListAsync("select id from demo_mis.patients where merged_into is not null and id = any($1)", reader => Text(reader.GetInt32(0)), [ids], ct)).ToHashSet(StringComparer.Ordinal);
        return new PatientPage([.. page.Where(patient => !gone.Contains(patient.Id))], [.. gone], page is [.., var last] ? last.Id : cursor ?? "0", rows.Count > limit);
    }, ct);

    public Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct) =>
        ReadAsync("get-patient", async _ => await PatientsAsync("id = (select coalesce(merged_into, id) from demo_mis.patients where id = $1)", [Number(id)], ct) is [var found, ..] ? found : null, ct);

    public Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct) =>
        ReadAsync("find-created-patient", async _ => await PatientsAsync("request_key = $1", [key.Value], ct) is [var found, ..] ? found : null, ct);

    public Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisPatient>("create-patient", async fault =>
    {
        if (await PatientsAsync("request_key = $1", [key.Value], ct) is [var before, ..])
        {
            return new MisResult<MisPatient>.Ok(before);
        }

        // What most MISes call the same person: all names and the day of birth.
        var twins = await PatientsAsync("merged_into is null and lower(family) = lower($1) and lower(given) = lower($2) and patronymic is not distinct from $3 and birth_on = $4", [patient.Family, patient.Given, patient.Patronymic, patient.BirthOn is { } born ? born : DBNull.Value], ct);
        if (twins.Count > 0 || fault?.Kind == DemoFault.Duplicate)
        {
            return new MisResult<MisPatient>.DuplicatePatient(twins.Count > 0 ? twins : await PatientsAsync("phone = $1", [patient.Phone], ct));
        }

        await using var command = DemoDatabase.Command(
            mis.Source.CreateCommand("insert into demo_mis.patients (family, given, patronymic, birth_on, phone, email, request_key) values ($1, $2, $3, $4, $5, $6, $7) on conflict (request_key) do nothing"),
            [patient.Family, patient.Given, patient.Patronymic, patient.BirthOn is { } birth ? birth : DBNull.Value, patient.Phone, patient.Email, key.Value]);
        await command.ExecuteNonQueryAsync(ct);
        return new MisResult<MisPatient>.Ok((await PatientsAsync("request_key = $1", [key.Value], ct))[0]);
    }, ct);

    public Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisHold>("hold", async fault =>
    {
        var until = clock.GetUtcNow() + duration;
        var answer = fault?.Kind == DemoFault.SlotTaken ? DemoDatabase.Answer.Taken
            : DemoDatabase.TrySlotId(slot.Id, out var practitioner, out var start) ? await mis.HoldAsync(practitioner, start, key.Value, until, ct)
            : DemoDatabase.Answer.NoSlot;
        return answer == DemoDatabase.Answer.Done ? new MisResult<MisHold>.Ok(new MisHold(key.Value, slot, until)) : Refusal<MisHold>(answer, null);
    }, ct);

    public Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct) => WriteAsync<MisHold>("release", async _ =>
    {
        await mis.ReleaseAsync(hold.Id, ct);
        return new MisResult<MisHold>.Ok(hold);
    }, ct);

    public Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct) => WriteAsync("book", fault => SlotWriteAsync(
        fault, appointment.Slot, (practitioner, start) => mis.BookAsync(Number(appointment.PatientId), practitioner, start, key.Value, appointment.ServiceId, ct)), ct);

    public Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct) => WriteAsync("reschedule", fault => SlotWriteAsync(
        fault, target, (practitioner, start) => mis.MoveAsync(Number(appointment.Id), Version(appointment), practitioner, start, key.Value, ct)), ct);

    public Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct) =>
        WriteAsync("cancel", async _ => Result(await mis.SetStatusAsync(Number(appointment.Id), Version(appointment), AppointmentStatus.Cancelled, ct)), ct);

    public Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct) => WriteAsync<MisAppointment>("confirm", async _ =>
        await mis.FindAppointmentAsync("id = $1", [Number(appointment.Id)], ct) is { } found ? new MisResult<MisAppointment>.Ok(found) : new MisResult<MisAppointment>.NotFound("appointment"), ct);

    public Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct) => ReadAsync("get-appointment", _ => mis.FindAppointmentAsync("id = $1", [Number(id)], ct), ct);

    public Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct) => ReadAsync("find-appointment", _ => mis.FindAppointmentAsync("request_key = $1", [key.Value], ct), ct);

    public Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync("changes", async _ =>
    {
        if (cursor is null)
        {
            var last = await ListAsync("select coalesce(max(changed_seq), 0) from demo_mis.appointments", reader => reader.GetInt64(0), [], ct);
            return new ChangePage([], last[0].ToString(CultureInfo.InvariantCulture), false);
        }

        var numbers = await ListAsync(
            "select id, changed_seq from demo_mis.appointments where changed_seq > $1 order by changed_seq limit $2", reader => (Id: reader.GetInt32(0), At: reader.GetInt64(1)),
            [long.Parse(cursor, CultureInfo.InvariantCulture), limit + 1], ct);
        var page = numbers.Take(limit).ToList();
        var items = await mis.AppointmentsAsync("where id = any($1) order by changed_seq", [page.Select(change => change.Id).ToArray()], ct);
        return new ChangePage(items, page.Count == 0 ? cursor : page[^1].At.ToString(CultureInfo.InvariantCulture), numbers.Count > limit);
    }, ct);

    public Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) => ReadAsync("appointments", async _ =>
    {
        var all = await mis.AppointmentsAsync("where starts_at >= $1 and starts_at < $2", [from.UtcDateTime.AddDays(-1).AsClock(), until.UtcDateTime.AddDays(1).AsClock()], ct);
        return (IReadOnlyList<MisAppointment>)[.. all.Where(one => one.Start >= from && one.Start < until).OrderBy(one => one.Start).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }, ct);

    private static async Task<MisResult<MisAppointment>> SlotWriteAsync(
        (DemoFault Kind, TimeSpan Delay)? fault, MisSlot slot, Func<int, DateTime, Task<(DemoDatabase.Answer Answer, MisAppointment? Appointment)>> write) =>
        fault?.Kind == DemoFault.SlotTaken ? Refusal<MisAppointment>(DemoDatabase.Answer.Taken, null)
        : DemoDatabase.TrySlotId(slot.Id, out var practitioner, out var start) ? Result(await write(practitioner, start))
        : Refusal<MisAppointment>(DemoDatabase.Answer.NoSlot, null);

    private static MisResult<MisAppointment> Result((DemoDatabase.Answer Answer, MisAppointment? Appointment) written) =>
        written.Answer == DemoDatabase.Answer.Done ? new MisResult<MisAppointment>.Ok(written.Appointment!) : Refusal<MisAppointment>(written.Answer, written.Appointment);

    private static MisResult<T> Refusal<T>(DemoDatabase.Answer answer, MisAppointment? current) => answer switch
    {
        DemoDatabase.Answer.Taken => new MisResult<T>.SlotTaken([]),
        DemoDatabase.Answer.NoPatient => new MisResult<T>.NotFound("patient"),
        DemoDatabase.Answer.NoSlot => new MisResult<T>.NotFound("slot"),
        DemoDatabase.Answer.NoAppointment => new MisResult<T>.NotFound("appointment"),
        DemoDatabase.Answer.Changed => new MisResult<T>.VersionConflict(current),
        _ => throw new InvalidOperationException($"{answer} is no refusal."),
    };

    private async Task<T> ReadAsync<T>(string operation, Func<(DemoFault Kind, TimeSpan Delay)?, Task<T>> read, CancellationToken ct)
    {
        try
        {
            var fault = await faults.NextAsync(operation, ct);
            switch (fault?.Kind)
            {
                case DemoFault.Slow:
                    await Task.Delay(fault.Value.Delay, clock, ct);
                    break;
                case DemoFault.TimeoutAfterCommit:
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
                    break;
                case DemoFault.Down or DemoFault.TextError or DemoFault.Nonsense:
                    throw new MisUnavailableException($"The demo MIS was asked to fail: {fault.Value.Kind}.");
                case DemoFault.Broken:
                    throw new InvalidOperationException("The demo adapter was asked to break.");
            }

            return await read(fault);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            throw new MisUnavailableException("The demo MIS's database does not answer.", e);
        }
    }

    private async Task<MisResult<T>> WriteAsync<T>(string operation, Func<(DemoFault Kind, TimeSpan Delay)?, Task<MisResult<T>>> write, CancellationToken ct)
    {
        (DemoFault Kind, TimeSpan Delay)? fault;
        try
        {
            fault = await faults.NextAsync(operation, ct);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return new MisResult<T>.Transient(null);
        }

        switch (fault?.Kind)
        {
            case DemoFault.Slow:
                await Task.Delay(fault.Value.Delay, clock, ct);
                break;
            case DemoFault.Down:
                return new MisResult<T>.Transient(null);
            case DemoFault.TextError or DemoFault.Nonsense:
                return new MisResult<T>.Unknown("Внутренняя ошибка: не удалось записать объект");
        }

        try
        {
            var result = await write(fault);
            if (fault?.Kind == DemoFault.TimeoutAfterCommit)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
            }

            return fault?.Kind == DemoFault.Broken ? throw new InvalidOperationException("The demo adapter was asked to break.") : result;
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return new MisResult<T>.Unknown("The demo MIS's database went away.");
        }
    }

    private MisSlot? Slot(int practitioner, DateTime start)
    {
        var location = DemoClinic.LocationOf(practitioner);
        // A clock time that clocks jumped over is nobody's.
        return time.Instant(start, location) is { } at ? new MisSlot(DemoDatabase.SlotId(practitioner, start), Text(practitioner), location, at, at + DemoDatabase.SlotLength) : null;
    }

    private Task<IReadOnlyList<MisPatient>> PatientsAsync(string where, object?[] values, CancellationToken ct) => ListAsync(
        $"select {PatientColumns} from demo_mis.patients where {where}",
        reader => new MisPatient(
            Text(reader.GetInt32(0)), reader.GetString(1), reader.GetString(2), Nullable(reader, 3), reader.IsDBNull(4) ? null : reader.GetFieldValue<DateOnly>(4), Nullable(reader, 5), Nullable(reader, 6)),
        values, ct);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> row, object?[] values, CancellationToken ct)
    {
        await using var command = DemoDatabase.Command(mis.Source.CreateCommand(sql), values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(row(reader));
        }

        return found;
    }

    private static string? Nullable(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static int? Version(MisAppointment appointment) => appointment.Version is { } version ? Number(version) : null;

    /// <summary>An id that is none of ours is nobody's.</summary>
    private static int Number(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

file static class Clock
{
    /// <summary>PostgreSQL's timestamp without a zone.</summary>
    public static DateTime AsClock(this DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
}
