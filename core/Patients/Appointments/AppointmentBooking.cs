using System.Text.Json.Serialization;
using MedCrm.Contracts;
using Wolverine;
using Wolverine.Persistence.Sagas;

namespace MedCrm.Patients.Appointments;

/// <summary>
/// Sees through what a visit wants from the MIS (book, move, cancel, confirm), one errand at a time, for as long as it takes.
/// It lives as long as the visit and rests in between. Repeat: only the answer to the last errand counts. Disorder: a wish that comes while an errand runs waits for its answer.
/// Timeout: the errand is run again with doubling patience, and there is no last time; a wish ends when the MIS has answered it. An errand that gives no answer at all,
/// because it failed, was lost or stands in a long queue, is settled (<see cref="SettleErrand"/>), with doubling patience too.
/// Refusal and an unknown outcome are the errand's: it writes what came of it to the visit, and an unknown outcome is looked up before it is repeated.
/// </summary>
public sealed class AppointmentBooking : Saga
{
    private const int MostDoublings = 12;

    /// <summary>From two minutes to an hour.</summary>
    private const int MostWaits = 5;

    public Guid Id { get; set; }

    public DataSubjectId SubjectId { get; set; }

    /// <summary>An errand is under way; its answer will come.</summary>
    public bool Running { get; set; }

    /// <summary>How many errands there were; the last one has this number. 0: none since a release that did not count.</summary>
    public int Errands { get; set; }

    /// <summary>Something more was wished for meanwhile.</summary>
    public bool Wished { get; set; }

    /// <summary>Pauses since the last progress.</summary>
    public int Pauses { get; set; }

    /// <summary>How often in a row no answer came in time.</summary>
    public int Failures { get; set; }

    /// <summary>When the pause is over, or the errand under way should have been answered (<see cref="WakeErrands"/>). Null: it rests.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public static (AppointmentBooking, OutgoingMessages) Begin(Appointment visit, BookingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(options);
        var saga = new AppointmentBooking { Id = visit.Id, SubjectId = visit.SubjectId };
        return (saga, saga.Run(options, now));
    }

    /// <summary>A person wished for something more.</summary>
    public OutgoingMessages Wish(BookingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Under way without a date: begun by an earlier release, and nobody would ever look after it.
        if (!Running || DueAt is null)
        {
            return Run(options, now);
        }

        Wished = true;
        return [];
    }

    public OutgoingMessages Handle([SagaIdentityFrom(nameof(ErrandAnswered.AppointmentKey))] ErrandAnswered answered, BookingOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(answered);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if ((answered.Errand ?? 0) != Errands)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        if (Wished || (answered.Open && answered.Progress))
        {
            return Run(options, now);
        }

        (Running, Failures) = (false, 0);
        if (!answered.Open)
        {
            // It rests, and is not deleted: a wish of the same moment would be written to a saga that is gone, and nobody would see to it.
            (Pauses, DueAt) = (0, null);
            return [];
        }

        var pause = options.FirstPause * Math.Pow(2, Math.Min(Pauses, MostDoublings));
        pause = pause < options.LongestPause ? pause : options.LongestPause;
        Pauses++;
        DueAt = now + (answered.PauseSeconds is { } asked && TimeSpan.FromSeconds(asked) > pause ? TimeSpan.FromSeconds(asked) : pause);
        return [];
    }

    public OutgoingMessages Handle([SagaIdentityFrom(nameof(ErrandDue.AppointmentKey))] ErrandDue due, BookingOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(due);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        // Answered, or wished for again, since somebody looked. Earlier releases kept the end of a pause in a scheduled message, and no date: what they left is due at once.
        if (due.Pause != Pauses || now < DueAt || (DueAt is null && !Running && Pauses == 0))
        {
            return [];
        }

        if (!Running)
        {
            var pauses = Pauses;
            var run = Run(options, now);
            Pauses = pauses;
            return run;
        }

        Failures++;
        DueAt = now + (options.AnswerWithin * Math.Pow(2, Math.Min(Failures, MostWaits)));
        return [new SettleErrand(new AppointmentId(Id), SubjectId, Errands)];
    }

    public static void NotFound(ErrandAnswered _)
    {
    }

    public static void NotFound(ErrandDue _)
    {
    }

    private OutgoingMessages Run(BookingOptions options, DateTimeOffset now)
    {
        (Running, Wished, Pauses, Failures, DueAt) = (true, false, 0, 0, now + options.AnswerWithin);
        Errands++;
        return [new RunErrand(new AppointmentId(Id), SubjectId, Errands)];
    }
}

/// <summary>Command of <see cref="AppointmentBooking"/>: do at the MIS whatever the visit wants next.</summary>
/// <param name="Errand">Its number. Null: begun by a release that did not count.</param>
[WireName("patients.run-errand/1")]
public sealed record RunErrand(AppointmentId AppointmentId, DataSubjectId SubjectId, int? Errand = null) : IAboutSubject;

/// <summary>What came of an errand; what it means stands in the visit.</summary>
/// <param name="Open">The visit still wants something.</param>
/// <param name="Progress">The MIS has answered; whatever is open is the next thing.</param>
/// <param name="PauseSeconds">How long the MIS asked us to wait. Null: it did not say.</param>
/// <param name="Errand">As in <see cref="RunErrand"/>.</param>
[WireName("patients.errand-answered/1")]
public sealed record ErrandAnswered(AppointmentId AppointmentId, DataSubjectId SubjectId, bool Open, bool Progress, int? PauseSeconds, int? Errand = null) : IAboutSubject
{
    /// <summary>The visit's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid AppointmentKey => AppointmentId.Value;
}

/// <summary>Timeout of <see cref="AppointmentBooking"/>.</summary>
/// <param name="Pause">Which pause is over.</param>
[WireName("patients.errand-due/1")]
public sealed record ErrandDue(AppointmentId AppointmentId, DataSubjectId SubjectId, int Pause) : IAboutSubject
{
    /// <summary>The visit's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid AppointmentKey => AppointmentId.Value;
}
