using System.ComponentModel.DataAnnotations;

namespace MedCrm.Patients.Mis;

public enum MisAdapter
{
    /// <summary>No MIS is connected; contacts stay without a patient.</summary>
    None,

    /// <summary>A small synthetic clinic in our own database, for demonstrations and tests.</summary>
    Demo,
}

/// <summary>Which MIS is connected, and how.</summary>
public sealed class MisOptions : IValidatableObject
{
    public const string Section = "Mis";

    /// <summary>The adapter. Default <c>None</c>; <c>up --demo</c> sets <c>Demo</c>.</summary>
    [EnumDataType(typeof(MisAdapter))]
    public MisAdapter Adapter { get; set; } = MisAdapter.None;

    /// <summary>The IANA zone of the centre: in it the MIS's clock times are meant. Default <c>Europe/Moscow</c>.</summary>
    public string TimeZone { get; set; } = "Europe/Moscow";

    /// <summary>Zones of locations that live by another clock, by the MIS's id of the location: <c>"2": "Asia/Yekaterinburg"</c>. Default: none.</summary>
    public Dictionary<string, string> TimeZones { get; set; } = [];

    /// <summary>How long one call to the MIS may take; 1 second to 2 minutes. After it a write's outcome is unknown and is looked up. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (key, zone) in TimeZones.Select(pair => ($"TimeZones:{pair.Key}", pair.Value)).Prepend(("TimeZone", TimeZone)))
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
            {
                yield return new ValidationResult($"Mis:{key} '{zone}' is not an IANA zone such as Europe/Moscow.");
            }
        }
    }
}
