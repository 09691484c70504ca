using System.Globalization;

namespace MedCrm.Connectors.WebChat;

/// <summary>Whether somebody answers now, and if not from when on.</summary>
internal static class WorkingHours
{
    /// <summary>Reads <c>08:00-13:00,14:00-20:00</c>. Null: not like that.</summary>
    public static IReadOnlyList<(TimeSpan From, TimeSpan To)>? Parse(string text)
    {
        var intervals = new List<(TimeSpan From, TimeSpan To)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('-', StringSplitOptions.TrimEntries) is not [var left, var right]
                || !TryTime(left, out var from) || !TryTime(right, out var to) || to <= from || (intervals.Count > 0 && from < intervals[^1].To))
            {
                return null;
            }

            intervals.Add((from, to));
        }

        return intervals;
    }

    /// <returns>Null: open now. <see cref="DateTimeOffset.MaxValue"/>: closed, and not open within a week.</returns>
    public static DateTimeOffset? OpensAt(ChatOptions chat, DateTimeOffset now)
    {
        if (chat.Hours.Count == 0)
        {
            return null;
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById(chat.TimeZone);
        var local = TimeZoneInfo.ConvertTime(now, zone);
        for (var day = 0; day <= 7; day++)
        {
            var date = local.Date.AddDays(day);
            foreach (var (from, to) in chat.Hours.TryGetValue(date.DayOfWeek, out var hours) ? Parse(hours)! : [])
            {
                if (day > 0 || local.TimeOfDay < from)
                {
                    return new DateTimeOffset(date + from, zone.GetUtcOffset(date + from)).ToUniversalTime();
                }

                if (local.TimeOfDay < to)
                {
                    return null;
                }
            }
        }

        return DateTimeOffset.MaxValue;
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
}
