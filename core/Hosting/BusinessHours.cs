using System.Globalization;

namespace MedCrm.Hosting;

/// <summary>Counts working time: several intervals a day, holidays, moved days, a zone of its own.</summary>
public sealed class BusinessHours
{
    /// <summary>A year and a bit without a working interval means the calendar is empty; stop looking.</summary>
    private const int Horizon = 400;

    private readonly TimeZoneInfo _zone;
    private readonly Dictionary<DayOfWeek, IReadOnlyList<(TimeSpan From, TimeSpan To)>> _week;
    private readonly Dictionary<DateOnly, IReadOnlyList<(TimeSpan From, TimeSpan To)>> _special;

    public BusinessHours(BusinessHoursOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _zone = TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
        _week = options.Hours.ToDictionary(pair => pair.Key, pair => ParseIntervals(pair.Value) ?? []);
        _special = options.Holidays.Distinct().ToDictionary(day => day, _ => (IReadOnlyList<(TimeSpan, TimeSpan)>)[]);
        foreach (var (text, hours) in options.WorkingDays)
        {
            if (BusinessHoursOptions.TryDay(text, out var day))
            {
                _special[day] = ParseIntervals(hours) ?? [];
            }
        }
    }

    /// <summary>The instant at which that much working time has passed. Null: the calendar has no working time within a year.</summary>
    public DateTimeOffset? Add(DateTimeOffset from, TimeSpan working)
    {
        var local = TimeZoneInfo.ConvertTime(from, _zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        for (var n = 0; n <= Horizon; n++, day = day.AddDays(1))
        {
            foreach (var (start, end) in Intervals(day))
            {
                var (opens, closes) = (Instant(day, start), Instant(day, end));
                var begin = from > opens ? from : opens;
                if (begin >= closes)
                {
                    continue;
                }

                if (closes - begin >= working)
                {
                    return (begin + working).ToUniversalTime();
                }

                working -= closes - begin;
            }
        }

        return null;
    }

    /// <summary>The first working instant at or after that one. Null: the calendar has no working time within a year.</summary>
    public DateTimeOffset? OpenFrom(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, _zone).DateTime);
        for (var n = 0; n <= Horizon; n++, day = day.AddDays(1))
        {
            foreach (var (start, end) in Intervals(day))
            {
                if (at < Instant(day, end))
                {
                    var opens = Instant(day, start);
                    return at > opens ? at : opens.ToUniversalTime();
                }
            }
        }

        return null;
    }

    /// <summary>Reads <c>08:00-13:00,14:00-20:00</c>. Null: not like that.</summary>
    public static IReadOnlyList<(TimeSpan From, TimeSpan To)>? ParseIntervals(string text)
    {
        var intervals = new List<(TimeSpan From, TimeSpan To)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('-', StringSplitOptions.TrimEntries) is not [var left, var right]
                || !TryTime(left, out var from) || !TryTime(right, out var to)
                || to <= from || (intervals.Count > 0 && from < intervals[^1].To))
            {
                return null;
            }

            intervals.Add((from, to));
        }

        return intervals;
    }

    private static bool TryTime(string text, out TimeSpan time)
    {
        if (text == "24:00")
        {
            time = TimeSpan.FromDays(1);
            return true;
        }

        return TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time);
    }

    private IReadOnlyList<(TimeSpan From, TimeSpan To)> Intervals(DateOnly day) =>
        _special.TryGetValue(day, out var special) ? special : _week.GetValueOrDefault(day.DayOfWeek, []);

    private DateTimeOffset Instant(DateOnly day, TimeSpan time)
    {
        var local = day.ToDateTime(TimeOnly.MinValue) + time;
        // Where clocks jump over this time, the first moment after the jump is meant.
        while (_zone.IsInvalidTime(local))
        {
            local += TimeSpan.FromMinutes(15);
        }

        return new DateTimeOffset(local, _zone.GetUtcOffset(local));
    }
}
