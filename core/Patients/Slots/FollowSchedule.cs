using MedCrm.Patients.Mis;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Slots;

/// <summary>Reads the MIS's schedule again and again, near days often, far days seldom. One instance of the hub does it; when the MIS is away, the copy grows old and says so.</summary>
internal sealed partial class FollowSchedule(IMisGateway mis, FreeSlots slots, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowSchedule> log) : MisFollower(Turn.Schedule, database, clock)
{
    private const int DaysAtOnce = 7;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private DateTimeOffset _directoryReadAt = DateTimeOffset.MinValue;

    /// <summary>Reads what is due: the directory, near days, far days.</summary>
    public async Task<bool> CatchUpAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        if (now - _directoryReadAt >= options.Schedule.FarEvery)
        {
            await slots.KeepAsync(await mis.ReadDirectoryAsync(ct), ct);
            await slots.ForgetAsync(ct);
            _directoryReadAt = now;
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var known = await slots.ReadDaysAsync(today, today.AddDays(options.Schedule.Days), ct);
        var due = Enumerable.Range(0, options.Schedule.Days + 1).Where(n => !known.TryGetValue(today.AddDays(n), out var readAt) || now - readAt >= (n <= options.Schedule.NearDays ? options.Schedule.NearEvery : options.Schedule.FarEvery)).ToList();
        if (due.Count == 0)
        {
            return false;
        }

        // Neighbouring days in one question, the nearest first.
        var count = due.TakeWhile((n, index) => n - due[0] == index).Take(DaysAtOnce).Count();
        var from = new DateTimeOffset(today.AddDays(due[0]).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var window = new SlotWindow(from, from.AddDays(count));
        var began = Clock.GetUtcNow();
        await slots.ReplaceAsync(window, await mis.ReadFreeSlotsAsync(window, ct), began, ct);
        return true;
    }

    protected override TimeSpan Every => options.Schedule.NearEvery;

    protected override async Task<TimeSpan> FollowAsync(CancellationToken ct) => await CatchUpAsync(ct) ? TimeSpan.Zero : Pause;

    protected override void SayAway(string why) => LogAway(why);

    protected override void SayBack() => LogBack();

    [LoggerMessage(3001, LogLevel.Warning, "The schedule cannot be read from the MIS ({Why}); what is shown grows old.")]
    private partial void LogAway(string why);

    [LoggerMessage(3002, LogLevel.Information, "The schedule is read from the MIS again.")]
    private partial void LogBack();
}
