using System.ComponentModel.DataAnnotations;

namespace MedCrm.Patients.Appointments;

/// <summary>Rules of booking.</summary>
public sealed class BookingOptions : IValidatableObject
{
    public const string Section = "Booking";

    /// <summary>How long a manager holds a slot while talking; 30 seconds to 1 hour. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a click waits for the MIS before the answer is "not decided yet"; zero to 10 seconds. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long the MIS is asked again the first time; each further pause is twice as long. 1 second to 5 minutes. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause between two questions to the MIS; 1 second to 1 hour. Default 2 minutes. There is no last one: a wish ends when the MIS has answered it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a wish may go without an answer, not even "later", before it is tried once more at once; what fails then is a fault of our own (<c>hub.fault</c>), and each further wait is twice as long. 10 seconds to 1 hour, and more than a handful of <c>Mis:Timeout</c>. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a wish is repeated at which the adapter to the MIS itself fails (<c>mis.fault</c>) or something else of ours (<c>hub.fault</c>); 1 second to 1 day. Default 10 minutes. Then, if one more attempt fails, the wish ends by what the MIS says that it has; where it cannot be asked because of the fault, unanswered: the slot is let go, and the manager is asked to look into the MIS.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FaultPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What the patient is told.</summary>
    public BookingTexts Texts { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LongestPause < FirstPause)
        {
            yield return new ValidationResult("Booking:LongestPause must not be shorter than Booking:FirstPause.");
        }

        foreach (var mistake in Texts.Mistakes())
        {
            yield return new ValidationResult(mistake);
        }
    }
}

/// <summary>What the patient is told in the conversation of the request. Even the fact of a visit is a medical secret, so by default neither doctor nor specialty is named.</summary>
public sealed class BookingTexts
{
    private const int Longest = 1000;
    private static readonly string[] Places = ["{when}", "{location}", "{practitioner}", "{specialty}"];

    /// <summary>When the MIS has the visit. <c>{when}</c>, <c>{location}</c>, <c>{practitioner}</c> and <c>{specialty}</c> are filled in. Empty: nothing is told.</summary>
    public string Booked { get; set; } = "Запись подтверждена: {when}, {location}. Если планы изменятся, ответьте на это сообщение.";

    /// <summary>When the MIS does not answer, and the visit is preliminary. Empty: nothing is told.</summary>
    public string Pending { get; set; } = "Предварительно: {when}, {location}. Это ещё не запись; как только она будет, мы напишем.";

    /// <summary>When the visit stands at another time. Empty: nothing is told.</summary>
    public string Moved { get; set; } = "Запись перенесена: {when}, {location}. Если планы изменятся, ответьте на это сообщение.";

    /// <summary>When the visit is cancelled. Empty: nothing is told.</summary>
    public string Cancelled { get; set; } = "Запись отменена: {when}, {location}.";

    internal IEnumerable<string> Mistakes()
    {
        foreach (var (name, text) in new[] { (nameof(Booked), Booked), (nameof(Pending), Pending), (nameof(Moved), Moved), (nameof(Cancelled), Cancelled) })
        {
            if (text.Length > Longest)
            {
                yield return $"Booking:Texts:{name} must not be longer than {Longest} characters.";
            }

            if (Places.Aggregate(text, (rest, place) => rest.Replace(place, "", StringComparison.Ordinal)).IndexOfAny(['{', '}']) >= 0)
            {
                yield return $"Booking:Texts:{name} knows {string.Join(", ", Places)} and no other places in braces.";
            }
        }
    }
}
