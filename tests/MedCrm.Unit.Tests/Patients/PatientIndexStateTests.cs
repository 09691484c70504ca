using MedCrm.Patients.Identification;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class PatientIndexStateTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(0, null, true)]
    [InlineData(0, 1, false)]
    [InlineData(0, 0, false)]
    [InlineData(2, 1, true)]
    public void A_reading_is_under_way_until_it_has_reached_the_end(int? began, int? full, bool isReading)
    {
        var state = PatientIndexState.Of(7, listed: true, Hour(began), Hour(full));
        Assert.Equal((isReading ? Hour(began) : null, Hour(full)), (state.ReadingSince, state.FullAt));
    }

    private static DateTimeOffset? Hour(int? hours) => hours is { } given ? Monday.AddHours(given) : null;
}
