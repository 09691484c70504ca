using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MedCrm.Patients.Reminders;

/// <summary>How patients are reminded of their visits.</summary>
public sealed class ReminderOptions : IValidatableObject
{
    public const string Section = "Reminders";

    private static readonly List<int> Usual = [48, 24, 3];

    /// <summary>How many hours before a visit the patient is reminded; 1 to 720 each, at most five. Default 48, 24 and 3; one 0 alone: nobody is reminded.</summary>
    // Null, for the binder adds to a list instead of replacing it.
    public List<int>? HoursBefore { get; set; }

    /// <summary>From when in the evening nobody is written to, <c>HH:mm</c> by the branch's clock. Default 21:00; equal to <see cref="QuietTo"/>: at any time.</summary>
    public string QuietFrom { get; set; } = "21:00";

    /// <summary>Until when in the morning. Default 09:00.</summary>
    public string QuietTo { get; set; } = "09:00";

    /// <summary>How much before the visit the last reminder may still go out. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan NotLaterThan { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A patient who has been reminded and is silent this long before the visit goes on the call list. Default 18 hours; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan CallBefore { get; set; } = TimeSpan.FromHours(18);

    /// <summary>An answer such as «не приду» cancels the visit at once. Default false: a manager is asked to.</summary>
    public bool CancelByAnswer { get; set; }

    /// <summary>How often it is looked who is due. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a patient of the waiting list has to answer an offer before the next one is asked. Default 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan OfferFor { get; set; } = TimeSpan.FromMinutes(30);

    internal IReadOnlyList<TimeSpan> Steps => [.. (HoursBefore is [_, ..] chosen ? chosen : Usual).Where(hours => hours > 0).Distinct().OrderDescending().Select(hours => TimeSpan.FromHours(hours))];

    internal QuietHours Quiet => new(Time(QuietFrom) ?? default, Time(QuietTo) ?? default);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HoursBefore is { Count: > 5 } || (HoursBefore is [_, _, ..] or [not 0] && HoursBefore.Exists(hours => hours is < 1 or > 720)))
        {
            yield return new ValidationResult("Reminders:HoursBefore must be at most five numbers between 1 and 720, or a single 0.");
        }

        if (Time(QuietFrom) is null || Time(QuietTo) is null)
        {
            yield return new ValidationResult("Reminders:QuietFrom and QuietTo must be times such as 21:00.");
        }
    }

    private static TimeOnly? Time(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
