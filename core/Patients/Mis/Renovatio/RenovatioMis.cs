using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Contracts.Patients;
using static MedCrm.Patients.Mis.Renovatio.RenovatioApi;

namespace MedCrm.Patients.Mis.Renovatio;

/// <summary>
/// Renovatio (rnova.org). It keeps no keys, no versions, no feed of changes and no zones, and looks for overlaps only when asked to. So every booking asks
/// (<c>check_intersection</c>), carries our tag in its comment, and is found again by tag, or by patient, doctor and start.
/// </summary>
internal sealed class RenovatioMis(RenovatioApi api, ClinicTime time) : IMisGateway
{
    private const string Clock = "dd.MM.yyyy HH:mm";
    private const string Date = "dd.MM.yyyy";
    private const string Source = "MedCrm";

    public MisCapabilities Capabilities => MisCapabilities.PatientWrite | MisCapabilities.Confirm;

    public Task<MisProbe> ProbeAsync(CancellationToken ct) => ReadAsync(async () =>
    {
        var clinics = Rows(await api.CallAsync("getClinics", ct));
        return new MisProbe($"Renovatio, {clinics.Count} clinics", null);
    });

    public Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct) => ReadAsync(async () =>
    {
        var clinics = Rows(await api.CallAsync("getClinics", ct));
        var professions = Rows(await api.CallAsync("getProfessions", ct));
        var users = Rows(await api.CallAsync("getUsers", ct));
        var services = Rows(await api.CallAsync("getServices", ct));
        var known = professions.Select(row => Text(row, "id")).ToHashSet();
        return new MisDirectory(
            [.. clinics.Select(row => new MisLocation(Text(row, "id"), Text(row, "title"), time.ZoneOf(Text(row, "id"))))],
            [.. users.Where(row => Ids(row["profession"]).Any(known.Contains)).Select(row => new MisPractitioner(Text(row, "id"), Text(row, "name"), [.. Ids(row["profession"]).Where(known.Contains)], Ids(row["clinic"])))],
            [.. professions.Select(row => new MisSpecialty(Text(row, "id"), Text(row, "doctor_name", "name")))],
            [.. services.Select(row => new MisService(
                Text(row, "service_id", "id"), Text(row, "title"), Ids(row["profession"]).FirstOrDefault(known.Contains),
                int.TryParse(OptionalText(row, "duration"), CultureInfo.InvariantCulture, out var minutes) && minutes > 0 ? TimeSpan.FromMinutes(minutes) : null))]);
    });

    public Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct) => ReadAsync(async () =>
    {
        // One doctor at a time: that is how the method is documented.
        var doctors = window.PractitionerId is { } one ? [one] : (await ReadDirectoryAsync(ct)).Practitioners.Select(practitioner => practitioner.Id).ToList();
        var found = new List<MisSlot>();
        foreach (var doctor in doctors)
        {
            var data = await api.CallAsync("getSchedule", ct, ("user_id", doctor), ("time_start", Around(window.From, -1)), ("time_end", Around(window.To, 1)), ("show_busy", "0"), ("show_past", "0"));
            // By doctor; an empty map arrives as an empty array.
            var rows = data switch
            {
                null or JsonArray { Count: 0 } => [],
                JsonObject map when map.All(pair => pair.Value is JsonArray or null) => Rows(map[doctor]),
                _ => throw new JsonException("A schedule that is not by doctor."),
            };
            found.AddRange(rows.Where(row => OptionalText(row, "is_busy") is null or "0" or "false").Select(row => Slot(doctor, row)).OfType<MisSlot>());
        }

        return (IReadOnlyList<MisSlot>)[.. found.Where(slot => slot.Start >= window.From && slot.Start < window.To).DistinctBy(slot => slot.Id).OrderBy(slot => slot.Start).ThenBy(slot => slot.Id, StringComparer.Ordinal)];
    });

    /// <summary>Renovatio finds by telephone only.</summary>
    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) => ReadAsync(async () =>
        phone is null ? (IReadOnlyList<MisPatient>)[] : [.. (await PatientsAsync(("mobile", phone.TrimStart('+')), ct)).Where(patient => patient.Phone == phone).Take(20)]);

    public Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct) => throw new NotSupportedException("Renovatio finds patients by telephone or id and lists none.");

    public Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct) => ReadAsync(async () => await PatientsAsync(("id", id), ct) is [var found, ..] ? found : null);

    public async Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct) =>
        (await FindPatientsAsync(patient.Phone, null, ct)).FirstOrDefault(patient.Is);

    public Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisPatient>(async () =>
    {
        try
        {
            var data = await api.CallAsync(
                "createPatient", ct,
                ("last_name", patient.Family), ("first_name", patient.Given), ("third_name", patient.Patronymic), ("birth_date", patient.BirthOn?.ToString(Date, CultureInfo.InvariantCulture)),
                ("mobile", patient.Phone?.TrimStart('+')), ("email", patient.Email));
            var id = data is JsonObject row ? Text(row, "patient_id", "id") : data?.ToString() ?? throw new JsonException("A new patient without an id.");
            return new MisResult<MisPatient>.Ok(new MisPatient(id, patient.Family, patient.Given, patient.Patronymic, patient.BirthOn, patient.Phone, patient.Email));
        }
        catch (RenovatioException e) when (e.Error == RenovatioError.DuplicatePatient)
        {
            return new MisResult<MisPatient>.DuplicatePatient(await FindPatientsAsync(patient.Phone, null, ct));
        }
    });

    public Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct) => NotSupported<MisHold>();

    public Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct) => NotSupported<MisHold>();

    public Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisAppointment>(async () =>
    {
        if (!TrySlot(appointment.Slot.Id, out var doctor, out var clinic, out var start, out var end))
        {
            return new MisResult<MisAppointment>.NotFound("slot");
        }

        var data = await api.CallAsync(
            "createAppointment", ct,
            ("doctor_id", doctor), ("patient_id", appointment.PatientId), ("clinic_id", clinic), ("time_start", start.ToString(Clock, CultureInfo.InvariantCulture)), ("time_end", end.ToString(Clock, CultureInfo.InvariantCulture)),
            ("check_intersection", "1"), ("services", appointment.ServiceId), ("comment", $"{appointment.Comment} {key.Tag}".Trim()));
        var id = data?.ToString();
        return long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new MisResult<MisAppointment>.Ok(new MisAppointment(id, null, AppointmentStatus.Booked, appointment.PatientId, doctor, clinic, appointment.Slot.Start, appointment.Slot.End))
            : throw new JsonException("A new appointment without an id.");
    });

    public Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct) => NotSupported<MisAppointment>();

    public Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisAppointment>(async () =>
    {
        var current = await GetAppointmentAsync(appointment.Id, ct);
        if (current is null)
        {
            return new MisResult<MisAppointment>.NotFound("appointment");
        }

        if (current.Status != AppointmentStatus.Cancelled)
        {
            await api.CallAsync("cancelAppointment", ct, ("appointment_id", current.Id), ("comment", $"{reason} {key.Tag}".Trim()), ("source", Source));
        }

        return new MisResult<MisAppointment>.Ok(current with { Status = AppointmentStatus.Cancelled });
    });

    public Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct) => WriteAsync<MisAppointment>(async () =>
    {
        await api.CallAsync("confirmAppointment", ct, ("appointment_id", appointment.Id));
        return await GetAppointmentAsync(appointment.Id, ct) is { } current ? new MisResult<MisAppointment>.Ok(current) : new MisResult<MisAppointment>.NotFound("appointment");
    });

    public Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct) => ReadAsync(async () =>
    {
        try
        {
            return Rows(await api.CallAsync("getAppointment", ct, ("appointment_id", id))) is [var row, ..] ? Appointment(row) : null;
        }
        catch (RenovatioException e) when (e.Error == RenovatioError.NoAppointment)
        {
            return null;
        }
    });

    public Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct) => ReadAsync(async () =>
    {
        var rows = await AppointmentRowsAsync(appointment.Slot.Start, appointment.Slot.Start.AddTicks(1), ct);
        // Another key's tag says that it is another booking of ours; no tag at all may be ours without its comment.
        var ours = rows.Select(row => (Appointment: Appointment(row), Comment: OptionalText(row, "comment") ?? ""))
            .Select(one => (one.Appointment, Tagged: one.Comment.Contains(key.Tag, StringComparison.Ordinal), Foreign: one.Comment.Contains(IdempotencyKey.TagStart, StringComparison.Ordinal)))
            .Where(one => one.Appointment is not null && appointment.Is(one.Appointment) && (one.Tagged || !one.Foreign)).OrderByDescending(one => one.Tagged).ToList();
        return ours is [var found, ..] ? found.Appointment : null;
    });

    public Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct) => throw new NotSupportedException("Renovatio tells no changes; compare complete snapshots.");

    public Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) => ReadAsync(async () =>
        (IReadOnlyList<MisAppointment>)[.. (await AppointmentRowsAsync(from, until, ct)).Select(Appointment).OfType<MisAppointment>().Where(one => one.Start >= from && one.Start < until).OrderBy(one => one.Start).ThenBy(one => one.Id, StringComparer.Ordinal)]);

    private async Task<IReadOnlyList<JsonObject>> AppointmentRowsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) =>
        Rows(await api.CallAsync("getAppointments", ct, ("date_from", Around(from, -1)), ("date_to", Around(until, 1))));

    private async Task<IReadOnlyList<MisPatient>> PatientsAsync((string, string?) criterion, CancellationToken ct)
    {
        try
        {
            return [.. Rows(await api.CallAsync("getPatient", ct, criterion)).Select(Patient)];
        }
        catch (RenovatioException e) when (e.Error == RenovatioError.NoPatient)
        {
            return [];
        }
    }

    private static MisPatient Patient(JsonObject row) => new(
        Text(row, "patient_id", "id"), OptionalText(row, "last_name") ?? "", OptionalText(row, "first_name") ?? "", OptionalText(row, "third_name"),
        DateOnly.TryParseExact(OptionalText(row, "birth_date"), Date, CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) ? birth : null,
        OptionalText(row, "mobile") is { } mobile && mobile.Where(char.IsAsciiDigit).ToArray() is { Length: > 9 } digits ? $"+{new string(digits)}" : null,
        OptionalText(row, "email")?.ToLowerInvariant());

    /// <summary>Null: a clock time that does not exist in the clinic's zone.</summary>
    private MisAppointment? Appointment(JsonObject row)
    {
        var clinic = Text(row, "clinic_id");
        var start = time.Instant(Read(Text(row, "time_start"), Clock), clinic);
        var end = OptionalText(row, "time_end") is { } told ? time.Instant(Read(told, Clock), clinic) : start;
        return start is { } begins
            ? new MisAppointment(Text(row, "id"), null, Status(OptionalText(row, "status")), Text(row, "patient_id"), Text(row, "doctor_id"), clinic, begins, end ?? begins)
            : null;
    }

    private MisSlot? Slot(string doctor, JsonObject row)
    {
        var (clinic, date) = (Text(row, "clinic_id"), Text(row, "date"));
        var (start, end) = (Read($"{date} {Text(row, "time_start_short")}", Clock), Read($"{date} {Text(row, "time_end_short")}", Clock));
        return time.Instant(start, clinic) is { } begins && time.Instant(end, clinic) is { } ends && ends > begins
            ? new MisSlot(string.Create(CultureInfo.InvariantCulture, $"{doctor}_{clinic}_{start:yyyyMMddHHmm}_{end:yyyyMMddHHmm}"), doctor, clinic, begins, ends)
            : null;
    }

    private static bool TrySlot(string id, out string doctor, out string clinic, out DateTime start, out DateTime end)
    {
        (doctor, clinic, start, end) = ("", "", default, default);
        if (id.Split('_') is not [var who, var where, var from, var to])
        {
            return false;
        }

        (doctor, clinic) = (who, where);
        return DateTime.TryParseExact(from, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out start)
            && DateTime.TryParseExact(to, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out end);
    }

    private static AppointmentStatus Status(string? status) => status switch
    {
        "refused" or "canceled" or "cancelled" => AppointmentStatus.Cancelled,
        "completed" => AppointmentStatus.Fulfilled,
        "missed" => AppointmentStatus.NoShow,
        "arrived" or "in_progress" => AppointmentStatus.Arrived,
        _ => AppointmentStatus.Booked,
    };

    /// <summary>Clinics of other zones count their days otherwise: ask for a day more, and sort out by instants.</summary>
    private static string Around(DateTimeOffset instant, int days) => instant.UtcDateTime.AddDays(days).ToString(Clock, CultureInfo.InvariantCulture);

    private static DateTime Read(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : throw new JsonException("A time that is none.");

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is RenovatioException or HttpRequestException or IOException or JsonException)
        {
            throw new MisUnavailableException(e is RenovatioException refusal ? refusal.Message : $"Renovatio is out of reach or answers nonsense ({e.GetType().Name}).");
        }
    }

    private static async Task<MisResult<T>> WriteAsync<T>(Func<Task<MisResult<T>>> write)
    {
        try
        {
            return await write();
        }
        catch (RenovatioException e)
        {
            return e.Error switch
            {
                RenovatioError.Taken => new MisResult<T>.SlotTaken([]),
                RenovatioError.NoPatient => new MisResult<T>.NotFound("patient"),
                RenovatioError.NoSlot => new MisResult<T>.NotFound("slot"),
                RenovatioError.NoAppointment => new MisResult<T>.NotFound("appointment"),
                RenovatioError.Credentials => new MisResult<T>.Rejected("mis.credentials", "Renovatio does not let us in."),
                RenovatioError.WrongRequest => new MisResult<T>.Rejected($"renovatio.{e.Code}", "Renovatio misses something in the request."),
                _ => new MisResult<T>.Unknown(e.Message),
            };
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new MisResult<T>.Transient(null);
        }
        catch (MisUnavailableException)
        {
            // A question before or after the write; the write itself is repeated safely.
            return new MisResult<T>.Unknown("Renovatio did not answer a question that belongs to the write.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            return new MisResult<T>.Unknown($"Renovatio's answer was lost or makes no sense ({e.GetType().Name}).");
        }
    }

    private static Task<MisResult<T>> NotSupported<T>() => Task.FromResult<MisResult<T>>(new MisResult<T>.Rejected("mis.not-supported", "Renovatio cannot do this."));
}
