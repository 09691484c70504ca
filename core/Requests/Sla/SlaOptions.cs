using MedCrm.Hosting;

namespace MedCrm.Requests.Sla;

/// <summary>The standard for first answers (SlaPolicy).</summary>
public sealed class SlaOptions
{
    /// <summary>Working time within which a new request must be answered. Default 15 minutes; zero: no standard.</summary>
    public TimeSpan FirstResponse { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>When a request that came at an instant must have been answered. Null: no standard.</summary>
    public DateTimeOffset? FirstResponseDue(BusinessHours hours, DateTimeOffset from) => FirstResponse <= TimeSpan.Zero ? null : hours.Add(from, FirstResponse);

    internal IEnumerable<string> Mistakes()
    {
        if (FirstResponse < TimeSpan.Zero || FirstResponse > TimeSpan.FromDays(30))
        {
            yield return "Sla:FirstResponse must be between 0 and 30 days.";
        }
    }
}
