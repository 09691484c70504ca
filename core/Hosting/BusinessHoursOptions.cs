using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MedCrm.Hosting;

/// <summary>When the centre works. Standards for answers and alerts about silent channels count by it.</summary>
public sealed class BusinessHoursOptions : IValidatableObject
{
    public const string Section = "BusinessHours";

    /// <summary>The IANA zone in which hours and holidays are meant. Default <c>Europe/Moscow</c>.</summary>
    public string TimeZone { get; set; } = "Europe/Moscow";

    /// <summary>Working intervals of each day, <c>HH:mm-HH:mm</c>, several a day with commas; a day left out is a day off. Default: Monday to Friday 08:00-20:00, Saturday 09:00-15:00.</summary>
    public Dictionary<DayOfWeek, string> Hours { get; set; } = new()
    {
        [DayOfWeek.Monday] = "08:00-20:00",
        [DayOfWeek.Tuesday] = "08:00-20:00",
        [DayOfWeek.Wednesday] = "08:00-20:00",
        [DayOfWeek.Thursday] = "08:00-20:00",
        [DayOfWeek.Friday] = "08:00-20:00",
        [DayOfWeek.Saturday] = "09:00-15:00",
    };

    /// <summary>Days off beyond the week's, <c>yyyy-MM-dd</c>. Default: none; enter the year's official holidays.</summary>
    public List<DateOnly> Holidays { get; set; } = [];

    /// <summary>Working days that the calendar moved to a weekend, <c>yyyy-MM-dd</c>, with their hours.</summary>
    // Keys are text: the configuration binder passes over a dictionary by date without a word.
    public Dictionary<string, string> WorkingDays { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new($"TimeZone '{TimeZone}' is not an IANA zone such as Europe/Moscow.");
        }

        foreach (var (day, hours) in Hours.Select(pair => (pair.Key.ToString(), pair.Value)).Concat(WorkingDays.Select(pair => (pair.Key, pair.Value))))
        {
            if (BusinessHours.ParseIntervals(hours) is null)
            {
                yield return new($"hours of {day}: '{hours}' must look like 08:00-13:00,14:00-20:00, rising and without overlaps.");
            }
        }

        foreach (var day in WorkingDays.Keys.Where(day => !TryDay(day, out _)))
        {
            yield return new($"WorkingDays: '{day}' is not a day such as 2026-01-31.");
        }

        if (Hours.Count == 0 && WorkingDays.Count == 0)
        {
            yield return new("Hours must name at least one working day.");
        }
    }

    internal static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
