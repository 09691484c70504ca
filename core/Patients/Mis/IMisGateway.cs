namespace MedCrm.Patients.Mis;

/// <summary>
/// The hospital information system (МИС), whichever it is. Reads answer or throw <see cref="MisUnavailableException"/>; writes never throw for what the
/// MIS says or fails to say, they return a <see cref="MisResult{T}"/>. What is injected is <see cref="ReliableMis"/> over one adapter, so a write may be
/// repeated with the same key at any time.
/// </summary>
/// <remarks>How to write an adapter, and which tests it must pass: docs/mis-adapters.md.</remarks>
public interface IMisGateway
{
    /// <summary>What this MIS can do. Constant for the life of the adapter.</summary>
    MisCapabilities Capabilities { get; }

    /// <summary>Is it there, does it let us in, does its clock agree with ours?</summary>
    /// <exception cref="MisUnavailableException">It does not answer, or refuses our credentials.</exception>
    Task<MisProbe> ProbeAsync(CancellationToken ct);

    /// <summary>Everything that slots and appointments refer to: locations, practitioners, specialties, services.</summary>
    /// <exception cref="MisUnavailableException">It does not answer, or answers nonsense.</exception>
    Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct);

    /// <summary>All free slots that start within the window: complete, or an exception. In order of start.</summary>
    /// <exception cref="MisUnavailableException">It does not answer, not in time, or answers nonsense. Asking again is safe.</exception>
    Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct);

    /// <summary>Patients who have one of the addresses, at most 20. Names are not searched: a namesake is nobody's proof.</summary>
    /// <param name="phone">E.164. Null: unknown.</param>
    /// <param name="email">Lower case. Null: unknown.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="MisUnavailableException">The MIS does not answer, or not in time. Asking again is safe.</exception>
    Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct);

    /// <summary>The MIS's patients, page by page: all of them, and after the end whoever was added since, where the MIS tells it also whoever changed. Only with <see cref="MisCapabilities.ListPatients"/>; without it the house knows those it asked for by address.</summary>
    /// <param name="cursor"><see cref="PatientPage.Cursor"/> of the last page, however long ago. Null: from the beginning.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="MisUnavailableException">Asking again with the same cursor is safe.</exception>
    /// <exception cref="NotSupportedException">The MIS cannot list its patients.</exception>
    Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct);

    /// <summary>One patient. When the MIS has merged them into another, the one who remained, whose <see cref="MisPatient.Id"/> then differs from what was asked. Null: there is none.</summary>
    /// <exception cref="MisUnavailableException">The MIS does not answer, or not in time.</exception>
    Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct);

    /// <summary>Opens a card. <see cref="MisResult{T}.DuplicatePatient"/>: the MIS takes them for somebody it has; a person decides.</summary>
    Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct);

    /// <summary>The card that an earlier <see cref="CreatePatientAsync"/> with this key opened, though its answer was lost. Null: there is none.</summary>
    /// <exception cref="MisUnavailableException">Not to be known now; nothing may be repeated yet.</exception>
    Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct);

    /// <summary>Keeps a slot for us in the MIS for a while. Only with <see cref="MisCapabilities.Hold"/>, otherwise <c>mis.not-supported</c> is returned.</summary>
    /// <param name="slot">Which.</param>
    /// <param name="duration">How long; the MIS may give less, see <see cref="MisHold.ExpiresAt"/>.</param>
    /// <param name="key">Repeating with the same key extends the same hold.</param>
    /// <param name="ct">Gives up.</param>
    Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct);

    /// <summary>Lets a hold go. Letting go of one that has ended is <see cref="MisResult{T}.Ok"/>.</summary>
    Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct);

    /// <summary>Books. A slot held with <see cref="HoldAsync"/> under the same key is ours to book.</summary>
    Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct);

    /// <summary>Moves an appointment to another slot; it never stands without one. Moving what stands there already is <see cref="MisResult{T}.Ok"/>, whatever its version. The id may change where the MIS cannot move.</summary>
    /// <param name="appointment">As we know it; its version guards against changes we have not seen.</param>
    /// <param name="target">Where to.</param>
    /// <param name="key">Of this move.</param>
    /// <param name="ct">Gives up.</param>
    Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct);

    /// <summary>Cancels and frees the slot. Cancelling what is cancelled is <see cref="MisResult{T}.Ok"/>, whatever its version.</summary>
    /// <param name="appointment">As we know it; its version guards against changes we have not seen.</param>
    /// <param name="reason">For the MIS's people, without personal data.</param>
    /// <param name="key">Of this cancellation.</param>
    /// <param name="ct">Gives up.</param>
    Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct);

    /// <summary>Notes that the patient will come; noting it twice is harmless. Only with <see cref="MisCapabilities.Confirm"/>, otherwise <c>mis.not-supported</c> is returned.</summary>
    Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct);

    /// <summary>As it is in the MIS now. Null: the MIS does not have it.</summary>
    /// <exception cref="MisUnavailableException">Not to be known now.</exception>
    Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct);

    /// <summary>The appointment that an earlier <see cref="BookAsync"/> with this key made, though its answer was lost. Null: there is none.</summary>
    /// <param name="key">The key of the lost answer.</param>
    /// <param name="appointment">What was asked for; where the MIS keeps no key it is found by patient, practitioner and start.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="MisUnavailableException">Not to be known now; nothing may be repeated yet.</exception>
    Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct);

    /// <summary>Appointments that changed after a cursor, whoever changed them, we included; the same change may come twice. Only with <see cref="MisCapabilities.ChangeFeed"/>, otherwise compare complete snapshots.</summary>
    /// <param name="cursor"><see cref="ChangePage.Cursor"/> of the last page. Null: only from now on, the page is empty.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="MisUnavailableException">Asking again with the same cursor is safe.</exception>
    /// <exception cref="NotSupportedException">There is no feed.</exception>
    Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct);

    /// <summary>All appointments that start within [from, until), the cancelled included: a complete snapshot, or an exception.</summary>
    /// <exception cref="MisUnavailableException">Something of it could not be read.</exception>
    Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct);
}

/// <summary>What a MIS can do. What it cannot, the house does for it.</summary>
[Flags]
public enum MisCapabilities
{
    None = 0,

    /// <summary>Opens cards of new patients.</summary>
    PatientWrite = 1,

    /// <summary>Keeps a slot for us for a while.</summary>
    Hold = 2,

    /// <summary>Moves in one step. Without it a move books anew and then cancels.</summary>
    AtomicMove = 4,

    /// <summary>Refuses a write that is based on an old version.</summary>
    Versioned = 8,

    /// <summary>Keeps our key, so that a lost answer is found for certain.</summary>
    KeepsKey = 16,

    /// <summary>Tells what changed. Without it complete snapshots are compared.</summary>
    ChangeFeed = 32,

    /// <summary>Takes down that the patient will come.</summary>
    Confirm = 64,

    /// <summary>Finds patients by their mail address, not by telephone alone.</summary>
    FindByEmail = 128,

    /// <summary>Lists its patients, so that a person is found by name and date of birth too.</summary>
    ListPatients = 256,
}

/// <summary>What a probe found.</summary>
/// <param name="Product">Name and version as the MIS tells them.</param>
/// <param name="ClockSkew">The MIS's clock minus ours. Null: it does not tell its time.</param>
public sealed record MisProbe(string Product, TimeSpan? ClockSkew);

/// <summary>The MIS is out of reach for now, or what it answers makes no sense.</summary>
public sealed class MisUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The adapter itself failed: a mistake in it, or something that no rule of it knows. Time alone does not heal it.</summary>
    public bool IsFault { get; init; }
}
