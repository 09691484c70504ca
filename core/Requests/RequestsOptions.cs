using System.ComponentModel.DataAnnotations;
using MedCrm.Requests.Sla;

namespace MedCrm.Requests;

/// <summary>Rules of requests.</summary>
public sealed class RequestsOptions : IValidatableObject
{
    public const string Section = "Requests";

    /// <summary>How long after closing a new message of the same conversation reopens the request instead of opening another. Default 7 days; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan ReopenWithin { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the identification in the MIS may take before it is asked again. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan IdentificationPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When somebody must have answered.</summary>
    public SlaOptions Sla { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Sla.Mistakes().Select(mistake => new ValidationResult(mistake));
}
