using System.Text.Json;
using MedCrm.Hosting.Json;
using MedCrm.Patients.Slots;
using Microsoft.Extensions.Logging;

namespace MedCrm.Patients.Mis;

/// <summary>
/// The MIS as the house sees it: one adapter, made safe to repeat. Every write's key is in the journal before the adapter is called; a write whose outcome
/// is open is looked up before it is tried again; nothing waits longer than the settings allow; a slot in the past is refused without a call. An adapter
/// that fails with an exception of its own stops nobody: a read counts as not answered, a write as of unknown outcome, and both say that it was a fault.
/// </summary>
internal sealed partial class ReliableMis(IMisGateway adapter, MisJournal journal, FreeSlots slots, MisOptions options, TimeProvider clock, ILogger<ReliableMis> log) : IMisGateway
{
    private const int Alternatives = 3;

    /// <summary>Complete lists come in many answers.</summary>
    private const int PatienceForLists = 10;

    public MisCapabilities Capabilities => adapter.Capabilities;

    public Task<MisProbe> ProbeAsync(CancellationToken ct) => ReadAsync(adapter.ProbeAsync, 1, ct);

    public Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct) => ReadAsync(adapter.ReadDirectoryAsync, PatienceForLists, ct);

    public Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct) => ReadAsync(patience => adapter.ReadFreeSlotsAsync(window, patience), PatienceForLists, ct);

    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) => ReadAsync(patience => adapter.FindPatientsAsync(phone, email, patience), 1, ct);

    public Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync(patience => adapter.ReadPatientsAsync(cursor, limit, patience), PatienceForLists, ct);

    public Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct) => ReadAsync(patience => adapter.GetPatientAsync(id, patience), 1, ct);

    public Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct) => ReadAsync(patience => adapter.FindCreatedPatientAsync(key, patient, patience), 1, ct);

    public Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct) => ReadAsync(patience => adapter.GetAppointmentAsync(id, patience), 1, ct);

    public Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct) => ReadAsync(patience => adapter.FindAppointmentAsync(key, appointment, patience), 1, ct);

    public Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct) => ReadAsync(patience => adapter.ReadChangesAsync(cursor, limit, patience), 1, ct);

    public Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) =>
        ReadAsync(patience => adapter.ReadAppointmentsAsync(from, until, patience), PatienceForLists, ct);

    public Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct) => OnceAsync(
        "create-patient", patient, key,
        patience => adapter.CreatePatientAsync(patient, key, patience),
        patience => adapter.FindCreatedPatientAsync(key, patient, patience),
        // The journal must not hold personal data.
        created => created.Id,
        (id, patience) => adapter.GetPatientAsync(id, patience),
        ct);

    public Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct) =>
        Past(slot) ? Refuse<MisHold>() : WriteAsync(patience => adapter.HoldAsync(slot, duration, key, patience), ct);

    public Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct) => WriteAsync(patience => adapter.ReleaseAsync(hold, patience), ct);

    public async Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(appointment);
        var result = await OnceAsync(
            "book", appointment, key,
            patience => Past(appointment.Slot) ? Refuse<MisAppointment>() : adapter.BookAsync(appointment, key, patience),
            patience => adapter.FindAppointmentAsync(key, appointment, patience),
            Keep, Restore, ct);
        return await ToldAsync(result, appointment.Slot, ct);
    }

    public async Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(appointment);
        ArgumentNullException.ThrowIfNull(target);
        if (!adapter.Capabilities.HasFlag(MisCapabilities.AtomicMove))
        {
            return await BookThenCancelAsync(appointment, target, key, ct);
        }

        var result = await OnceAsync(
            "reschedule", new { appointment.Id, Target = target }, key,
            patience => Past(target) ? Refuse<MisAppointment>() : adapter.RescheduleAsync(appointment, target, key, patience),
            lookUp: null,
            Keep, Restore, ct);
        return await ToldAsync(result, target, ct);
    }

    public Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct) => OnceAsync(
        "cancel", new { appointment.Id }, key,
        patience => adapter.CancelAsync(appointment, reason, key, patience),
        lookUp: null,
        Keep, Restore, ct);

    public Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct) => WriteAsync(patience => adapter.ConfirmAsync(appointment, patience), ct);

    /// <summary>A move for a MIS that has none: the new time first, so that the patient never stands without one. When the old cannot be cancelled for good, the new one is given back.</summary>
    private async Task<MisResult<MisAppointment>> BookThenCancelAsync(MisAppointment old, MisSlot target, IdempotencyKey key, CancellationToken ct)
    {
        var booked = await BookAsync(new NewAppointment(old.PatientId, target, old.ServiceId), key.Step("book"), ct);
        if (booked is not MisResult<MisAppointment>.Ok { Value: var moved })
        {
            return booked;
        }

        switch (await CancelAsync(old, "Перенос", key.Step("cancel"), ct))
        {
            case MisResult<MisAppointment>.Ok or MisResult<MisAppointment>.NotFound:
                return booked;
            case var open when open is MisResult<MisAppointment>.Transient or MisResult<MisAppointment>.Unknown:
                return open;
            case var refused:
                var undone = await CancelAsync(moved, "Отмена переноса", key.Step("undo"), ct);
                return undone is MisResult<MisAppointment>.Ok or MisResult<MisAppointment>.NotFound ? refused : new MisResult<MisAppointment>.Unknown("The move was refused and the new time is not given back yet.");
        }
    }

    /// <param name="lookUp">Finds what an earlier attempt did. Null: the write itself is harmless to repeat, and repeating it finishes what was left half done.</param>
    private async Task<MisResult<T>> OnceAsync<T>(
        string operation, object what, IdempotencyKey key, Func<CancellationToken, Task<MisResult<T>>> write, Func<CancellationToken, Task<T?>>? lookUp,
        Func<T, string> keep, Func<string, CancellationToken, Task<T?>> restore, CancellationToken ct)
        where T : class
    {
        var entry = await journal.BeginAsync(key, operation, what, options.Lease, ct);
        switch (entry.State)
        {
            case MisJournal.State.Foreign:
                return new MisResult<T>.Rejected("idempotency-key.reused", $"The key {key} belongs to another write.");
            case MisJournal.State.Busy:
                return new MisResult<T>.Transient(options.Timeout);
            case MisJournal.State.Done:
                return await TryReadAsync(patience => restore(entry.Result!, patience), ct) switch
                {
                    (null, { } done) => new MisResult<T>.Ok(done),
                    (null, null) => new MisResult<T>.NotFound(operation == "create-patient" ? "patient" : "appointment"),
                    ({ } silence, _) => NotLookedUp<T>(silence),
                };
            case MisJournal.State.Open when lookUp is not null:
                switch (await TryReadAsync(lookUp, ct))
                {
                    case (null, { } found):
                        return await DoneAsync(found);
                    case ({ } silence, _):
                        await journal.ReleaseAsync(key, "not-looked-up", ct);
                        return NotLookedUp<T>(silence);
                }

                break;
        }

        var result = await WriteAsync(write, ct);
        if (result is MisResult<T>.Ok ok)
        {
            return await DoneAsync(ok.Value);
        }

        // Unknown: perhaps it went through. Refused on a repeat: perhaps because of ourselves, when an earlier attempt went through only now.
        if (lookUp is not null && (result is MisResult<T>.Unknown || (entry.State == MisJournal.State.Open && result is MisResult<T>.SlotTaken or MisResult<T>.DuplicatePatient)) && await TryReadAsync(lookUp, ct) is (null, { } ours))
        {
            return await DoneAsync(ours);
        }

        await journal.ReleaseAsync(key, result.GetType().Name, ct);
        return result;

        async Task<MisResult<T>> DoneAsync(T value)
        {
            await journal.FinishAsync(key, "Ok", keep(value), ct);
            return new MisResult<T>.Ok(value);
        }
    }

    private async Task<MisResult<T>> WriteAsync<T>(Func<CancellationToken, Task<MisResult<T>>> write, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await write(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new MisResult<T>.Unknown($"No answer within {options.Timeout}.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFault(e.GetType().Name, e.StackTrace);
            return new MisResult<T>.Unknown($"The adapter failed ({e.GetType().Name}).", IsFault: true);
        }
    }

    private async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, int times, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.Timeout * times, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await read(either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new MisUnavailableException($"No answer within {options.Timeout * times}.", e);
        }
        catch (Exception e) when (e is not (MisUnavailableException or NotSupportedException) && !ct.IsCancellationRequested)
        {
            LogFault(e.GetType().Name, e.StackTrace);
            throw new MisUnavailableException($"The adapter failed ({e.GetType().Name}).") { IsFault = true };
        }
    }

    /// <returns>Why it is not known, or what was read.</returns>
    private async Task<(MisUnavailableException? Silence, T? Value)> TryReadAsync<T>(Func<CancellationToken, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        try
        {
            return (null, await ReadAsync(read, 1, ct));
        }
        catch (MisUnavailableException e)
        {
            return (e, null);
        }
    }

    /// <summary>Nothing may be repeated before it is known what came of it.</summary>
    private static MisResult<T> NotLookedUp<T>(MisUnavailableException silence) =>
        silence.IsFault ? new MisResult<T>.Unknown(silence.Message, IsFault: true) : new MisResult<T>.Transient(null);

    /// <summary>Our copy of the schedule learns who has the slot, and whoever did not get it hears what is near: from the copy, or where it knows nothing from the MIS.</summary>
    private async Task<MisResult<MisAppointment>> ToldAsync(MisResult<MisAppointment> result, MisSlot wanted, CancellationToken ct)
    {
        if (result is MisResult<MisAppointment>.Ok or MisResult<MisAppointment>.SlotTaken)
        {
            await slots.TakeAsync(wanted.Id, ct);
        }

        if (result is not MisResult<MisAppointment>.SlotTaken { Alternatives: [] })
        {
            return result;
        }

        if (await slots.NearestAsync(wanted, await slots.DirectoryAsync(ct), Alternatives, ct) is { Count: > 0 } near)
        {
            return new MisResult<MisAppointment>.SlotTaken(near);
        }

        var now = clock.GetUtcNow();
        var from = wanted.Start.AddDays(-2) > now ? wanted.Start.AddDays(-2) : now;
        var free = await TryReadAsync<IReadOnlyList<MisSlot>>(async patience => await adapter.ReadFreeSlotsAsync(new SlotWindow(from, wanted.Start.AddDays(7), wanted.PractitionerId), patience), ct);
        return new MisResult<MisAppointment>.SlotTaken([.. (free.Value ?? []).Where(slot => slot.Id != wanted.Id).OrderBy(slot => (slot.Start - wanted.Start).Duration()).ThenBy(slot => slot.Start).Take(Alternatives)]);
    }

    private bool Past(MisSlot slot) => slot.Start <= clock.GetUtcNow();

    private static Task<MisResult<T>> Refuse<T>() => Task.FromResult<MisResult<T>>(new MisResult<T>.Rejected("slot.past", "The slot has begun."));

    private static string Keep(MisAppointment appointment) => JsonSerializer.Serialize(appointment, HubJson.Options);

    // Without the exception's own words: they may hold personal data.
    [LoggerMessage(3014, LogLevel.Error, "The adapter to the MIS failed with {Why}, which no rule of it knows.\n{Where}")]
    private partial void LogFault(string why, string? where);

    private static Task<MisAppointment?> Restore(string kept, CancellationToken ct) => Task.FromResult(JsonSerializer.Deserialize<MisAppointment>(kept, HubJson.Options));
}
