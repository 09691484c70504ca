using System.ComponentModel.DataAnnotations;

namespace MedCrm.Host;

/// <summary>Where the traces and figures of a process go.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>A collector that speaks OTLP over HTTP, by its base address such as <c>http://collector:4318</c>. Default none: nothing is followed and nothing is sent.</summary>
    public string? Collector { get; set; }

    /// <summary>How many of a hundred contacts are followed, 1 to 100. Default 100. What was chosen at the door is followed through every part.</summary>
    [Range(1, 100)]
    public int Share { get; set; } = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Collector is not null && !(Uri.TryCreate(Collector, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new ValidationResult("Telemetry:Collector must be an address such as http://collector:4318.", [nameof(Collector)]);
        }
    }
}
