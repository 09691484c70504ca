using System.ComponentModel.DataAnnotations;

namespace MedCrm.Patients.Mis;

public enum MisAdapter
{
    /// <summary>No MIS is connected; contacts stay without a patient.</summary>
    None,

    /// <summary>A small synthetic clinic in our own database, for demonstrations and tests.</summary>
    Demo,

    /// <summary>A MIS that speaks FHIR R4.</summary>
    Fhir,

    /// <summary>Renovatio (rnova.org).</summary>
    Renovatio,
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

    /// <summary>How our copy of the schedule is kept fresh.</summary>
    public ScheduleOptions Schedule { get; set; } = new();

    /// <summary>How what happens to appointments in the MIS is followed.</summary>
    public FollowOptions Follow { get; set; } = new();

    /// <summary>How our index of the MIS's patients is kept full.</summary>
    public PatientListOptions Patients { get; set; } = new();

    /// <summary>Where the FHIR server is.</summary>
    public FhirOptions Fhir { get; set; } = new();

    /// <summary>Where Renovatio is.</summary>
    public RenovatioOptions Renovatio { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Adapter == MisAdapter.Fhir && !IsAddress(Fhir.Url))
        {
            yield return new ValidationResult("Mis:Fhir:Url must be an address such as https://mis.clinic.example/fhir when Mis:Adapter is Fhir.");
        }

        if (Adapter == MisAdapter.Renovatio && !IsAddress(Renovatio.Url))
        {
            yield return new ValidationResult("Mis:Renovatio:Url must be an address such as https://app.rnova.org/api/public/.");
        }

        if (Adapter == MisAdapter.Renovatio && string.IsNullOrWhiteSpace(Renovatio.ApiKey))
        {
            yield return new ValidationResult("Mis:Renovatio:ApiKey is missing.");
        }

        foreach (var mistake in Schedule.Mistakes().Concat(Follow.Mistakes()).Concat(Patients.Mistakes()))
        {
            yield return new ValidationResult(mistake);
        }

        foreach (var (key, zone) in TimeZones.Select(pair => ($"TimeZones:{pair.Key}", pair.Value)).Prepend(("TimeZone", TimeZone)))
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
            {
                yield return new ValidationResult($"Mis:{key} '{zone}' is not an IANA zone such as Europe/Moscow.");
            }
        }
    }

    /// <summary>A crashed attempt at a write keeps others away for the time of one call, one look-up and some slack.</summary>
    internal TimeSpan Lease => (2 * Timeout) + TimeSpan.FromSeconds(5);

    private static bool IsAddress(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "https" or "http");
}

/// <summary>How our copy of the schedule is kept fresh.</summary>
public sealed class ScheduleOptions
{
    /// <summary>How many days ahead free slots are known; 1 to 400. Default 60.</summary>
    public int Days { get; set; } = 60;

    /// <summary>How many of them are near: today and so many more; 0 to 30. Default 7.</summary>
    public int NearDays { get; set; } = 7;

    /// <summary>How often near days are read; 1 second to 1 hour. Default 20 seconds.</summary>
    public TimeSpan NearEvery { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often far days and the directory are read; 1 second to 1 day. Default 10 minutes.</summary>
    public TimeSpan FarEvery { get; set; } = TimeSpan.FromMinutes(10);

    internal IEnumerable<string> Mistakes()
    {
        if (Days is < 1 or > 400)
        {
            yield return "Mis:Schedule:Days must be between 1 and 400.";
        }

        if (NearDays is < 0 or > 30)
        {
            yield return "Mis:Schedule:NearDays must be between 0 and 30.";
        }

        if (NearEvery < TimeSpan.FromSeconds(1) || NearEvery > TimeSpan.FromHours(1))
        {
            yield return "Mis:Schedule:NearEvery must be between 1 second and 1 hour.";
        }

        if (FarEvery < TimeSpan.FromSeconds(1) || FarEvery > TimeSpan.FromDays(1))
        {
            yield return "Mis:Schedule:FarEvery must be between 1 second and 1 day.";
        }
    }
}

/// <summary>How what happens to appointments in the MIS is followed.</summary>
public sealed class FollowOptions
{
    /// <summary>How often changes are read where the MIS tells them, and what was read is taken in; 1 second to 1 hour. Default 15 seconds.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often all appointments of the window are read and compared; 1 second to 1 day. Without a feed of changes nothing else tells of them; deletions are noticed by the second reading. Default 10 minutes.</summary>
    public TimeSpan SnapshotEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many days ahead the window reaches; 1 to 400. Default 60.</summary>
    public int Days { get; set; } = 60;

    /// <summary>How many days back: who came, and who did not, is written down late; 0 to 30. Default 1.</summary>
    public int DaysBack { get; set; } = 1;

    /// <summary>How long copies and reports are kept beyond the window, in days; 1 to 400. Default 30.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>When in the night everything is compared and the report is written, <c>HH:mm</c> by the clock of <c>Mis:TimeZone</c>. Default 03:30. A hub that was off then does it when it is on again.</summary>
    public string ReconcileAt { get; set; } = "03:30";

    internal TimeOnly? ReconcileTime => TimeOnly.TryParseExact(ReconcileAt, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time) ? time : null;

    internal (DateTimeOffset From, DateTimeOffset Until) Window(DateTimeOffset now) => (now.AddDays(-DaysBack), now.AddDays(Days));

    internal IEnumerable<string> Mistakes()
    {
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromHours(1))
        {
            yield return "Mis:Follow:Every must be between 1 second and 1 hour.";
        }

        if (SnapshotEvery < TimeSpan.FromSeconds(1) || SnapshotEvery > TimeSpan.FromDays(1))
        {
            yield return "Mis:Follow:SnapshotEvery must be between 1 second and 1 day.";
        }

        if (Days is < 1 or > 400 || DaysBack is < 0 or > 30 || KeepDays is < 1 or > 400)
        {
            yield return "Mis:Follow:Days and KeepDays must be between 1 and 400, DaysBack between 0 and 30.";
        }

        if (ReconcileTime is null)
        {
            yield return "Mis:Follow:ReconcileAt must be a time such as 03:30.";
        }
    }
}

/// <summary>How our index of the MIS's patients is kept full, where the MIS lists them.</summary>
public sealed class PatientListOptions
{
    /// <summary>How many patients are asked for at once; 1 to 1000. Default 500.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>The pause between two pages, so that the MIS has time for its own people; zero to 1 minute. Default 200 milliseconds: half a million patients in about five minutes and what the MIS takes itself.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often those who are new are asked for once the list has been read; 1 second to 1 day. Default 5 minutes.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the whole list is read anew, for a MIS that does not tell who has changed; 1 hour to 90 days. Default 1 day.</summary>
    public TimeSpan AnewEvery { get; set; } = TimeSpan.FromDays(1);

    internal IEnumerable<string> Mistakes()
    {
        if (PageSize is < 1 or > 1000)
        {
            yield return "Mis:Patients:PageSize must be between 1 and 1000.";
        }

        if (Pause < TimeSpan.Zero || Pause > TimeSpan.FromMinutes(1))
        {
            yield return "Mis:Patients:Pause must be between zero and 1 minute.";
        }

        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromDays(1))
        {
            yield return "Mis:Patients:Every must be between 1 second and 1 day.";
        }

        if (AnewEvery < TimeSpan.FromHours(1) || AnewEvery > TimeSpan.FromDays(90))
        {
            yield return "Mis:Patients:AnewEvery must be between 1 hour and 90 days.";
        }
    }
}

/// <summary>A FHIR R4 server.</summary>
public sealed class FhirOptions
{
    /// <summary>Its base address: <c>https://mis.clinic.example/fhir</c>.</summary>
    public string? Url { get; set; }

    /// <summary>Sent as a bearer token. A secret. Null: none is sent.</summary>
    public string? Token { get; set; }
}

/// <summary>Renovatio's public API.</summary>
public sealed class RenovatioOptions
{
    /// <summary>Its base address. Default <c>https://app.rnova.org/api/public/</c>.</summary>
    public string Url { get; set; } = "https://app.rnova.org/api/public/";

    /// <summary>The key of the integration, sent in the body of each call. A secret.</summary>
    public string? ApiKey { get; set; }
}
