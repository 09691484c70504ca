using System.Globalization;
using MedCrm.Connectors.WebChat;
using Xunit;

namespace MedCrm.Connectors.Tests.WebChat;

public sealed class WorkingHoursTests
{
    private static readonly ChatOptions Chat = new()
    {
        Key = "main",
        Hours = { [DayOfWeek.Monday] = "08:00-13:00,14:00-20:00", [DayOfWeek.Tuesday] = "00:00-24:00" },
    };

    [Theory]
    [InlineData("2026-11-23T05:00:00Z", null)] // Monday, 8:00 in Moscow
    [InlineData("2026-11-23T04:59:59Z", "2026-11-23T05:00:00Z")]
    [InlineData("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z")] // lunch
    [InlineData("2026-11-23T17:00:00Z", "2026-11-23T21:00:00Z")] // evening; Tuesday begins at midnight
    [InlineData("2026-11-24T20:59:59Z", null)]
    [InlineData("2026-11-24T21:00:00Z", "2026-11-30T05:00:00Z")]
    public void They_are_those_of_the_clinic_not_of_the_server(string now, string? opensAt) =>
        Assert.Equal(opensAt is null ? null : At(opensAt), WorkingHours.OpensAt(Chat, At(now)));

    [Fact]
    public void Without_hours_somebody_always_answers() => Assert.Null(WorkingHours.OpensAt(new ChatOptions { Key = "main" }, At("2026-11-23T00:00:00Z")));

    [Theory]
    [InlineData("8-20")]
    [InlineData("20:00-08:00")]
    [InlineData("08:00-14:00,13:00-20:00")]
    public void What_cannot_be_read_is_a_mistake_of_the_settings(string hours) => Assert.Null(WorkingHours.Parse(hours));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
