using System.Globalization;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>Our copy of the schedule: right, fresh, honest about its age, and fast.</summary>
public sealed class FreeSlotsTests(PostgresFixture postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly MisOptions Options = new() { TimeZones = { ["2"] = "Asia/Yekaterinburg" }, Schedule = { Days = 20 } };
    private readonly DemoHarness _demo = new();
    private NpgsqlDataSource _database = null!;

    public async ValueTask InitializeAsync()
    {
        await _demo.StartAsync(postgres);
        _database = NpgsqlDataSource.Create((await postgres.SettingsAsync()).GetConnectionString("Chat")!);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _demo.DisposeAsync();
    }

    [Fact]
    public async Task The_copy_follows_the_mis_and_says_how_old_it_is()
    {
        var slots = await CopyAsync();
        var empty = await slots.FindAsync(SlotWish.Any, await slots.DirectoryAsync(default), 10, default);
        Assert.Empty(empty.Slots);
        Assert.Null(empty.ReadAt);
        using var follow = Follow(slots, TimeProvider.System);
        var before = TimeProvider.System.GetUtcNow();
        while (await follow.CatchUpAsync(default))
        {
            // As long as something is due.
        }

        var directory = await slots.DirectoryAsync(default);
        Assert.Equal(await _demo.House.ReadDirectoryAsync(default), directory, (left, right) => left.Practitioners.Count == right.Practitioners.Count && left.Locations.SequenceEqual(right.Locations));
        var found = await slots.FindAsync(SlotWish.Any, directory, 100_000, default);
        var until = before.UtcDateTime.Date.AddDays(Options.Schedule.Days + 1);
        var theirs = await _demo.House.ReadFreeSlotsAsync(new SlotWindow(before, new DateTimeOffset(until, TimeSpan.Zero)), default);
        Assert.Equal(theirs.Select(slot => slot.Id).Order(StringComparer.Ordinal), found.Slots.Select(slot => slot.Id).Order(StringComparer.Ordinal));
        Assert.True(found.ReadAt >= before);
    }

    [Fact]
    public async Task Every_filter_narrows_and_the_time_of_day_is_that_of_the_branch()
    {
        var slots = await FilledAsync();
        var directory = await slots.DirectoryAsync(default);
        var cardiologists = directory.Practitioners.Where(one => one.SpecialtyIds.Contains("Кардиолог")).Select(one => one.Id).ToHashSet();
        var tomorrow = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2));
        var time = new ClinicTime(Options);
        var found = await slots.FindAsync(new SlotWish(["Кардиолог"], [], ["2"], [new DayRange(tomorrow, tomorrow.AddDays(6))], new TimeRange(10 * 60, 12 * 60)), directory, 500, default);
        Assert.NotEmpty(found.Slots);
        Assert.All(found.Slots, slot =>
        {
            var local = time.Local(slot.Start, "2");
            Assert.Contains(slot.PractitionerId, cardiologists);
            Assert.Equal("2", slot.LocationId);
            Assert.InRange(local.TimeOfDay, new TimeSpan(10, 0, 0), new TimeSpan(11, 59, 0));
            Assert.InRange(DateOnly.FromDateTime(local), tomorrow, tomorrow.AddDays(6));
        });
    }

    [Fact]
    public async Task A_wish_in_words_becomes_three_slots()
    {
        var slots = await FilledAsync();
        var directory = await slots.DirectoryAsync(default);
        var wish = SlotWords.Read("к лору после 15", directory, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        var found = await slots.FindAsync(wish, directory, 3, default);
        Assert.Equal(3, found.Slots.Count);
        var doctor = Assert.Single(directory.Practitioners, one => one.SpecialtyIds.Contains("Оториноларинголог"));
        Assert.All(found.Slots, slot => Assert.True(slot.PractitionerId == doctor.Id && new ClinicTime(Options).Local(slot.Start, slot.LocationId).Hour >= 15));
    }

    [Fact]
    public async Task A_taken_slot_is_gone_at_once_and_a_reading_that_began_earlier_does_not_bring_it_back()
    {
        var slots = await FilledAsync();
        var directory = await slots.DirectoryAsync(default);
        var slot = (await slots.FindAsync(SlotWish.Any, directory, 50, default)).Slots[^1];
        var window = new SlotWindow(slot.Start, slot.Start.AddMinutes(1));
        var began = TimeProvider.System.GetUtcNow();
        var read = await _demo.House.ReadFreeSlotsAsync(window, default);
        await slots.TakeAsync(slot.Id, default);
        Assert.DoesNotContain((await slots.FindAsync(SlotWish.Any, directory, 500, default)).Slots, one => one.Id == slot.Id);
        await slots.ReplaceAsync(window, read, began, default);
        Assert.DoesNotContain((await slots.FindAsync(SlotWish.Any, directory, 500, default)).Slots, one => one.Id == slot.Id);
        await slots.ReplaceAsync(window, read, TimeProvider.System.GetUtcNow(), default);
        Assert.Contains((await slots.FindAsync(SlotWish.Any, directory, 500, default)).Slots, one => one.Id == slot.Id);
        await slots.ReplaceAsync(window, [], TimeProvider.System.GetUtcNow(), default);
        Assert.Null(await slots.GetAsync(slot.Id, default));
        var near = await slots.NearestAsync(slot, directory, 3, default);
        Assert.Equal(3, near.Count);
        Assert.All(near, one => Assert.Equal(slot.PractitionerId, one.PractitionerId));
    }

    [Fact]
    public async Task A_year_of_a_hundred_doctors_is_searched_within_300_ms()
    {
        var slots = await CopyAsync();
        var specialties = Enumerable.Range(0, 25).Select(n => new MisSpecialty($"s{n}", $"Специальность {n}")).ToList();
        var doctors = Enumerable.Range(0, 100).Select(n => new MisPractitioner($"d{n}", $"Врач {n}", [$"s{n % 25}"], [$"{(n % 4) + 1}"])).ToList();
        var directory = new MisDirectory([.. Enumerable.Range(1, 4).Select(n => new MisLocation($"{n}", $"Филиал {n}", "Europe/Moscow"))], doctors, specialties, []);
        var random = new Random(7);
        var midnight = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        for (var week = 0; week < 52; week++)
        {
            var made = from day in Enumerable.Range(week * 7, 7)
                       from doctor in doctors
                       from half in Enumerable.Range(0, 18)
                       where day % 7 != 6 && random.Next(3) > 0
                       let start = midnight.AddDays(day).AddHours(6).AddMinutes(half * 30)
                       select new MisSlot($"{doctor.Id}-{start.ToUnixTimeSeconds()}", doctor.Id, doctor.LocationIds[0], start, start.AddMinutes(30));
            await slots.ReplaceAsync(new SlotWindow(midnight.AddDays(week * 7), midnight.AddDays((week + 1) * 7)), [.. made], TimeProvider.System.GetUtcNow(), default);
        }

        await slots.KeepAsync(directory, default);
        await using (var analyze = _database.CreateCommand("analyze mis.free_slots"))
        {
            await analyze.ExecuteNonQueryAsync();
        }

        var times = new List<double>();
        for (var n = 0; n < 300; n++)
        {
            var day = DateOnly.FromDateTime(midnight.UtcDateTime).AddDays(random.Next(300));
            var wish = new SlotWish(
                random.Next(2) == 0 ? [$"s{random.Next(25)}"] : [], random.Next(4) == 0 ? [$"d{random.Next(100)}"] : [], random.Next(3) == 0 ? [$"{random.Next(1, 5)}"] : [],
                random.Next(2) == 0 ? [new DayRange(day, day.AddDays(random.Next(14)))] : [], random.Next(2) == 0 ? new TimeRange(17 * 60, TimeRange.MinutesOfDay) : TimeRange.Any);
            var started = TimeProvider.System.GetTimestamp();
            await slots.FindAsync(wish, await slots.DirectoryAsync(default), 50, default);
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        var p95 = times[(int)(times.Count * 0.95)];
        await using var count = _database.CreateCommand("select count(*) from mis.free_slots");
        var held = await count.ExecuteScalarAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held} free slots: p50 {times[times.Count / 2]:F1} ms, p95 {p95:F1} ms, max {times[^1]:F1} ms"));
        Assert.True(p95 <= 300, string.Create(CultureInfo.InvariantCulture, $"p95 is {p95:F0} ms."));
    }

    private async Task<FreeSlots> CopyAsync()
    {
        var slots = new FreeSlots(_database, new ClinicTime(Options), TimeProvider.System);
        await slots.StartingAsync(default);
        return slots;
    }

    private async Task<FreeSlots> FilledAsync()
    {
        var slots = await CopyAsync();
        using var follow = Follow(slots, TimeProvider.System);
        while (await follow.CatchUpAsync(default))
        {
            // As long as something is due.
        }

        return slots;
    }

    private FollowSchedule Follow(FreeSlots slots, TimeProvider clock) => new(_demo.House, slots, Options, _database, clock, NullLogger<FollowSchedule>.Instance);
}
