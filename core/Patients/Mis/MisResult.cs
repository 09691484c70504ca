namespace MedCrm.Patients.Mis;

/// <summary>What came of a write to the MIS. Exactly one of the cases below; there is no other.</summary>
/// <typeparam name="T">What a success brings.</typeparam>
public abstract record MisResult<T>
{
    private MisResult()
    {
    }

    /// <summary>Done, and the MIS said so.</summary>
    public sealed record Ok(T Value) : MisResult<T>;

    /// <summary>Taken down, to be decided in the MIS later; nothing is promised yet.</summary>
    /// <param name="Ticket">The MIS's word for it.</param>
    public sealed record Pending(string Ticket) : MisResult<T>;

    /// <summary>Somebody else has the slot.</summary>
    /// <param name="Alternatives">The nearest free ones, at most three; empty when none is known.</param>
    public sealed record SlotTaken(IReadOnlyList<MisSlot> Alternatives) : MisResult<T>;

    /// <summary>It was changed in the MIS since we read it; nothing was done.</summary>
    /// <param name="Current">As it is now. Null: could not be read.</param>
    public sealed record VersionConflict(MisAppointment? Current) : MisResult<T>;

    /// <summary>The MIS takes this person for one it has; nothing was done.</summary>
    public sealed record DuplicatePatient(IReadOnlyList<MisPatient> Candidates) : MisResult<T>;

    /// <summary>Refused for good: the same again would be refused again.</summary>
    /// <param name="Code">A stable word: <c>slot.past</c>, <c>mis.not-supported</c>, or the MIS's own code.</param>
    /// <param name="Text">The MIS's words for support, personal data masked. Never shown to a patient.</param>
    public sealed record Rejected(string Code, string Text) : MisResult<T>;

    /// <summary>What the write refers to is not in the MIS: patient, slot or appointment.</summary>
    /// <param name="What"><c>patient</c>, <c>slot</c> or <c>appointment</c>.</param>
    public sealed record NotFound(string What) : MisResult<T>;

    /// <summary>Certainly not done; the same again, later, may succeed.</summary>
    /// <param name="RetryAfter">How long the MIS asked us to wait. Null: it did not say.</param>
    public sealed record Transient(TimeSpan? RetryAfter) : MisResult<T>;

    /// <summary>Perhaps done. Repeating with the same key looks it up first.</summary>
    /// <param name="Text">Why it is not known, personal data masked.</param>
    /// <param name="IsFault">The adapter itself failed: a mistake in it, or something that no rule of it knows. Set by <see cref="ReliableMis"/>.</param>
    public sealed record Unknown(string Text, bool IsFault = false) : MisResult<T>;

    /// <summary>The same outcome of another kind of write; a success is translated.</summary>
    public MisResult<TOther> Map<TOther>(Func<T, TOther> translate)
    {
        ArgumentNullException.ThrowIfNull(translate);
        return this switch
        {
            Ok ok => new MisResult<TOther>.Ok(translate(ok.Value)),
            Pending pending => new MisResult<TOther>.Pending(pending.Ticket),
            SlotTaken taken => new MisResult<TOther>.SlotTaken(taken.Alternatives),
            VersionConflict conflict => new MisResult<TOther>.VersionConflict(conflict.Current),
            DuplicatePatient duplicate => new MisResult<TOther>.DuplicatePatient(duplicate.Candidates),
            Rejected rejected => new MisResult<TOther>.Rejected(rejected.Code, rejected.Text),
            NotFound missing => new MisResult<TOther>.NotFound(missing.What),
            Transient transient => new MisResult<TOther>.Transient(transient.RetryAfter),
            Unknown unknown => new MisResult<TOther>.Unknown(unknown.Text, unknown.IsFault),
            _ => throw new InvalidOperationException($"{GetType()} is no outcome."),
        };
    }
}
