using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Requests;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.CallList;
using MedCrm.Patients.Reminders;
using Wolverine;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo Moscow = TimeZoneInfo.FindSystemTimeZoneById("Europe/Moscow");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly QuietHours Night = new(new TimeOnly(21, 0), new TimeOnly(9, 0));

    [Theory]
    [InlineData("2026-11-27T17:59:59Z", false)] // 20:59:59
    [InlineData("2026-11-27T18:00:00Z", true)] // 21:00
    [InlineData("2026-11-27T21:30:00Z", true)] // 00:30
    [InlineData("2026-11-28T05:59:59Z", true)] // 08:59:59
    [InlineData("2026-11-28T06:00:00Z", false)] // 09:00
    public void The_night_is_quiet_by_the_clock_of_the_branch(string at, bool quiet) => Assert.Equal(quiet, Night.AreAt(At(at), Moscow));

    [Fact]
    public void The_quiet_ends_in_the_morning_and_began_in_the_evening()
    {
        Assert.Equal(At("2026-11-28T06:00:00Z"), Night.EndFrom(At("2026-11-27T19:00:00Z"), Moscow));
        Assert.Equal(At("2026-11-28T06:00:00Z"), Night.EndFrom(At("2026-11-28T02:00:00Z"), Moscow));
        Assert.Equal(At("2026-11-27T18:00:00Z"), Night.BeginBefore(At("2026-11-28T02:00:00Z"), Moscow));
        var noon = At("2026-11-28T09:00:00Z");
        Assert.Equal((noon, noon), (Night.EndFrom(noon, Moscow), Night.BeginBefore(noon, Moscow)));
    }

    [Fact]
    public void The_same_instant_is_quiet_in_one_branch_and_not_in_another()
    {
        var at = At("2026-11-28T05:00:00Z");
        Assert.True(Night.AreAt(at, Moscow));
        Assert.False(Night.AreAt(at, TimeZoneInfo.FindSystemTimeZoneById("Asia/Yekaterinburg")));
    }

    [Theory]
    // Clocks go from 02:00 to 03:00 on 29 March and from 03:00 back to 02:00 on 25 October.
    [InlineData("01:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")] // 02:30 does not exist: 03:00
    [InlineData("21:00", "09:00", "2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z")] // ten hours of night, not eleven
    [InlineData("21:00", "09:00", "2026-10-24T21:00:00Z", "2026-10-25T08:00:00Z")] // twelve
    [InlineData("01:00", "02:30", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z")] // the first 02:10
    [InlineData("01:00", "02:30", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z")] // the second 02:10
    public void Clocks_that_are_changed_in_the_night_are_minded(string from, string to, string at, string end)
    {
        var quiet = new QuietHours(TimeOnly.Parse(from, null), TimeOnly.Parse(to, null));
        var found = quiet.EndFrom(At(at), Berlin);
        Assert.Equal(At(end), found);
        Assert.False(quiet.AreAt(found, Berlin));
    }

    [Fact]
    public void Equal_times_are_never_quiet() => Assert.False(new QuietHours(default, default).AreAt(At("2026-11-27T21:00:00Z"), Moscow));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}

public sealed class ReminderPlanTests
{
    private static readonly TimeZoneInfo Moscow = TimeZoneInfo.FindSystemTimeZoneById("Europe/Moscow");
    private static readonly ReminderOptions Usual = new();

    [Fact]
    public void A_visit_in_the_afternoon_is_reminded_of_two_days_one_day_and_three_hours_before()
    {
        var start = At("2026-11-27T14:30:00Z");
        var plan = ReminderPlan.Of(start, start.AddDays(-10), Moscow, Usual);
        Assert.Equal([start.AddHours(-48), start.AddHours(-24), start.AddHours(-3)], plan.Select(one => one.At));
        Assert.Equal([start.AddHours(-24), start.AddHours(-3), start.AddHours(-1)], plan.Select(one => one.Until));
    }

    [Fact]
    public void Whoever_books_late_hears_only_what_is_still_to_come()
    {
        var start = At("2026-11-27T14:30:00Z");
        Assert.Equal([start.AddHours(-3)], ReminderPlan.Of(start, start.AddHours(-20), Moscow, Usual).Select(one => one.At));
        Assert.Empty(ReminderPlan.Of(start, start.AddHours(-2), Moscow, Usual));
    }

    [Fact]
    public void An_early_visit_is_reminded_of_in_the_evening_before_and_not_at_night()
    {
        // 09:00 by the branch's clock: three hours before is six in the morning, and nine is too late.
        var start = At("2026-11-27T06:00:00Z");
        Assert.Equal([start.AddHours(-48), start.AddHours(-24), At("2026-11-26T17:30:00Z")], ReminderPlan.Of(start, start.AddDays(-10), Moscow, Usual).Select(one => one.At));
        // 11:00: eight in the morning is quiet, nine is early enough.
        start = At("2026-11-27T08:00:00Z");
        Assert.Equal(At("2026-11-27T06:00:00Z"), ReminderPlan.Of(start, start.AddDays(-10), Moscow, Usual)[^1].At);
    }

    [Fact]
    public void A_clinic_that_reminds_nobody_says_so_with_a_zero() =>
        Assert.Empty(ReminderPlan.Of(At("2026-11-27T14:30:00Z"), At("2026-11-01T00:00:00Z"), Moscow, new ReminderOptions { HoursBefore = [0] }));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}

public sealed class AppointmentRemindersTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-27T14:30:00Z", null);
    private static readonly AppointmentSlot Slot = new("5-1", "5", "Крылова Марина Сергеевна", "1", "Клиника на Лесной", Start, Start.AddMinutes(30), "Europe/Moscow");
    private readonly ReminderOptions _options = new();
    private readonly HandClock _clock = new(Start.AddDays(-10));
    private readonly AppointmentReminders _saga = new();
    private readonly RemindersDue _due = new(Visit(1).AppointmentKey);

    public AppointmentRemindersTests() => Assert.Empty(Told(Visit(1)));

    [Fact]
    public void Each_reminder_goes_out_once_and_is_the_same_message_however_often_it_is_made()
    {
        Assert.Equal(Start.AddHours(-48), _saga.NextAt);
        Assert.Empty(Wake());
        _clock.Now = _saga.NextAt;
        var first = Assert.IsType<Remind>(Assert.Single(Wake()));
        Assert.Empty(Wake());
        _clock.Now = _saga.NextAt;
        var second = Assert.IsType<Remind>(Assert.Single(Wake()));
        Assert.NotEqual(first.MessageId, second.MessageId);

        var repeated = new AppointmentReminders();
        _clock.Now = Start.AddDays(-10);
        repeated.StartOrHandle(Visit(1), _options, _clock);
        _clock.Now = Start.AddHours(-48);
        Assert.Equal(first.MessageId, Assert.IsType<Remind>(Assert.Single(repeated.Handle(_due, _options, _clock))).MessageId);
    }

    [Fact]
    public void A_hub_that_was_off_does_not_send_yesterdays_reminder()
    {
        _clock.Now = Start.AddHours(-23);
        // The first is stale, the second is an hour late.
        var late = Assert.IsType<Remind>(Assert.Single(Wake()));
        Assert.Empty(Wake());
        _clock.Now = Start.AddMinutes(-30);
        Assert.DoesNotContain(Wake(), sent => sent is Remind);
        Assert.NotEqual(default, late.MessageId);
    }

    [Fact]
    public void A_clock_that_jumps_back_sends_nothing_twice()
    {
        _clock.Now = Start.AddHours(-48);
        Assert.Single(Wake());
        _clock.Now = Start.AddHours(-60);
        Assert.Empty(Wake());
        _clock.Now = Start.AddHours(-47);
        Assert.Empty(Wake());
    }

    [Fact]
    public void Nobody_is_woken_at_night()
    {
        _clock.Now = Start.AddHours(-48).AddHours(5);
        // 22:30 by the branch's clock.
        Assert.Empty(Wake());
        Assert.Equal(DateTimeOffset.Parse("2026-11-26T06:00:00Z", null), _saga.NextAt);
        _clock.Now = _saga.NextAt;
        Assert.Single(Wake());
    }

    [Fact]
    public void The_silent_are_called_and_who_speaks_is_not()
    {
        _clock.Now = Start.AddHours(-24);
        Assert.Single(Wake());
        _clock.Now = _saga.NextAt;
        Assert.Equal(Start.AddHours(-18), _clock.Now);
        Assert.Equal(CallReason.Silent, Assert.IsType<ListCall>(Assert.Single(Wake())).Reason);
        Assert.DoesNotContain(Wake(), sent => sent is ListCall);

        var speaking = new AppointmentReminders();
        _clock.Now = Start.AddDays(-10);
        speaking.StartOrHandle(Visit(1), _options, _clock);
        _clock.Now = Start.AddHours(-24);
        speaking.Handle(_due, _options, _clock);
        Assert.Empty(speaking.Handle(new ReminderAnswered(Visit(1).AppointmentId, Visit(1).SubjectId, default, NoticeAnswer.Other), _options, _clock));
        _clock.Now = Start.AddHours(-18);
        Assert.Empty(speaking.Handle(_due, _options, _clock));
    }

    [Fact]
    public void A_yes_confirms_and_ends_the_reminding()
    {
        _clock.Now = Start.AddHours(-48);
        Wake();
        var answer = Answered(NoticeAnswer.Yes);
        Assert.Contains(answer, sent => sent is ConfirmVisit { By: null });
        Assert.Contains(answer, sent => sent is Thank { Text: ReminderText.Expected });
        _clock.Now = Start.AddHours(-24);
        Assert.Empty(Wake());
        Assert.Equal(Start, _saga.NextAt);
    }

    [Fact]
    public void A_no_asks_a_manager_unless_the_clinic_lets_it_cancel()
    {
        _clock.Now = Start.AddHours(-48);
        Wake();
        Assert.Equal(CallReason.CancelAsked, Answered(NoticeAnswer.No).OfType<ListCall>().Single().Reason);
        _options.CancelByAnswer = true;
        Assert.Single(Answered(NoticeAnswer.No).OfType<CancelVisit>());
    }

    [Fact]
    public void A_moved_visit_is_planned_anew_and_a_cancelled_one_is_left_alone()
    {
        _clock.Now = Start.AddHours(-48);
        var before = Assert.IsType<Remind>(Assert.Single(Wake()));
        var later = Slot with { Start = Start.AddDays(3), End = Start.AddDays(3).AddMinutes(30) };
        Assert.IsType<SettleCalls>(Assert.Single(Told(Visit(2) with { Slot = later })));
        Assert.Equal(later.Start.AddHours(-48), _saga.NextAt);
        // A yes to the old time is asked again about the new one.
        Assert.Equal(later, Assert.IsType<Remind>(Assert.Single(Answered(NoticeAnswer.Yes, before.MessageId))).Slot);
        _clock.Now = _saga.NextAt;
        Assert.NotEqual(before.MessageId, Assert.IsType<Remind>(Assert.Single(Wake())).MessageId);
        // An older word that comes late changes nothing.
        Assert.Empty(Told(Visit(1)));
        Assert.IsType<SettleCalls>(Assert.Single(Told(Visit(3) with { Slot = later, Status = AppointmentStatus.Cancelled })));
        _clock.Now = later.Start.AddHours(-24);
        Assert.Empty(Wake());
        Assert.Equal(ReminderText.Over, Assert.IsType<Thank>(Assert.Single(Answered(NoticeAnswer.Yes))).Text);
        _clock.Now = later.Start;
        Wake();
        Assert.True(_saga.IsCompleted());
    }

    [Fact]
    public void Who_did_not_come_is_called_and_who_came_after_all_is_not()
    {
        _clock.Now = Start.AddHours(1);
        var missed = Told(Visit(2) with { Status = AppointmentStatus.NoShow });
        Assert.Equal(CallReason.NoShow, missed.OfType<ListCall>().Single().Reason);
        Assert.False(missed.OfType<SettleCalls>().Single().NoShow);
        Assert.True(Told(Visit(3) with { Status = AppointmentStatus.Fulfilled }).OfType<SettleCalls>().Single().NoShow);
    }

    [Fact]
    public void What_reaches_nobody_is_for_the_telephone_once()
    {
        _clock.Now = Start.AddHours(-48);
        Wake();
        var lost = new ReminderNotTold(Visit(1).AppointmentId, Visit(1).SubjectId);
        Assert.Equal(CallReason.NoChannel, _saga.Handle(lost, _options, _clock).OfType<ListCall>().Single().Reason);
        Assert.Empty(_saga.Handle(lost, _options, _clock));
    }

    [Fact]
    public void The_text_says_when_and_where_and_nothing_that_is_a_secret()
    {
        var text = ReminderText.Of(Slot, Start.AddHours(-24));
        Assert.Contains("завтра, 27 ноября (пятница), в 17:30, Клиника на Лесной", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Крылова", text, StringComparison.Ordinal);
    }

    private static VisitChanged Visit(long rev) => new(
        new AppointmentId(new Guid("5a5a5a5a-1111-8222-8333-444444444444")), new DataSubjectId(new Guid("018f2b6e-3c1a-8d2f-9b4c-0a1b2c3d4e5f")),
        new RequestId(new Guid("77777777-1111-8222-8333-444444444444")), rev, "10482", AppointmentStatus.Booked, false, Slot);

    private OutgoingMessages Told(VisitChanged visit) => _saga.StartOrHandle(visit, _options, _clock);

    private OutgoingMessages Wake() => _saga.Handle(_due, _options, _clock);

    private OutgoingMessages Answered(NoticeAnswer answer, MessageId? to = null) =>
        _saga.Handle(new ReminderAnswered(Visit(1).AppointmentId, Visit(1).SubjectId, to ?? new MessageId(_saga.Asked.LastOrDefault()), answer), _options, _clock);

    private sealed class HandClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
