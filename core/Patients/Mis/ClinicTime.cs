namespace MedCrm.Patients.Mis;

/// <summary>Between the clocks on a clinic's walls and instants. MISes send local strings without a zone; what they mean depends on the location.</summary>
public sealed class ClinicTime(MisOptions options)
{
    /// <summary>The IANA zone of a location.</summary>
    public string ZoneOf(string locationId) => options.TimeZones.TryGetValue(locationId, out var zone) ? zone : options.TimeZone;

    /// <summary>The instant of a wall-clock time. Where clocks were set back and the time exists twice, the earlier one. Null: clocks jumped over it, so it does not exist, and a schedule that names it is wrong.</summary>
    public DateTimeOffset? Instant(DateTime local, string locationId) => Instant(local, TimeZoneInfo.FindSystemTimeZoneById(ZoneOf(locationId)));

    /// <summary>As above, in a given zone.</summary>
    public static DateTimeOffset? Instant(DateTime local, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(unspecified))
        {
            return null;
        }

        // The earlier of two instants with the same clock time is the one with the larger offset.
        var offset = zone.IsAmbiguousTime(unspecified) ? zone.GetAmbiguousTimeOffsets(unspecified).Max() : zone.GetUtcOffset(unspecified);
        return new DateTimeOffset(unspecified, offset).ToUniversalTime();
    }

    /// <summary>What the clocks of a location show at an instant.</summary>
    public DateTime Local(DateTimeOffset instant, string locationId) => TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(ZoneOf(locationId))).DateTime;
}
