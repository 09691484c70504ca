using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Requests;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.CallList;
using Wolverine;
using Wolverine.Persistence.Sagas;

namespace MedCrm.Patients.Reminders;

/// <summary>
/// Sees a visit through from its booking to its hour: reminds, hears the answer, and hands the silent to a person.
/// Timeout: a sweep by <see cref="NextAt"/> instead of scheduled messages; whoever wakes it early finds nothing due, whoever wakes it late finds
/// what is stale passed over. Repeat: a reminder's id is made of visit, time and number, so the second is the first. Disorder: an older word
/// about the visit changes nothing; one that comes after the end finds nothing to do. Refusal: no channel carries it, then a person calls.
/// Unknown outcome does not exist here: delivery is the channel's business.
/// </summary>
public sealed class AppointmentReminders : Saga
{
    /// <summary>Who was reminded just now is not silent yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    public Guid Id { get; set; }

    public DataSubjectId SubjectId { get; set; }

    public RequestId RequestId { get; set; }

    /// <summary>Of the visit, as last heard.</summary>
    public long Rev { get; set; }

    public string PatientId { get; set; } = "";

    public AppointmentSlot? Slot { get; set; }

    /// <summary>The visit will take place, as far as we know.</summary>
    public bool Stands { get; set; }

    public List<PlannedReminder> Plan { get; set; } = [];

    /// <summary>How many of the plan are sent or passed over.</summary>
    public int Passed { get; set; }

    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>Messages that asked about the time as it stands.</summary>
    public List<Guid> Asked { get; set; } = [];

    /// <summary>The patient will come.</summary>
    public bool Confirmed { get; set; }

    /// <summary>The patient said something, whatever it was: a manager has it.</summary>
    public bool Spoke { get; set; }

    /// <summary>A person calls.</summary>
    public bool Listed { get; set; }

    /// <summary>When it is to be looked at again. The sweep finds it by this.</summary>
    public DateTimeOffset NextAt { get; set; }

    public OutgoingMessages StartOrHandle([SagaIdentityFrom(nameof(VisitChanged.AppointmentKey))] VisitChanged visit, ReminderOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(options);
        if (visit.Rev <= Rev)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        var (first, moved) = (Slot is null, Slot?.Start != visit.Slot.Start);
        (Id, SubjectId, RequestId, Rev, PatientId, Slot) = (visit.AppointmentKey, visit.SubjectId, visit.RequestId, visit.Rev, visit.PatientId, visit.Slot);
        Stands = visit.Status == AppointmentStatus.Booked;
        Confirmed = visit.Confirmed || (Confirmed && !moved);
        OutgoingMessages outgoing = [];
        if (Stands && moved)
        {
            Plan = [.. ReminderPlan.Of(Slot.Start, now, Zone, options)];
            (Passed, RemindedAt, Asked, Spoke, Listed) = (0, null, [], false, false);
        }

        if (visit.Status == AppointmentStatus.NoShow)
        {
            outgoing.Add(Call(CallReason.NoShow));
        }

        if (!Stands || Confirmed || (moved && !first))
        {
            outgoing.Add(new SettleCalls(new AppointmentId(Id), SubjectId, NoShow: visit.Status != AppointmentStatus.NoShow));
        }

        return Later(outgoing, options, now);
    }

    public OutgoingMessages Handle([SagaIdentityFrom(nameof(RemindersDue.AppointmentKey))] RemindersDue due, ReminderOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        var now = clock.GetUtcNow();
        OutgoingMessages outgoing = [];
        if (Stands && !Confirmed && now < Slot!.Start)
        {
            PassOverStale(now);
            if (Passed < Plan.Count && Plan[Passed] is var next && next.At <= now && !options.Quiet.AreAt(now, Zone))
            {
                outgoing.Add(Ask("reminder", Passed, now));
                Passed++;
            }

            if (SilentAt(options) <= now)
            {
                Listed = true;
                outgoing.Add(Call(CallReason.Silent));
            }
        }

        return Later(outgoing, options, now);
    }

    public OutgoingMessages Handle([SagaIdentityFrom(nameof(ReminderAnswered.AppointmentKey))] ReminderAnswered answered, ReminderOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(answered);
        ArgumentNullException.ThrowIfNull(options);
        var now = clock.GetUtcNow();
        if (now >= Slot!.Start)
        {
            return [];
        }

        if (!Stands)
        {
            // Nobody may stay in the belief that they are expected.
            return answered.Answer == NoticeAnswer.Yes ? [Thank(ReminderText.Over)] : [];
        }

        Spoke = true;
        OutgoingMessages outgoing = [];
        switch (answered.Answer)
        {
            case NoticeAnswer.Yes when !Asked.Contains(answered.MessageId.Value):
                // A yes to another time than the one that stands now.
                outgoing.Add(Ask("again", (int)Rev, now));
                break;
            case NoticeAnswer.Yes:
                Confirmed = true;
                outgoing.Add(new ConfirmVisit(new AppointmentId(Id), null));
                outgoing.Add(Thank(ReminderText.Expected));
                break;
            case NoticeAnswer.No when options.CancelByAnswer:
                outgoing.Add(new CancelVisit(new AppointmentId(Id), "Пациент отказался, отвечая на напоминание", $"reminder:{MessageOf("reminder", Passed)}", null));
                break;
            case NoticeAnswer.No:
                Listed = true;
                outgoing.Add(Call(CallReason.CancelAsked));
                outgoing.Add(Thank(ReminderText.CancelAsked));
                break;
        }

        return Later(outgoing, options, now);
    }

    /// <summary>No channel carries it: until somebody calls, the patient knows nothing.</summary>
    public OutgoingMessages Handle([SagaIdentityFrom(nameof(ReminderNotTold.AppointmentKey))] ReminderNotTold _, ReminderOptions options, TimeProvider clock)
    {
        if (!Stands || Listed)
        {
            return [];
        }

        Listed = true;
        return Later([Call(CallReason.NoChannel)], options, clock.GetUtcNow());
    }

    public static void NotFound(RemindersDue _)
    {
    }

    public static void NotFound(ReminderAnswered _)
    {
    }

    public static void NotFound(ReminderNotTold _)
    {
    }

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Slot!.TimeZone);

    /// <summary>From when on a patient who says nothing is a matter for a call. Null: never.</summary>
    private DateTimeOffset? SilentAt(ReminderOptions options) =>
        Listed || Spoke || Confirmed || RemindedAt is not { } reminded || options.CallBefore <= TimeSpan.Zero ? null
        : Later(Slot!.Start - options.CallBefore, reminded + Patience) is var at && at < Slot.Start ? at : null;

    private OutgoingMessages Later(OutgoingMessages outgoing, ReminderOptions options, DateTimeOffset now)
    {
        if (now >= Slot!.Start)
        {
            // Its hour has come: whatever is to be said of it now, the MIS will say.
            MarkCompleted();
            return outgoing;
        }

        // One that ended is kept until its hour, so that an older word that comes late does not begin it anew.
        NextAt = Slot.Start;
        if (Stands && !Confirmed)
        {
            PassOverStale(now);
            if (Passed < Plan.Count)
            {
                NextAt = options.Quiet.EndFrom(Later(Plan[Passed].At, now), Zone).ToUniversalTime();
            }

            NextAt = SilentAt(options) is { } silent && silent < NextAt ? silent : NextAt;
        }

        return outgoing;
    }

    private void PassOverStale(DateTimeOffset now)
    {
        while (Passed < Plan.Count && Plan[Passed].Until <= now)
        {
            Passed++;
        }
    }

    private ListCall Call(CallReason reason) => new(new AppointmentId(Id), SubjectId, RequestId, PatientId, reason, Slot!);

    private Remind Ask(string what, int number, DateTimeOffset now)
    {
        var message = MessageOf(what, number);
        RemindedAt = now;
        Asked.Add(message.Value);
        return new Remind(new AppointmentId(Id), SubjectId, RequestId, message, Slot!);
    }

    private Thank Thank(string text) => new(SubjectId, RequestId, MessageOf("thanks", Passed), text);

    private MessageId MessageOf(string what, int number) =>
        new(DeterministicId.From(what, Id.ToString(), Slot!.Start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), number.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}

/// <summary>How a visit stands after a change; told by whoever writes visits, in the same transaction.</summary>
[WireName("patients.visit-changed/1")]
public sealed record VisitChanged(
    AppointmentId AppointmentId, DataSubjectId SubjectId, RequestId RequestId, long Rev, string PatientId, AppointmentStatus Status, bool Confirmed, AppointmentSlot Slot) : IAboutSubject
{
    /// <summary>The visit's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid AppointmentKey => AppointmentId.Value;
}

/// <summary>The sweep found that something is due.</summary>
public sealed record RemindersDue(Guid AppointmentKey);

/// <summary>The patient answered a reminder.</summary>
[WireName("patients.reminder-answered/1")]
public sealed record ReminderAnswered(AppointmentId AppointmentId, DataSubjectId SubjectId, MessageId MessageId, NoticeAnswer Answer) : IAboutSubject
{
    /// <summary>The visit's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid AppointmentKey => AppointmentId.Value;
}

/// <summary>A reminder reached nobody.</summary>
[WireName("patients.reminder-not-told/1")]
public sealed record ReminderNotTold(AppointmentId AppointmentId, DataSubjectId SubjectId) : IAboutSubject
{
    /// <summary>The visit's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid AppointmentKey => AppointmentId.Value;
}
