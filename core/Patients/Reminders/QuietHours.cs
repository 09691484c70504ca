using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Reminders;

/// <summary>When nobody is written to, by the clock of the branch: from <paramref name="From"/>, included, to <paramref name="To"/>, not included; over midnight when it is the later. Both equal: never.</summary>
internal readonly record struct QuietHours(TimeOnly From, TimeOnly To)
{
    public bool AreAt(DateTimeOffset at, TimeZoneInfo zone) => Has(TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime));

    /// <summary>The first instant from this one on that is not quiet.</summary>
    public DateTimeOffset EndFrom(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        if (!Has(time))
        {
            return at;
        }

        var end = DateOnly.FromDateTime(local).AddDays(time < To ? 0 : 1).ToDateTime(To);
        var instant = Instant(end, zone);
        // The clock showed the end already and was set back: it will show it again.
        return instant > at ? instant : new DateTimeOffset(end, zone.GetAmbiguousTimeOffsets(end).Min()).ToUniversalTime();
    }

    /// <summary>When the quiet hours around this instant began. The instant itself when it is not quiet.</summary>
    public DateTimeOffset BeginBefore(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        return Has(time) ? Instant(DateOnly.FromDateTime(local).AddDays(time >= From ? 0 : -1).ToDateTime(From), zone) : at;
    }

    private bool Has(TimeOnly time) => From <= To ? time >= From && time < To : time >= From || time < To;

    /// <summary>Where clocks jump over this time, the first moment after the jump is meant.</summary>
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        for (var tried = local; ; tried = tried.AddMinutes(15))
        {
            if (ClinicTime.Instant(tried, zone) is { } instant)
            {
                return instant;
            }
        }
    }
}
