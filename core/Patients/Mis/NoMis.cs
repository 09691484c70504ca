namespace MedCrm.Patients.Mis;

/// <summary>No MIS is connected: nobody is ever found, nothing can be booked, and that is an answer.</summary>
internal sealed class NoMis : IMisGateway
{
    public MisCapabilities Capabilities => MisCapabilities.None;

    public Task<MisProbe> ProbeAsync(CancellationToken ct) => Task.FromResult(new MisProbe("none", null));

    public Task<MisDirectory> ReadDirectoryAsync(CancellationToken ct) => Task.FromResult(MisDirectory.Empty);

    public Task<IReadOnlyList<MisSlot>> ReadFreeSlotsAsync(SlotWindow window, CancellationToken ct) => Task.FromResult<IReadOnlyList<MisSlot>>([]);

    public Task<IReadOnlyList<MisPatient>> FindPatientsAsync(string? phone, string? email, CancellationToken ct) => Task.FromResult<IReadOnlyList<MisPatient>>([]);

    public Task<PatientPage> ReadPatientsAsync(string? cursor, int limit, CancellationToken ct) => throw new NotSupportedException("No MIS is connected.");

    public Task<MisPatient?> GetPatientAsync(string id, CancellationToken ct) => Task.FromResult<MisPatient?>(null);

    public Task<MisResult<MisPatient>> CreatePatientAsync(NewPatient patient, IdempotencyKey key, CancellationToken ct) => Refuse<MisPatient>();

    public Task<MisPatient?> FindCreatedPatientAsync(IdempotencyKey key, NewPatient patient, CancellationToken ct) => Task.FromResult<MisPatient?>(null);

    public Task<MisResult<MisHold>> HoldAsync(MisSlot slot, TimeSpan duration, IdempotencyKey key, CancellationToken ct) => Refuse<MisHold>();

    public Task<MisResult<MisHold>> ReleaseAsync(MisHold hold, CancellationToken ct) => Refuse<MisHold>();

    public Task<MisResult<MisAppointment>> BookAsync(NewAppointment appointment, IdempotencyKey key, CancellationToken ct) => Refuse<MisAppointment>();

    public Task<MisResult<MisAppointment>> RescheduleAsync(MisAppointment appointment, MisSlot target, IdempotencyKey key, CancellationToken ct) => Refuse<MisAppointment>();

    public Task<MisResult<MisAppointment>> CancelAsync(MisAppointment appointment, string reason, IdempotencyKey key, CancellationToken ct) => Refuse<MisAppointment>();

    public Task<MisResult<MisAppointment>> ConfirmAsync(MisAppointment appointment, CancellationToken ct) => Refuse<MisAppointment>();

    public Task<MisAppointment?> GetAppointmentAsync(string id, CancellationToken ct) => Task.FromResult<MisAppointment?>(null);

    public Task<MisAppointment?> FindAppointmentAsync(IdempotencyKey key, NewAppointment appointment, CancellationToken ct) => Task.FromResult<MisAppointment?>(null);

    public Task<ChangePage> ReadChangesAsync(string? cursor, int limit, CancellationToken ct) => throw new NotSupportedException("No MIS is connected.");

    public Task<IReadOnlyList<MisAppointment>> ReadAppointmentsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct) => Task.FromResult<IReadOnlyList<MisAppointment>>([]);

    private static Task<MisResult<T>> Refuse<T>() => Task.FromResult<MisResult<T>>(new MisResult<T>.Rejected("mis.none", "No MIS is connected."));
}
