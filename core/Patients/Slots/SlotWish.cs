namespace MedCrm.Patients.Slots;

/// <summary>Which free slots somebody would like. Empty lists: any.</summary>
/// <param name="SpecialtyIds">One of these.</param>
/// <param name="PractitionerIds">One of these; narrows <paramref name="SpecialtyIds"/> further.</param>
/// <param name="LocationIds">One of these.</param>
/// <param name="Days">Within one of these, by the clock of the slot's location.</param>
/// <param name="Time">Of the day, by the same clock.</param>
internal sealed record SlotWish(
    IReadOnlyList<string> SpecialtyIds, IReadOnlyList<string> PractitionerIds, IReadOnlyList<string> LocationIds, IReadOnlyList<DayRange> Days, TimeRange Time)
{
    public static SlotWish Any { get; } = new([], [], [], [], TimeRange.Any);

    /// <summary>Nothing was asked for.</summary>
    public bool IsEmpty => SpecialtyIds.Count + PractitionerIds.Count + LocationIds.Count + Days.Count == 0 && Time == TimeRange.Any;
}

/// <summary>Days, both included.</summary>
internal readonly record struct DayRange(DateOnly From, DateOnly To);

/// <summary>Minutes of the day: the start is included, the end is not.</summary>
internal readonly record struct TimeRange(int From, int To)
{
    public const int MinutesOfDay = 24 * 60;

    public static TimeRange Any { get; } = new(0, MinutesOfDay);

    /// <summary>Both at once; where they exclude each other, the second counts.</summary>
    public TimeRange And(TimeRange other)
    {
        var both = new TimeRange(Math.Max(From, other.From), Math.Min(To, other.To));
        return both.From < both.To ? both : other;
    }
}
