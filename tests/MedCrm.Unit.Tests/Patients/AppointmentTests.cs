using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using Wolverine;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class AppointmentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Agent Anna = new(AgentId.New(), "Ковалёва Анна");
    private static readonly AppointmentSlot Friday = Slot("5-1", 30);
    private static readonly AppointmentSlot Saturday = Slot("5-2", 54);

    private static readonly AppointmentProposed Proposed = new(RequestId.New(), ContactId.New(), DataSubjectId.New(), "7", Friday, "k1", Anna, Noon);
    private static readonly AppointmentBooked Booked = new("42", "1", Friday, Noon.AddSeconds(1));
    private static readonly AppointmentDelayed Delayed = new("mis.away", Noon.AddSeconds(1));
    private static readonly MoveAsked MoveAsked = new(Saturday, "k2", Anna, Noon.AddMinutes(1));
    private static readonly CancelAsked CancelAsked = new(null, "k3", Anna, Noon.AddMinutes(2));

    [Fact]
    public void Nothing_is_booked_before_the_MIS_said_so()
    {
        Assert.Equal((AppointmentStatus.Proposed, AppointmentTruth.Waiting, Errand.Book), State(Proposed));
        Assert.Equal((AppointmentStatus.Pending, AppointmentTruth.Waiting, Errand.Book), State(Proposed, Delayed));
        Assert.Equal((AppointmentStatus.Booked, AppointmentTruth.Agreed, Errand.None), State(Proposed, Delayed, Booked));
        Assert.Null(After(Proposed, Delayed, Booked).Delay);
    }

    [Fact]
    public void What_the_MIS_refused_is_over_and_says_why()
    {
        var refused = After(Proposed, new AppointmentRefused(new AppointmentProblem("slot.taken", null, "k1", [Saturday]), Noon));
        Assert.Equal((AppointmentStatus.Cancelled, "slot.taken", "5-2"), (refused.Status, refused.Problem!.Code, refused.Problem.Alternatives[0].SlotId));
        Assert.Equal((AppointmentTruth.Agreed, Errand.None), (refused.Truth, refused.Errand));
    }

    [Fact]
    public void The_old_time_stands_until_the_new_one_is_agreed()
    {
        var moving = After(Proposed, Booked, MoveAsked);
        Assert.Equal((Friday, AppointmentStatus.Booked, AppointmentTruth.Waiting, Errand.Move), (moving.Slot, moving.Status, moving.Truth, moving.Errand));
        Assert.Equal((Friday, Errand.None), Where(Proposed, Booked, MoveAsked, new MoveRefused(new AppointmentProblem("slot.taken", null, "k2", []), Noon)));
        Assert.Equal((Saturday, Errand.None), Where(Proposed, Booked, MoveAsked, new AppointmentMoved("43", "1", Saturday, Noon)));
    }

    [Fact]
    public void One_wish_after_another()
    {
        Assert.Equal(Errand.Book, After(Proposed, CancelAsked).Errand);
        Assert.Equal(Errand.Cancel, After(Proposed, CancelAsked, Booked).Errand);
        Assert.Equal(Errand.Move, After(Proposed, Booked, MoveAsked, CancelAsked).Errand);
        Assert.Equal(Errand.Cancel, After(Proposed, Booked, MoveAsked, CancelAsked, new AppointmentMoved("42", "2", Saturday, Noon)).Errand);
        Assert.Equal(Errand.None, After(Proposed, Booked, CancelAsked, new AppointmentCancelled("2", Noon)).Errand);
        Assert.Equal(["k2", "k3"], After(Proposed, Booked, MoveAsked, CancelAsked).Keys);
    }

    [Fact]
    public void Whoever_confirmed_one_time_has_not_confirmed_another()
    {
        var confirmed = new AppointmentConfirmed(null, Noon);
        Assert.Equal((Noon, Errand.Confirm, AppointmentTruth.Agreed), (After(Proposed, Booked, confirmed).ConfirmedAt, After(Proposed, Booked, confirmed).Errand, After(Proposed, Booked, confirmed).Truth));
        Assert.Null(After(Proposed, Booked, confirmed, MoveAsked, new AppointmentMoved("42", "2", Saturday, Noon)).ConfirmedAt);
        Assert.Null(After(Proposed, Booked, confirmed, new AppointmentFollowed(AppointmentStatus.Booked, "42", "2", Saturday, Noon)).ConfirmedAt);
        Assert.Equal(Noon, After(Proposed, Booked, confirmed, new AppointmentFollowed(AppointmentStatus.Arrived, "42", "2", Friday, Noon)).ConfirmedAt);
    }

    [Fact]
    public void What_nobody_knew_of_a_visit_is_known_once_the_MIS_tells()
    {
        var told = new AppointmentFollowed(AppointmentStatus.Booked, "42", "2", Friday, Noon);
        Assert.Null(After(Proposed, new AppointmentRefused(new("mis.unclear", null, "k1", []), Noon), told).Problem);
        Assert.Null(After(Proposed, Booked, MoveAsked, new MoveRefused(new("mis.unclear", null, "k2", []), Noon), told).Problem);
        Assert.NotNull(After(Proposed, Booked, MoveAsked, new MoveRefused(new("slot.taken", null, "k2", [Saturday]), Noon), told).Problem);
    }

    [Fact]
    public void The_MIS_wins_and_its_word_ends_a_difference()
    {
        var differs = After(Proposed, Booked, new AppointmentDiffers("appointment.not-found", Noon));
        Assert.Equal(AppointmentTruth.Differs, differs.Truth);
        Assert.Equal((AppointmentStatus.NoShow, AppointmentTruth.Agreed, Errand.None), State(Proposed, Booked, MoveAsked, new AppointmentDiffers("x", Noon), new AppointmentFollowed(AppointmentStatus.NoShow, "42", "3", Friday, Noon)));
    }

    [Fact]
    public void A_repeated_booking_is_known_by_what_it_asked_for_also_after_a_move()
    {
        var moved = After(Proposed with { AskedPatientId = "6" }, Booked, MoveAsked, new AppointmentMoved("42", "2", Saturday, Noon));
        Assert.True(moved.AskedFor("6", "5-1"));
        Assert.False(moved.AskedFor("7", "5-1"));
        Assert.False(moved.AskedFor("6", "5-2"));
    }

    [Fact]
    public void A_fault_lasts_from_its_first_word_to_the_first_answer()
    {
        Assert.Equal(("hub.fault", Noon.AddMinutes(5)), Fault(Proposed, At("mis.away", 1), At("mis.fault", 5), At("hub.fault", 7)));
        Assert.Equal(("mis.away", (DateTimeOffset?)null), Fault(Proposed, At("hub.fault", 1), At("mis.away", 2)));
        Assert.Equal((null, (DateTimeOffset?)null), Fault(Proposed, At("hub.fault", 1), Booked));

        static AppointmentDelayed At(string problem, int minute) => new(problem, Noon.AddMinutes(minute));
        static (string?, DateTimeOffset?) Fault(params IAppointmentEvent[] happened) => (After(happened).Delay, After(happened).FaultSince);
    }

    [Fact]
    public void A_wish_does_not_inherit_the_fault_of_a_confirmation_but_waits_with_the_booking_it_follows()
    {
        IAppointmentEvent[] confirming = [Proposed, Booked, new AppointmentConfirmed(null, Noon), new AppointmentDelayed("hub.fault", Noon)];
        Assert.Equal(("hub.fault", Noon), Fault(confirming));
        Assert.Equal((null, null), Fault([.. confirming, MoveAsked]));
        Assert.Equal((null, null), Fault([.. confirming, CancelAsked]));
        Assert.Equal(("hub.fault", Noon), Fault(Proposed, new AppointmentDelayed("hub.fault", Noon), CancelAsked));

        static (string?, DateTimeOffset?) Fault(params IAppointmentEvent[] happened) => (After(happened).Delay, After(happened).FaultSince);
    }

    [Fact]
    public void What_was_answered_to_one_wish_is_not_written_to_another()
    {
        var moving = After(Proposed, Booked, MoveAsked);
        Assert.True(After(Proposed, Booked, MoveAsked, Delayed).IsWantedAs(moving));
        var refused = new MoveRefused(new AppointmentProblem("slot.taken", null, "k2", []), Noon);
        Assert.False(After(Proposed, Booked, MoveAsked, refused).IsWantedAs(moving));
        Assert.False(After(Proposed, Booked, MoveAsked, refused, MoveAsked with { Key = "k4" }).IsWantedAs(moving));
        Assert.False(After(Proposed, CancelAsked).IsWantedAs(After(Proposed)));
        Assert.False(After(Proposed, Booked, CancelAsked, new CancelRefused(new AppointmentProblem("mis.refused", null, "k3", []), Noon), CancelAsked with { Key = "k5" }).IsWantedAs(After(Proposed, Booked, CancelAsked)));
    }

    [Fact]
    public void The_patient_hears_what_is_true_and_each_thing_under_one_name()
    {
        Assert.Equal("pending", News([Proposed], Delayed));
        Assert.Null(News([Proposed, Delayed], Delayed));
        Assert.Equal("booked", News([Proposed, Delayed], Booked));
        Assert.Null(News([Proposed, CancelAsked], Booked));
        Assert.Equal("moved:k2", News([Proposed, Booked, MoveAsked], new AppointmentMoved("42", "2", Saturday, Noon)));
        Assert.Null(News([Proposed, Booked, MoveAsked], new MoveRefused(new AppointmentProblem("hub.failed", null, "k2", []), Noon)));
        Assert.Equal("cancelled", News([Proposed, Booked, CancelAsked], new AppointmentCancelled("2", Noon)));
        Assert.Null(News([Proposed, Delayed], new AppointmentRefused(new AppointmentProblem("hub.failed", null, "k1", []), Noon)));

        static string? News(IAppointmentEvent[] before, IAppointmentEvent happened) => VisitNotices.News(After(before), After([.. before, happened]));
    }

    [Theory]
    // 27 November, half past two UTC, by two clocks.
    [InlineData("2026-11-27T14:30:00Z", "Europe/Moscow", "пятница, 27 ноября, 17:30")]
    [InlineData("2026-11-27T14:30:00Z", "Asia/Yekaterinburg", "пятница, 27 ноября, 19:30")]
    // The hour that clocks show twice is told by its instant.
    [InlineData("2026-10-25T00:30:00Z", "Europe/Berlin", "воскресенье, 25 октября, 02:30")]
    [InlineData("2026-10-25T02:30:00Z", "Europe/Berlin", "воскресенье, 25 октября, 03:30")]
    public void People_hear_the_time_of_the_branch(string instant, string zone, string said) =>
        Assert.Equal(said, VisitNotices.When(Friday with { Start = DateTimeOffset.Parse(instant, null), TimeZone = zone }));

    [Fact]
    public void Wrong_texts_and_pauses_are_all_named() => Assert.Equal(
        [
            "Booking:LongestPause must not be shorter than Booking:FirstPause.",
            "Booking:Texts:Booked knows {when}, {location}, {practitioner}, {specialty} and no other places in braces.",
            "Booking:Texts:Moved must not be longer than 1000 characters.",
        ],
        new BookingOptions { FirstPause = TimeSpan.FromMinutes(5), Texts = { Booked = "{doctor}", Moved = new string('я', 1001) } }.Validate(new(new object())).Select(mistake => mistake.ErrorMessage!));

    private static AppointmentSlot Slot(string id, int hours) => new(id, "5", "Крылова Марина Сергеевна", "1", "Клиника на Лесной", Noon.AddHours(hours), Noon.AddHours(hours).AddMinutes(30), "Europe/Moscow");

    private static Appointment After(params IAppointmentEvent[] happened) => happened.Aggregate((Appointment?)null, Appointment.After)!;

    private static (AppointmentStatus, AppointmentTruth, Errand) State(params IAppointmentEvent[] happened) => (After(happened).Status, After(happened).Truth, After(happened).Errand);

    private static (AppointmentSlot, Errand) Where(params IAppointmentEvent[] happened) => (After(happened).Slot, After(happened).Errand);
}

public sealed class AppointmentBookingTests
{
    private static readonly BookingOptions Options = new() { AnswerWithin = TimeSpan.FromSeconds(30), FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromSeconds(7) };
    private readonly Clock _clock = new();
    private readonly AppointmentBooking _saga = new() { Id = Guid.NewGuid(), SubjectId = DataSubjectId.New() };

    public AppointmentBookingTests() => _saga.Wish(Options, _clock.GetUtcNow());

    [Fact]
    public void It_rests_when_nothing_is_wanted_and_wakes_at_a_wish()
    {
        Assert.Empty(_saga.Handle(Answer(open: false, progress: true), Options, _clock));
        Assert.Null(_saga.DueAt);
        Assert.Empty(Due());
        // Deleted, it would lose a wish of the same moment: what is written to a saga that is gone wakes nobody.
        Assert.False(_saga.IsCompleted());
        Assert.IsType<RunErrand>(Assert.Single(_saga.Wish(Options, _clock.GetUtcNow())));
    }

    [Fact]
    public void The_next_errand_follows_the_last() => Assert.IsType<RunErrand>(Assert.Single(_saga.Handle(Answer(open: true, progress: true), Options, _clock)));

    [Fact]
    public void Patience_doubles_up_to_its_limit_and_the_MIS_may_ask_for_more()
    {
        Assert.Equal([2, 4, 7, 7], Enumerable.Range(0, 4).Select(_ => PauseAfter(Answer(open: true, progress: false))));
        Assert.Equal(60, PauseAfter(Answer(open: true, progress: false) with { PauseSeconds = 60 }));
    }

    [Fact]
    public void A_timeout_before_its_time_means_nothing()
    {
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(Due());
        _saga.Handle(Answer(open: true, progress: false), Options, _clock);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Due());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<RunErrand>(Assert.Single(Due()));
        Assert.Empty(Due());
    }

    [Fact]
    public void A_pause_of_an_earlier_release_ends_by_its_message()
    {
        _saga.Handle(Answer(open: true, progress: false), Options, _clock);
        _saga.DueAt = null;
        Assert.Empty(Due(2));
        Assert.Single(Due(1));
    }

    [Fact]
    public void What_an_earlier_release_left_under_way_is_due_at_once_and_a_wish_begins_anew()
    {
        AppointmentBooking Left() => new() { Id = _saga.Id, SubjectId = _saga.SubjectId, Running = true };
        var due = Left();
        Assert.Equal(0, Assert.IsType<SettleErrand>(Assert.Single(due.Handle(new ErrandDue(new AppointmentId(due.Id), due.SubjectId, 0), Options, _clock))).Errand);
        Assert.Equal(TimeSpan.FromSeconds(60), due.DueAt!.Value - _clock.GetUtcNow());
        // Its errand knows no number.
        Assert.Empty(due.Handle(Answer(open: false, progress: true) with { Errand = null }, Options, _clock));
        Assert.Equal((false, (DateTimeOffset?)null), (due.Running, due.DueAt));

        var wished = Left();
        Assert.Equal(1, Assert.IsType<RunErrand>(Assert.Single(wished.Wish(Options, _clock.GetUtcNow()))).Errand);
        Assert.NotNull(wished.DueAt);
        Assert.Empty(wished.Handle(Answer(open: false, progress: true) with { Errand = null }, Options, _clock));
        Assert.True(wished.Running);
    }

    [Fact]
    public void A_late_answer_to_an_errand_that_is_over_takes_nothing_from_the_next()
    {
        var late = Answer(open: false, progress: true);
        _saga.Handle(late, Options, _clock);
        Assert.Equal(2, Assert.IsType<RunErrand>(Assert.Single(_saga.Wish(Options, _clock.GetUtcNow()))).Errand);
        var due = _saga.DueAt;
        Assert.Empty(_saga.Handle(late, Options, _clock));
        Assert.Empty(_saga.Handle(late with { Open = true }, Options, _clock));
        Assert.Equal((true, 0, due), (_saga.Running, _saga.Pauses, _saga.DueAt));
    }

    [Fact]
    public void An_errand_that_never_answers_is_settled_with_growing_patience_until_it_does()
    {
        // Half a minute, and twice as long each time, up to sixteen minutes.
        Assert.Equal([30, 60, 120, 240, 480, 960, 960], Enumerable.Range(0, 7).Select(_ =>
        {
            var wait = _saga.DueAt!.Value - _clock.GetUtcNow();
            _clock.Advance(wait);
            Assert.IsType<SettleErrand>(Assert.Single(Due()));
            return (int)wait.TotalSeconds;
        }));
        Assert.Empty(_saga.Handle(Answer(open: true, progress: false), Options, _clock));
        Assert.Equal(TimeSpan.FromSeconds(2), _saga.DueAt!.Value - _clock.GetUtcNow());
        Assert.Equal(0, _saga.Failures);
    }

    [Fact]
    public void A_wish_waits_for_the_answer_to_a_running_errand_and_hastens_a_pause()
    {
        Assert.Empty(_saga.Wish(Options, _clock.GetUtcNow()));
        Assert.Single(_saga.Handle(Answer(open: false, progress: true), Options, _clock));
        _saga.Handle(Answer(open: true, progress: false), Options, _clock);
        Assert.Single(_saga.Wish(Options, _clock.GetUtcNow()));
    }

    private int PauseAfter(ErrandAnswered answered)
    {
        Assert.Empty(_saga.Handle(answered, Options, _clock));
        var pause = _saga.DueAt!.Value - _clock.GetUtcNow();
        _clock.Advance(pause);
        Assert.IsType<RunErrand>(Assert.Single(Due()));
        return (int)pause.TotalSeconds;
    }

    private ErrandAnswered Answer(bool open, bool progress) => new(new AppointmentId(_saga.Id), _saga.SubjectId, open, progress, null, _saga.Errands);

    private OutgoingMessages Due() => Due(_saga.Pauses);

    private OutgoingMessages Due(int pause) => _saga.Handle(new ErrandDue(new AppointmentId(_saga.Id), _saga.SubjectId, pause), Options, _clock);

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
