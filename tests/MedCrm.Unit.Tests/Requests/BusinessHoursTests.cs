using System.Globalization;
using MedCrm.Hosting;
using MedCrm.Requests.Sla;
using Xunit;

namespace MedCrm.Unit.Tests.Requests;

public sealed class BusinessHoursTests
{
    private static readonly Dictionary<string, Action<BusinessHoursOptions>> Calendars = new()
    {
        ["default"] = _ => { },
        ["lunch"] = sla => sla.Hours = Week("08:00-13:00,14:00-20:00"),
        ["round the clock"] = sla => sla.Hours = Week("00:00-24:00", weekend: "00:00-24:00"),
        ["nights"] = sla => sla.Hours = Week("00:00-06:00,22:00-24:00", weekend: "00:00-06:00,22:00-24:00"),
        ["holidays"] = sla => sla.Holidays = [new(2026, 3, 9), new(2026, 3, 9), new(2026, 5, 1)],
        ["moved"] = sla =>
        {
            sla.Holidays = [new(2026, 3, 6)];
            sla.WorkingDays = new() { ["2026-03-08"] = "10:00-12:00" };
        },
        ["a holiday that is worked"] = sla =>
        {
            sla.Holidays = [new(2026, 3, 9)];
            sla.WorkingDays = new() { ["2026-03-09"] = "10:00-11:00" };
        },
        ["berlin"] = sla => (sla.TimeZone, sla.Hours) = ("Europe/Berlin", Week("08:00-20:00", weekend: "00:00-24:00")),
        ["berlin jump"] = sla => (sla.TimeZone, sla.Hours) = ("Europe/Berlin", Week("08:00-20:00", weekend: "02:30-04:00")),
        ["kaliningrad"] = sla => sla.TimeZone = "Europe/Kaliningrad",
        ["vladivostok"] = sla => sla.TimeZone = "Asia/Vladivostok",
        ["one day a year"] = sla => (sla.Hours, sla.WorkingDays) = ([], new() { ["2027-01-11"] = "09:00-10:00" }),
        ["never"] = sla => sla.Hours = [],
    };

    [Theory]
    [InlineData("2026-11-23T05:00Z", "2026-11-23T05:00Z")] // Monday, 8:00 in Moscow
    [InlineData("2026-11-23T04:59:59Z", "2026-11-23T05:00Z")]
    [InlineData("2026-11-23T10:00Z", "2026-11-23T11:00Z")] // lunch
    [InlineData("2026-11-23T17:00Z", "2026-11-23T21:00Z")] // evening; Tuesday begins at midnight
    [InlineData("2026-11-24T20:59:59Z", "2026-11-24T20:59:59Z")]
    [InlineData("2026-11-24T21:00Z", "2026-11-30T05:00Z")]
    public void It_opens_by_the_clock_of_the_clinic_not_of_the_server(string at, string opens) => Assert.Equal(At(opens), new BusinessHours(new()
    {
        Hours = new() { [DayOfWeek.Monday] = "08:00-13:00,14:00-20:00", [DayOfWeek.Tuesday] = "00:00-24:00" },
    }).OpenFrom(At(at)));

    [Fact]
    public void What_never_opens_says_so() => Assert.Null(new BusinessHours(new() { Hours = [] }).OpenFrom(At("2026-11-23T05:00Z")));

    [Theory]
    [InlineData("8-20")]
    [InlineData("20:00-08:00")]
    [InlineData("08:00-14:00,13:00-20:00")]
    public void Intervals_that_cannot_be_read_are_a_mistake(string hours) => Assert.Null(BusinessHours.ParseIntervals(hours));

    // Clock times with their offset; 2026-03-02 is a Monday. Moscow is +03:00 all year; Berlin jumps 02:00 to 03:00 on 2026-03-29 and back 03:00 to 02:00 on 2026-10-25.
    [Theory]
    [InlineData("default", "2026-03-02T10:00+03:00", 15, "2026-03-02T10:15+03:00")]
    [InlineData("default", "2026-03-02T07:00Z", 15, "2026-03-02T10:15+03:00")]
    [InlineData("default", "2026-03-02T19:45+03:00", 15, "2026-03-02T20:00+03:00")]
    [InlineData("default", "2026-03-02T19:46+03:00", 15, "2026-03-03T08:01+03:00")]
    [InlineData("default", "2026-03-02T20:00+03:00", 15, "2026-03-03T08:15+03:00")]
    [InlineData("default", "2026-03-02T23:59+03:00", 15, "2026-03-03T08:15+03:00")]
    [InlineData("default", "2026-03-03T00:01+03:00", 15, "2026-03-03T08:15+03:00")]
    [InlineData("default", "2026-03-03T08:00+03:00", 15, "2026-03-03T08:15+03:00")]
    [InlineData("default", "2026-03-06T19:50+03:00", 15, "2026-03-07T09:05+03:00")]
    [InlineData("default", "2026-03-07T14:50+03:00", 15, "2026-03-09T08:05+03:00")]
    [InlineData("default", "2026-03-07T15:00+03:00", 15, "2026-03-09T08:15+03:00")]
    [InlineData("default", "2026-03-08T12:00+03:00", 15, "2026-03-09T08:15+03:00")]
    [InlineData("default", "2026-03-02T10:00+03:00", 720, "2026-03-03T10:00+03:00")]
    [InlineData("default", "2026-03-02T08:00+03:00", 3960, "2026-03-07T15:00+03:00")]
    [InlineData("default", "2026-03-02T08:00+03:00", 3961, "2026-03-09T08:01+03:00")]
    [InlineData("lunch", "2026-03-02T12:50+03:00", 15, "2026-03-02T14:05+03:00")]
    [InlineData("lunch", "2026-03-02T13:30+03:00", 15, "2026-03-02T14:15+03:00")]
    [InlineData("lunch", "2026-03-02T12:45+03:00", 15, "2026-03-02T13:00+03:00")]
    [InlineData("lunch", "2026-03-02T08:00+03:00", 661, "2026-03-03T08:01+03:00")]
    [InlineData("round the clock", "2026-03-07T23:50+03:00", 15, "2026-03-08T00:05+03:00")]
    [InlineData("round the clock", "2026-03-08T03:00+03:00", 1440, "2026-03-09T03:00+03:00")]
    [InlineData("nights", "2026-03-02T12:00+03:00", 30, "2026-03-02T22:30+03:00")]
    [InlineData("nights", "2026-03-02T23:50+03:00", 30, "2026-03-03T00:20+03:00")]
    [InlineData("nights", "2026-03-02T05:50+03:00", 30, "2026-03-02T22:20+03:00")]
    [InlineData("holidays", "2026-03-07T14:50+03:00", 15, "2026-03-10T08:05+03:00")]
    [InlineData("holidays", "2026-04-30T19:55+03:00", 15, "2026-05-02T09:10+03:00")]
    [InlineData("moved", "2026-03-05T19:55+03:00", 15, "2026-03-07T09:10+03:00")]
    [InlineData("moved", "2026-03-07T14:55+03:00", 15, "2026-03-08T10:10+03:00")]
    [InlineData("moved", "2026-03-08T11:55+03:00", 15, "2026-03-09T08:10+03:00")]
    [InlineData("a holiday that is worked", "2026-03-07T15:00+03:00", 90, "2026-03-10T08:30+03:00")]
    [InlineData("kaliningrad", "2026-03-02T20:30+03:00", 15, "2026-03-02T19:45+02:00")]
    [InlineData("vladivostok", "2026-03-02T10:00+03:00", 15, "2026-03-02T17:15+10:00")]
    [InlineData("vladivostok", "2026-03-02T13:00+03:00", 15, "2026-03-03T08:15+10:00")]
    [InlineData("berlin", "2026-03-27T19:55+01:00", 15, "2026-03-28T00:10+01:00")]
    [InlineData("berlin", "2026-03-29T01:50+01:00", 15, "2026-03-29T03:05+02:00")]
    [InlineData("berlin", "2026-03-29T01:00+01:00", 1440, "2026-03-30T10:00+02:00")]
    [InlineData("berlin", "2026-10-25T01:30+02:00", 120, "2026-10-25T02:30+01:00")]
    [InlineData("berlin", "2026-10-25T00:00+02:00", 1500, "2026-10-26T00:00+01:00")]
    [InlineData("berlin jump", "2026-03-29T00:00+01:00", 15, "2026-03-29T03:15+02:00")]
    [InlineData("berlin jump", "2026-03-22T00:00+01:00", 15, "2026-03-22T02:45+01:00")]
    [InlineData("one day a year", "2026-03-02T10:00+03:00", 15, "2027-01-11T09:15+03:00")]
    [InlineData("never", "2026-03-02T10:00+03:00", 15, null)]
    [InlineData("one day a year", "2027-01-11T09:50+03:00", 15, null)]
    public void Working_time_is_counted_as_the_calendar_says(string calendar, string from, int minutes, string? due)
    {
        var sla = new BusinessHoursOptions();
        Calendars[calendar](sla);
        Assert.Equal(due is null ? null : At(due), new BusinessHours(sla).Add(At(from), TimeSpan.FromMinutes(minutes)));
    }

    [Fact]
    public void Without_a_standard_nothing_is_due() =>
        Assert.Null(new SlaOptions { FirstResponse = TimeSpan.Zero }.FirstResponseDue(new BusinessHours(new()), At("2026-03-02T10:00+03:00")));

    [Fact]
    public void What_is_due_is_told_in_utc() =>
        Assert.Equal(TimeSpan.Zero, new SlaOptions().FirstResponseDue(new BusinessHours(new()), At("2026-03-02T10:00+03:00"))!.Value.Offset);

    [Fact]
    public void Working_time_never_runs_backwards()
    {
        var hours = new BusinessHours(new BusinessHoursOptions { TimeZone = "Europe/Berlin", Hours = Week("08:00-13:00,14:00-20:00", weekend: "00:00-24:00") });
        var start = At("2026-03-27T00:00+01:00");
        var dues = Enumerable.Range(0, 24 * 4 * 5).Select(quarter => hours.Add(start.AddMinutes(15 * quarter), TimeSpan.FromMinutes(15))!.Value).ToList();
        Assert.Equal(dues.Order(), dues);
    }

    [Theory]
    [InlineData("08:00-20:00", 1)]
    [InlineData("08:00-13:00,14:00-20:00", 2)]
    [InlineData(" 08:00 - 13:00 , 13:00-24:00 ", 2)]
    [InlineData("00:00-24:00", 1)]
    [InlineData("", 0)]
    public void Intervals_are_read(string text, int count) => Assert.Equal(count, BusinessHours.ParseIntervals(text)?.Count);

    [Theory]
    [InlineData("8-20")]
    [InlineData("08:00")]
    [InlineData("08:00-")]
    [InlineData("08:00–20:00")]
    [InlineData("20:00-08:00")]
    [InlineData("08:00-08:00")]
    [InlineData("08:00-13:00,12:59-20:00")]
    [InlineData("14:00-20:00,08:00-13:00")]
    [InlineData("08:00-25:00")]
    [InlineData("08:60-20:00")]
    [InlineData("24:00-24:00")]
    [InlineData("08:00-13:00;14:00-20:00")]
    [InlineData("08:00-13:00-20:00")]
    [InlineData("-08:00-13:00")]
    [InlineData("closed")]
    public void A_mistake_in_an_interval_is_not_guessed_around(string text) => Assert.Null(BusinessHours.ParseIntervals(text));

    private static Dictionary<DayOfWeek, string> Week(string workday, string? weekend = null)
    {
        var week = Enum.GetValues<DayOfWeek>().Where(day => day is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).ToDictionary(day => day, _ => workday);
        if (weekend is not null)
        {
            week[DayOfWeek.Saturday] = week[DayOfWeek.Sunday] = weekend;
        }

        return week;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
