using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using MedCrm.Contracts.Patients;
using Task = System.Threading.Tasks.Task;

namespace MedCrm.Patients.Mis.Fhir;

/// <summary>
/// A MIS that speaks FHIR R4. Servers call a bundle a transaction and commit half of it, so a booking is two guarded steps: claim the slot (If-Match), then
/// create the appointment (If-None-Exist on our key). The claim carries the key, so a repeat goes on where the last attempt died. Times are sent with
/// their zone, and pages are turned by time, because next links are not to be relied on.
/// </summary>
internal sealed class FhirMis : IMisGateway, IDisposable
{
    private const int PageSize = 200;

    private readonly HttpClient _http;
    private readonly FhirClient _client;
    private readonly ClinicTime _time;
    private readonly TimeProvider _clock;

    /// <summary>Schedules say whose time a slot is, and hardly ever change.</summary>
    private readonly ConcurrentDictionary<string, (string Practitioner, string Location)?> _schedules = new();

    public FhirMis(HttpClient http, ClinicTime time, TimeProvider clock)
    {
        _http = http;
        _time = time;
        _clock = clock;
        _client = new FhirClient(http.BaseAddress!, http, new FhirClientSettings { PreferredFormat = ResourceFormat.Json, ReturnPreference = ReturnPreference.Representation, VerifyFhirVersion = false });
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    public MisCapabilities Capabilities =>
        MisCapabilities.PatientWrite | MisCapabilities.AtomicMove | MisCapabilities.Versioned | MisCapabilities.KeepsKey | MisCapabilities.ChangeFeed | MisCapabilities.Confirm | MisCapabilities.FindByEmail | MisCapabilities.ListPatients;

    public Task<MisProbe> ProbeAsync(CancellationToken ct) => ReadAsync(async () =>
    {
        using var answer = await _http.GetAsync(new Uri("metadata", UriKind.Relative), ct);
        answer.EnsureSuccessStatusCode();
        var statement = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct));
        return (string?)statement?["resourceType"] == "CapabilityStatement"
            ? new MisProbe($"{(string?)statement["software"]?["name"] ?? "FHIR server"}, FHIR {(string?)statement["fhirVersion"]}", answer.Headers.Date - _clock.GetUtcNow())
            : throw new MisUnavailableException("The server does not describe itself as FHIR does.");
    });

    public Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct) => ReadAsync(async () =>
    {
        var locations = await AllAsync<Location>(null, ct);
        var practitioners = await AllAsync<Practitioner>(null, ct);
        var roles = await AllAsync<PractitionerRole>(null, ct);
        var schedules = await AllAsync<Schedule>(null, ct);
        var services = await AllAsync<HealthcareService>(null, ct);
        var said = roles.Where(role => role.Active != false && role.Practitioner is not null)
            .Select(role => (Who: FhirMapping.IdOf(role.Practitioner!, "Practitioner"), role.Specialty, Where: role.Location.Select(location => FhirMapping.IdOf(location, "Location"))))
            .Concat(schedules.Select(schedule => (Who: Actor(schedule, "Practitioner"), schedule.Specialty, Where: (IEnumerable<string?>)[Actor(schedule, "Location")])))
            .Where(one => one.Who is not null).ToLookup(one => one.Who!);
        var specialties = said.SelectMany(group => group).SelectMany(one => one.Specialty).Concat(services.SelectMany(service => service.Specialty)).Select(FhirMapping.Concept).OfType<(string Id, string Name)>().DistinctBy(one => one.Id);
        return new MisDirectory(
            [.. locations.Select(location => new MisLocation(location.Id!, location.Name ?? "", _time.ZoneOf(location.Id!)))],
            [.. practitioners.Where(practitioner => practitioner.Active != false && said.Contains(practitioner.Id!)).Select(practitioner => new MisPractitioner(
                practitioner.Id!,
                practitioner.Name.FirstOrDefault() is { } name ? name.Text ?? string.Join(' ', name.Given.Prepend(name.Family)) : "",
                [.. said[practitioner.Id!].SelectMany(one => one.Specialty).Select(FhirMapping.Concept).OfType<(string Id, string Name)>().Select(one => one.Id).Distinct()],
                [.. said[practitioner.Id!].SelectMany(one => one.Where).OfType<string>().Distinct()]))],
            [.. specialties.Select(one => new MisSpecialty(one.Id, one.Name))],
            [.. services.Select(service => new MisService(service.Id!, service.Name ?? "", service.Specialty.Select(FhirMapping.Concept).FirstOrDefault(one => one is not null)?.Id, null))]);
    });

    public Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct) => ReadAsync(async () =>
    {
        var query = new SearchParams().Where("status=free");
        if (window.PractitionerId is { } practitioner)
        {
            var schedules = await AllAsync<Schedule>(new SearchParams().Where($"actor=Practitioner/{practitioner}"), ct);
            if (schedules.Count == 0)
            {
                return [];
            }

            query.Where($"schedule={string.Join(',', schedules.Select(schedule => $"Schedule/{schedule.Id}"))}");
        }

        var found = new List<MisSlot>();
        foreach (var slot in await PageAsync<Slot>(query, "start", window.From, window.To, slot => slot.Start, ct))
        {
            if (slot is { Start: { } start, End: { } end } && await OwnerAsync(slot, ct) is var (who, where))
            {
                found.Add(new MisSlot(slot.Id!, who, where, start.ToUniversalTime(), end.ToUniversalTime()));
            }
        }

        return (IReadOnlyList<MisSlot>)[.. found.OrderBy(slot => slot.Start).ThenBy(slot => slot.Id, StringComparer.Ordinal)];
    });

    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) => ReadAsync(async () =>
    {
        var found = new List<Patient>();
        foreach (var criterion in new[] { phone is null ? null : $"phone={phone}", email is null ? null : $"email={email}" }.OfType<string>())
        {
            found.AddRange(await SearchAsync<Patient>(new SearchParams().Where(criterion).LimitTo(20), ct));
        }

        return (IReadOnlyList<MisPatient>)[.. found.DistinctBy(patient => patient.Id).Where(patient => patient.Active != false && FhirMapping.ReplacedBy(patient) is null).Select(FhirMapping.Patient).Take(20)];
    });

    /// <summary>In the order of their last change, so that after the end come those who are new or have changed.</summary>
    public Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync(async () =>
    {
        var (page, next, more) = await ChangedSinceAsync<Patient>(cursor ?? Cursor(DateTimeOffset.UnixEpoch, []), limit, ct);
        var gone = page.Where(patient => patient.Active == false || FhirMapping.ReplacedBy(patient) is not null).ToList();
        return new PatientPage([.. page.Except(gone).Select(FhirMapping.Patient)], [.. gone.Select(patient => patient.Id!)], next, more);
    });

    public Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct) => ReadAsync(async () =>
    {
        var patient = await GetAsync<Patient>(id, ct);
        var remains = patient is null ? null : FhirMapping.ReplacedBy(patient);
        patient = remains is null ? patient : await GetAsync<Patient>(remains, ct);
        return patient is null ? null : FhirMapping.Patient(patient);
    });

    public Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct) => ReadAsync(async () =>
        await SearchAsync<Patient>(ByKey(key), ct) is [var found, ..] ? FhirMapping.Patient(found) : null);

    public Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisPatient>(async () =>
    {
        // The server would take anybody; a second card of the same person is worse than a question.
        if (patient.BirthOn is { } birth)
        {
            var same = await SearchAsync<Patient>(new SearchParams().Where($"family={patient.Family}").Where($"birthdate={birth:yyyy-MM-dd}"), ct);
            var twins = same.Where(one => one.Identifier.All(identifier => identifier.System != FhirMapping.KeySystem || identifier.Value != key.Value)).Select(FhirMapping.Patient).Where(patient.Is).ToList();
            if (twins.Count > 0)
            {
                return new MisResult<MisPatient>.DuplicatePatient(twins);
            }
        }

        var created = await _client.ConditionalCreateAsync(FhirMapping.Patient(patient, key), ByKey(key), ct);
        return created is null ? new MisResult<MisPatient>.Unknown("The server did not return what it created.") : new MisResult<MisPatient>.Ok(FhirMapping.Patient(created));
    });

    public Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct) => NotSupported<MisHold>();

    public Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct) => NotSupported<MisHold>();

    public Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct) => WriteAsync(async () =>
    {
        if (await GetAsync<Patient>(appointment.PatientId, ct) is null)
        {
            return new MisResult<MisAppointment>.NotFound("patient");
        }

        var (slot, refusal) = await ClaimAsync(appointment.Slot.Id, key, ct);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            var created = await _client.ConditionalCreateAsync(FhirMapping.Appointment(appointment, slot!, key), ByKey(key), ct);
            return created is not null && FhirMapping.Appointment(created) is { } booked ? new MisResult<MisAppointment>.Ok(booked) : new MisResult<MisAppointment>.Unknown("The server did not return what it created.");
        }
        catch (FhirOperationException e) when ((int)e.Status is >= 400 and < 500 && e.Status is not (HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests))
        {
            await FreeAsync(slot!.Id!, key.Value, ct);
            throw;
        }
    });

    public Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct) => WriteAsync(async () =>
    {
        if (await GetAsync<Appointment>(appointment.Id, ct) is not { } current || FhirMapping.Appointment(current) is not { } now || !now.Status.Stands())
        {
            return new MisResult<MisAppointment>.NotFound("appointment");
        }

        if (now.PractitionerId != target.PractitionerId || now.Start != target.Start)
        {
            if (appointment.Version is not null && appointment.Version != now.Version)
            {
                return new MisResult<MisAppointment>.VersionConflict(now);
            }

            var (slot, refusal) = await ClaimAsync(target.Id, key, ct);
            if (refusal is not null)
            {
                return refusal;
            }

            current.Identifier.RemoveAll(identifier => identifier.System == FhirMapping.ClaimSystem);
            current.Identifier.Add(new Identifier(FhirMapping.ClaimSystem, key.Value));
            current.Slot = [new ResourceReference($"Slot/{slot!.Id}")];
            (current.Start, current.End) = (slot.Start, slot.End);
            current.Participant.RemoveAll(participant => participant.Actor is { } actor && (FhirMapping.IdOf(actor, "Practitioner") ?? FhirMapping.IdOf(actor, "Location")) is not null);
            current.Participant.Add(FhirMapping.Participant($"Practitioner/{target.PractitionerId}", ParticipationStatus.Accepted));
            current.Participant.Add(FhirMapping.Participant($"Location/{target.LocationId}", ParticipationStatus.Accepted));
            try
            {
                now = FhirMapping.Appointment((await _client.UpdateAsync(current, versionAware: true, ct))!)!;
            }
            catch (FhirOperationException e) when (e.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                await FreeAsync(slot.Id!, key.Value, ct);
                return new MisResult<MisAppointment>.VersionConflict(await GetAppointmentAsync(appointment.Id, ct));
            }
        }

        // Also when an earlier attempt moved the appointment and died before it came to this.
        await FreeLeftAsync(appointment, now, ct);
        return new MisResult<MisAppointment>.Ok(now);
    });

    public Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct) => WriteAsync<MisAppointment>(async () =>
    {
        if (await GetAsync<Appointment>(appointment.Id, ct) is not { } current || FhirMapping.Appointment(current) is not { } now)
        {
            return new MisResult<MisAppointment>.NotFound("appointment");
        }

        if (now.Status != AppointmentStatus.Cancelled)
        {
            if (appointment.Version is not null && appointment.Version != now.Version)
            {
                return new MisResult<MisAppointment>.VersionConflict(now);
            }

            current.Status = Appointment.AppointmentStatus.Cancelled;
            current.CancelationReason = new CodeableConcept { Text = reason.Length > 0 ? reason : "Отмена" };
            try
            {
                current = (await _client.UpdateAsync(current, versionAware: true, ct))!;
                now = FhirMapping.Appointment(current)!;
            }
            catch (FhirOperationException e) when (e.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                return new MisResult<MisAppointment>.VersionConflict(await GetAppointmentAsync(appointment.Id, ct));
            }
        }

        foreach (var slot in current.Slot.Select(slot => FhirMapping.IdOf(slot, "Slot")).OfType<string>())
        {
            await FreeAsync(slot, null, ct);
        }

        return new MisResult<MisAppointment>.Ok(now);
    });

    public Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct) => WriteAsync<MisAppointment>(async () =>
    {
        if (await GetAsync<Appointment>(appointment.Id, ct) is not { } current || FhirMapping.Appointment(current) is not { } now || !now.Status.Stands())
        {
            return new MisResult<MisAppointment>.NotFound("appointment");
        }

        var patient = current.Participant.First(participant => participant.Actor is { } actor && FhirMapping.IdOf(actor, "Patient") is not null);
        if (patient.Status == ParticipationStatus.Accepted)
        {
            return new MisResult<MisAppointment>.Ok(now);
        }

        patient.Status = ParticipationStatus.Accepted;
        return new MisResult<MisAppointment>.Ok(FhirMapping.Appointment((await _client.UpdateAsync(current, versionAware: true, ct))!)!);
    });

    public Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct) =>
        ReadAsync(async () => await GetAsync<Appointment>(id, ct) is { } found ? FhirMapping.Appointment(found) : null);

    public Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct) =>
        ReadAsync(async () => await SearchAsync<Appointment>(ByKey(key), ct) is [var found, ..] ? FhirMapping.Appointment(found) : null);

    public Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync(async () =>
    {
        if (cursor is null)
        {
            var last = await SearchAsync<Appointment>(new SearchParams().OrderBy("_lastUpdated", SortOrder.Descending).LimitTo(1), ct);
            var at = last is [var latest, ..] ? Changed(latest) : DateTimeOffset.UnixEpoch;
            var together = last.Count == 0 ? [] : await SearchAsync<Appointment>(new SearchParams().Where($"_lastUpdated=ge{Zoned(at)}").LimitTo(PageSize), ct);
            return new ChangePage([], Cursor(at, together.Select(Name)), false);
        }

        var (page, next, more) = await ChangedSinceAsync<Appointment>(cursor, limit, ct);
        return new ChangePage([.. page.Select(FhirMapping.Appointment).OfType<MisAppointment>()], next, more);
    });

    public Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) => ReadAsync(async () =>
        (IReadOnlyList<MisAppointment>)[.. (await PageAsync<Appointment>(new SearchParams(), "date", from, until, one => one.Start, ct)).Select(FhirMapping.Appointment).OfType<MisAppointment>().OrderBy(one => one.Start).ThenBy(one => one.Id, StringComparer.Ordinal)]);

    /// <summary>Makes a slot ours: free and unchanged since we looked, or claimed earlier with the same key.</summary>
    private async Task<(Slot? Slot, MisResult<MisAppointment>? Refusal)> ClaimAsync(string id, IdempotencyKey key, CancellationToken ct)
    {
        var slot = await GetAsync<Slot>(id, ct);
        if (slot is null)
        {
            return (null, new MisResult<MisAppointment>.NotFound("slot"));
        }

        if (slot.Status == Slot.SlotStatus.Free)
        {
            slot.Status = Slot.SlotStatus.Busy;
            slot.Identifier.RemoveAll(identifier => identifier.System == FhirMapping.KeySystem);
            slot.Identifier.Add(new Identifier(FhirMapping.KeySystem, key.Value));
            try
            {
                slot = await _client.UpdateAsync(slot, versionAware: true, ct);
            }
            catch (FhirOperationException e) when (e.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                slot = await GetAsync<Slot>(id, ct);
            }
        }

        return slot is { Status: Slot.SlotStatus.Busy } && FhirMapping.ClaimOf(slot) == key.Value ? (slot, null) : (null, new MisResult<MisAppointment>.SlotTaken([]));
    }

    /// <summary>Frees a slot in which nobody stands.</summary>
    /// <param name="id">Which.</param>
    /// <param name="claim">Only if this key claimed it. Null: whoever did.</param>
    /// <param name="ct">Gives up.</param>
    private async Task FreeAsync(string id, string? claim, CancellationToken ct)
    {
        if (await GetAsync<Slot>(id, ct) is not { Status: Slot.SlotStatus.Busy } slot || (claim is not null && FhirMapping.ClaimOf(slot) != claim))
        {
            return;
        }

        var inIt = await SearchAsync<Appointment>(new SearchParams().Where($"slot=Slot/{id}"), ct);
        if (inIt.Select(FhirMapping.Appointment).Any(one => one?.Status.Stands() == true) || (claim is null && FhirMapping.ClaimOf(slot) is { } other && !inIt.Any(one => FhirMapping.IsClaimedBy(other, one))))
        {
            return;
        }

        slot.Status = Slot.SlotStatus.Free;
        slot.Identifier.RemoveAll(identifier => identifier.System == FhirMapping.KeySystem);
        await _client.UpdateAsync(slot, versionAware: true, ct);
    }

    /// <summary>The slot that a moved appointment left: claimed by its booking, or by an earlier move, and nobody stands in it.</summary>
    private async Task FreeLeftAsync(MisAppointment before, MisAppointment now, CancellationToken ct)
    {
        if (before.Start == now.Start && before.PractitionerId == now.PractitionerId)
        {
            return;
        }

        foreach (var slot in await SearchAsync<Slot>(new SearchParams().Where("status=busy").Where($"start=ge{Zoned(before.Start)}").Where($"start=lt{Zoned(before.Start.AddMinutes(1))}").LimitTo(PageSize), ct))
        {
            if (await OwnerAsync(slot, ct) is var (who, _) && who == before.PractitionerId && FhirMapping.ClaimOf(slot) is { } claim)
            {
                await FreeAsync(slot.Id!, claim, ct);
            }
        }
    }

    private async Task<(string Practitioner, string Location)?> OwnerAsync(Slot slot, CancellationToken ct)
    {
        if (slot.Schedule is null || FhirMapping.IdOf(slot.Schedule, "Schedule") is not { } id)
        {
            return null;
        }

        if (!_schedules.TryGetValue(id, out var owner))
        {
            owner = await GetAsync<Schedule>(id, ct) is { } schedule && Actor(schedule, "Practitioner") is { } who ? (who, Actor(schedule, "Location") ?? "") : null;
            _schedules[id] = owner;
        }

        return owner;
    }

    private static string? Actor(Schedule schedule, string type) => schedule.Actor.Select(actor => FhirMapping.IdOf(actor, type)).FirstOrDefault(id => id is not null);

    private async Task<T?> GetAsync<T>(string id, CancellationToken ct)
        where T : Resource
    {
        try
        {
            return await _client.ReadAsync<T>(new Uri($"{typeof(T).Name}/{Uri.EscapeDataString(id)}", UriKind.Relative), null, null, ct);
        }
        catch (FhirOperationException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<T>> SearchAsync<T>(SearchParams query, CancellationToken ct)
        where T : Resource
    {
        var bundle = await _client.SearchAsync<T>(query, ct) ?? throw new MisUnavailableException("A search was answered with nothing.");
        return [.. bundle.Entry.Select(entry => entry.Resource).OfType<T>().Where(one => one.Id is not null)];
    }

    /// <summary>What changed after a cursor: the last instant that was read and what was read of that instant, so that equal instants are neither passed over nor repeated.</summary>
    private async Task<(IReadOnlyList<T> Page, string Cursor, bool More)> ChangedSinceAsync<T>(string cursor, int limit, CancellationToken ct)
        where T : Resource
    {
        var parts = cursor.Split('|');
        var (since, seen) = (DateTimeOffset.Parse(parts[0], CultureInfo.InvariantCulture), parts[1..].ToHashSet());
        var size = limit + seen.Count + 1;
        var found = await SearchAsync<T>(new SearchParams().Where($"_lastUpdated=ge{Zoned(since)}").OrderBy("_lastUpdated").LimitTo(size), ct);
        var fresh = found.Where(one => Changed(one) > since || !seen.Contains(Name(one))).ToList();
        var page = fresh.Take(limit).ToList();
        if (page.Count == 0)
        {
            return ([], cursor, false);
        }

        var end = Changed(page[^1]);
        var known = page.Where(one => Changed(one) == end).Select(Name).Concat(end == since ? seen : []);
        return (page, Cursor(end, known), fresh.Count > limit);
    }

    /// <summary>Everything of a kind, page by page in the order of last change.</summary>
    private Task<IReadOnlyList<T>> AllAsync<T>(SearchParams? query, CancellationToken ct)
        where T : Resource => PageAsync<T>(query ?? new SearchParams(), "_lastUpdated", DateTimeOffset.UnixEpoch, null, one => one.Meta?.LastUpdated, ct);

    /// <summary>Pages by an instant: the next page begins where the last ended, and what was seen at that instant is dropped.</summary>
    private async Task<IReadOnlyList<T>> PageAsync<T>(SearchParams query, string parameter, DateTimeOffset from, DateTimeOffset? until, Func<T, DateTimeOffset?> instant, CancellationToken ct)
        where T : Resource
    {
        var (found, size) = (new Dictionary<string, T>(), PageSize);
        while (true)
        {
            var turn = new SearchParams();
            foreach (var (name, value) in query.ToUriParamList())
            {
                turn.Add(name, value);
            }

            turn.Where($"{parameter}=ge{Zoned(from)}");
            if (until is { } end)
            {
                // Milliseconds are what is sent: rather one too many, sorted out below.
                turn.Where($"{parameter}=lt{Zoned(end.AddMilliseconds(1))}");
            }

            var page = await SearchAsync<T>(turn.OrderBy(parameter).LimitTo(size), ct);
            var fresh = page.Count(one => found.TryAdd(one.Id!, one));
            if (page.Count < size)
            {
                return [.. found.Values.Where(one => until is null || instant(one) < until)];
            }

            // A whole page of one instant: look at more of it at once.
            size = fresh == 0 ? size * 2 : size;
            from = page.Select(instant).Max() ?? throw new MisUnavailableException($"A {typeof(T).Name} without {parameter} cannot be paged.");
        }
    }

    /// <exception cref="MisUnavailableException">The server does not say when, so nothing can be followed.</exception>
    private static DateTimeOffset Changed(Resource resource)
    {
        var at = resource.Meta?.LastUpdated ?? throw new MisUnavailableException("A resource without meta.lastUpdated.");
        // Milliseconds are what is asked for; whoever keeps finer instants would be read again and again.
        return new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMillisecond), at.Offset);
    }

    private static string Name(Resource resource) => $"{resource.Id}/{resource.Meta?.VersionId}";

    private static SearchParams ByKey(IdempotencyKey key) => new SearchParams().Where($"identifier={FhirMapping.KeySystem}|{key.Value}");

    private static string Zoned(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Cursor(DateTimeOffset at, IEnumerable<string> ids) => string.Join('|', ids.Distinct().Prepend(Zoned(at)));

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (IsFarSide(e))
        {
            // What the server said may hold personal data; its kind is enough.
            throw new MisUnavailableException(e is FhirOperationException refusal ? $"The FHIR server answered {(int)refusal.Status}." : $"The FHIR server is out of reach or answers nonsense ({e.GetType().Name}).");
        }
    }

    private static async Task<MisResult<T>> WriteAsync<T>(Func<Task<MisResult<T>>> write)
    {
        try
        {
            return await write();
        }
        catch (FhirOperationException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return new MisResult<T>.Rejected("mis.credentials", "The FHIR server does not let us in.");
        }
        catch (FhirOperationException e) when (e.Status is HttpStatusCode.TooManyRequests)
        {
            return new MisResult<T>.Transient(null);
        }
        catch (FhirOperationException e) when (e.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound)
        {
            return new MisResult<T>.Rejected(e.Outcome?.Issue.FirstOrDefault()?.Code is { } code ? $"fhir.{code}" : $"fhir.{(int)e.Status}", "The FHIR server refused.");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new MisResult<T>.Transient(null);
        }
        catch (Exception e) when (IsFarSide(e))
        {
            return new MisResult<T>.Unknown(e is FhirOperationException refusal ? $"The FHIR server answered {(int)refusal.Status}." : $"The FHIR server's answer was lost ({e.GetType().Name}).");
        }
    }

    /// <summary>Everything that a far side can cause: its refusals, its silence, and whatever the library makes of nonsense.</summary>
    private static bool IsFarSide(Exception e) => e is FhirOperationException or HttpRequestException or IOException or FormatException or JsonException or MisUnavailableException
        || e.GetType().Namespace?.StartsWith("Hl7.Fhir", StringComparison.Ordinal) == true;

    private static Task<MisResult<T>> NotSupported<T>() => Task.FromResult<MisResult<T>>(new MisResult<T>.Rejected("mis.not-supported", "FHIR servers keep no slot for a while."));
}
