using System.Collections.Concurrent;
using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Managers type wishes in words, and free slots are found while they type.</summary>
internal static class SlotsVerb
{
    private const int Managers = 5;
    private const int Known = 100_000;

    /// <summary>As a manager types them, from the first letters on.</summary>
    private static readonly string[] Wishes = ["", "тера", "терапевт", "к лору в пятницу после 17", "кардиолог утром", "невролог на следующей неделе", "к терапевту завтра", "после 18"];

    public static Command Command()
    {
        var count = new Option<int>("--count") { Description = "How many questions.", DefaultValueFactory = _ => 1000 };
        var command = new Command("slots", $"Free slots in words, by {Managers} managers at once, out of {Known} known.") { count };
        command.SetAction((parsed, _) => Options.ReportAsync(report => MeasureAsync(report, parsed.GetRequiredValue(count))));
        return command;
    }

    public static async Task MeasureAsync(Report report, int count)
    {
        var setting = new Setting(Transport.PostgreSql, Layout.OneProcess);
        await Waiting.SayAsync($"slots: {setting}, {count} questions");
        await using var stage = await Stage.SetAsync(setting);
        await using var screen = await Screen.OpenAsync(stage);
        using var desk = await Desk.OpenAsync(stage, requests: 1);
        var added = await desk.CountAsync(
            """
            with far as (select *, count(*) over () as all_of_them from mis.free_slots where starts_at > now() + interval '9 days'),
            more as (
                insert into mis.free_slots (id, practitioner_id, location_id, starts_at, ends_at, local_day, local_minute)
                select id || '/' || n, practitioner_id, location_id, starts_at + n * interval '1 second', ends_at + n * interval '1 second', local_day, local_minute
                from far, generate_series(1, $1 / far.all_of_them) n
                returning 1)
            select count(*) from more
            """, (long)Known);

        // The first question of each kind compiles what answers it.
        foreach (var wish in Wishes)
        {
            await screen.SlotsAsync(wish);
        }

        var took = new ConcurrentBag<double>();
        var empty = 0;
        await Task.WhenAll(Enumerable.Range(0, Managers).Select(async manager =>
        {
            for (var question = manager; question < count; question += Managers)
            {
                var began = Waiting.Clock.GetTimestamp();
                var found = await screen.SlotsAsync(Wishes[question % Wishes.Length]);
                took.Add(Waiting.Clock.GetElapsedTime(began).TotalMilliseconds);
                Interlocked.Add(ref empty, found == 0 ? 1 : 0);
            }
        }));

        var times = new Percentiles(took);
        report.Expect("slots", setting.ToString(), "questions answered", times.Count, count);
        report.Add("slots", setting.ToString(), "slots added to the copy of the schedule", Report.Number(added));
        report.Add("slots", setting.ToString(), "answers without a slot", Report.Number(empty));
        report.Add("slots", setting.ToString(), $"question → answer, {Managers} managers without a pause", times.ToString());
        report.Add("slots", setting.ToString(), "p95", times.At(0.95), "ms", 300);
    }
}
