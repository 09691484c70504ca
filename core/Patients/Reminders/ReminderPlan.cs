namespace MedCrm.Patients.Reminders;

/// <summary>One reminder to come.</summary>
/// <param name="At">UTC instant from which on it is due.</param>
/// <param name="Until">UTC instant from which on it is stale: the next one is due, or the visit is near. A hub that was off does not send yesterday's reminder.</param>
public sealed record PlannedReminder(DateTimeOffset At, DateTimeOffset Until);

/// <summary>When a patient is reminded; pure.</summary>
internal static class ReminderPlan
{
    /// <summary>Two reminders within less than this would be one too many.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromHours(2);

    /// <summary>A reminder that the morning would bring too late goes out so long before the quiet hours.</summary>
    private static readonly TimeSpan BeforeQuiet = TimeSpan.FromMinutes(30);

    /// <param name="start">Of the visit.</param>
    /// <param name="known">Since when the visit stands as it stands. A reminder due before was told at booking.</param>
    /// <param name="zone">Of the branch.</param>
    /// <param name="options">The clinic's policy.</param>
    public static IReadOnlyList<PlannedReminder> Of(DateTimeOffset start, DateTimeOffset known, TimeZoneInfo zone, ReminderOptions options)
    {
        var last = start - options.NotLaterThan;
        var due = new List<DateTimeOffset>();
        foreach (var before in options.Steps)
        {
            var at = Audible(start - before, last, zone, options.Quiet);
            if (at > known && at < last && (due.Count == 0 || at >= due[^1] + Between))
            {
                due.Add(at.ToUniversalTime());
            }
        }

        return [.. due.Select((at, index) => new PlannedReminder(at, index + 1 < due.Count ? due[index + 1] : last))];
    }

    /// <summary>Out of the quiet hours: in the morning after them, or when that is too late in the evening before.</summary>
    private static DateTimeOffset Audible(DateTimeOffset at, DateTimeOffset last, TimeZoneInfo zone, QuietHours quiet)
    {
        var morning = quiet.EndFrom(at, zone);
        return morning < last ? morning : quiet.BeginBefore(at, zone) - BeforeQuiet;
    }
}
