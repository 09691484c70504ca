using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Mis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Slots;

/// <summary>Free slots, the earliest first.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="ReadAt">UTC instant when the oldest part of the schedule that was searched was read from the MIS. Null: some of it was never read.</param>
/// <param name="Stale">The MIS has been silent for longer than it should be: booking may find the slot taken.</param>
/// <param name="Understood">How the words were read. Null: there were none.</param>
public sealed record SlotList(IReadOnlyList<SlotRow> Items, DateTimeOffset? ReadAt, bool Stale, UnderstoodWords? Understood);

/// <summary>A free slot.</summary>
/// <param name="Id">Of the MIS.</param>
/// <param name="Practitioner">Whose time.</param>
/// <param name="Specialties">Names of what they are asked for.</param>
/// <param name="Location">Where.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
/// <param name="LocalStart">What the location's clocks show at the start: <c>2026-11-27T17:30</c>.</param>
/// <param name="TimeZone">The location's IANA zone.</param>
/// <param name="HeldBy">The manager who holds it, or a slot of the same practitioner that overlaps it. Null: nobody.</param>
/// <param name="HeldUntil">UTC instant until which it is held. Null while <paramref name="HeldBy"/> is set: a booking is under way.</param>
public sealed record SlotRow(
    string Id, Named Practitioner, IReadOnlyList<string> Specialties, Named Location, DateTimeOffset Start, DateTimeOffset End, string LocalStart, string TimeZone, Agent? HeldBy = null,
    DateTimeOffset? HeldUntil = null);

/// <summary>Something of the MIS with its name.</summary>
public sealed record Named(string Id, string Name);

/// <summary>What was read out of words; empty lists: not said.</summary>
/// <param name="Specialties">Names.</param>
/// <param name="Practitioners">Names.</param>
/// <param name="Locations">Names.</param>
/// <param name="Days">Ranges of days, both included.</param>
/// <param name="After">Earliest start, <c>HH:mm</c> by the location's clock, included. Null: not said.</param>
/// <param name="Before">Starts before it. Null: not said.</param>
public sealed record UnderstoodWords(
    IReadOnlyList<string> Specialties, IReadOnlyList<string> Practitioners, IReadOnlyList<string> Locations, IReadOnlyList<UnderstoodDays> Days, string? After, string? Before);

/// <summary>Days by the clinic's calendar, both included.</summary>
public sealed record UnderstoodDays(DateOnly From, DateOnly To);

public static class GetSlotsEndpoint
{
    private const int Longest = 500;
    private const int LongestWords = 1000;

    /// <summary>Somebody who says a wish in words gets a choice, not a list.</summary>
    private const int Choice = 3;

    /// <summary>Readings may fail a few times before it is worth a warning.</summary>
    private const int Forgiven = 3;

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/slots", Get).WithName("listSlots");

    /// <param name="q">A wish in Russian: «к лору в пятницу после 17»; at most 1000 characters. The other filters narrow it further.</param>
    /// <param name="specialty">Ids; several are alternatives.</param>
    /// <param name="practitioner">Ids; several are alternatives.</param>
    /// <param name="location">Ids; several are alternatives.</param>
    /// <param name="from">First day by the location's calendar, <c>yyyy-MM-dd</c>. Default: today.</param>
    /// <param name="to">Last day, included. Default: as far as the schedule is known.</param>
    /// <param name="after">Earliest start by the location's clock, <c>HH:mm</c>, included.</param>
    /// <param name="before">Starts before it, <c>HH:mm</c>.</param>
    /// <param name="limit">1 to 500; default 50, with words 3.</param>
    private static async Task<Results<Ok<SlotList>, ValidationProblem>> Get(
        string? q, string[]? specialty, string[]? practitioner, string[]? location, string? from, string? to, string? after, string? before, int? limit,
        FreeSlots slots, SlotHolds holds, ClinicTime time, MisOptions options, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var mistakes = new Dictionary<string, string[]>();
        var (first, last) = (Day("from", from), Day("to", to));
        var (earliest, latest) = (Minute("after", after), Minute("before", before));
        if (first > last)
        {
            mistakes["to"] = ["slots.to-before-from"];
        }

        if (limit is < 1 or > Longest)
        {
            mistakes["limit"] = ["slots.limit-out-of-range"];
        }

        if (q?.Length > LongestWords)
        {
            mistakes["q"] = ["slots.words-too-long"];
        }

        if (mistakes.Count > 0)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var directory = await slots.DirectoryAsync(ct);
        var today = DateOnly.FromDateTime(time.Local(clock.GetUtcNow(), ""));
        var said = string.IsNullOrWhiteSpace(q) ? null : SlotWords.Read(q, directory, today);
        var wish = said ?? SlotWish.Any;
        wish = wish with
        {
            SpecialtyIds = specialty is [_, ..] ? specialty : wish.SpecialtyIds,
            PractitionerIds = practitioner is [_, ..] ? practitioner : wish.PractitionerIds,
            LocationIds = location is [_, ..] ? location : wish.LocationIds,
            Days = first is null && last is null ? wish.Days : [new DayRange(first ?? today, last ?? (first ?? today).AddYears(1))],
            Time = earliest is null && latest is null ? wish.Time : new TimeRange(earliest ?? 0, latest ?? TimeRange.MinutesOfDay),
        };
        var found = await slots.FindAsync(wish, directory, limit ?? (said is null ? 50 : Choice), ct);
        var held = found.Slots.Count == 0 ? [] : await holds.ActiveAsync(found.Slots[0].Start, found.Slots.Max(slot => slot.End), ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SlotList(
            [.. found.Slots.Select(slot => Held(Row(slot, directory, time), held))],
            found.ReadAt,
            found.ReadAt is not { } readAt || clock.GetUtcNow() - readAt > Forgiven * options.Schedule.FarEvery,
            said is null ? null : Understood(said, directory)));

        DateOnly? Day(string name, string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            mistakes[name] = ["slots.day-unreadable"];
            return null;
        }

        int? Minute(string name, string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clockTime))
            {
                return (clockTime.Hour * 60) + clockTime.Minute;
            }

            mistakes[name] = ["slots.time-unreadable"];
            return null;
        }
    }

    private static SlotRow Held(SlotRow row, IReadOnlyList<SlotHold> held) =>
        held.FirstOrDefault(hold => hold.Covers(row.Practitioner.Id, row.Start, row.End)) is { } hold ? row with { HeldBy = hold.By, HeldUntil = hold.ExpiresAt } : row;

    internal static SlotRow Row(MisSlot slot, MisDirectory directory, ClinicTime time)
    {
        var practitioner = directory.Practitioners.FirstOrDefault(one => one.Id == slot.PractitionerId);
        return new SlotRow(
            slot.Id,
            new Named(slot.PractitionerId, practitioner?.Name ?? ""),
            [.. directory.Specialties.Where(specialty => practitioner?.SpecialtyIds.Contains(specialty.Id) == true).Select(specialty => specialty.Name)],
            new Named(slot.LocationId, directory.Locations.FirstOrDefault(one => one.Id == slot.LocationId)?.Name ?? ""),
            slot.Start,
            slot.End,
            time.Local(slot.Start, slot.LocationId).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
            time.ZoneOf(slot.LocationId));
    }

    private static UnderstoodWords Understood(SlotWish said, MisDirectory directory) => new(
        [.. directory.Specialties.Where(one => said.SpecialtyIds.Contains(one.Id)).Select(one => one.Name)],
        [.. directory.Practitioners.Where(one => said.PractitionerIds.Contains(one.Id)).Select(one => one.Name)],
        [.. directory.Locations.Where(one => said.LocationIds.Contains(one.Id)).Select(one => one.Name)],
        [.. said.Days.Select(day => new UnderstoodDays(day.From, day.To))],
        said.Time.From == 0 ? null : Clock(said.Time.From),
        said.Time.To == TimeRange.MinutesOfDay ? null : Clock(said.Time.To));

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
