using System.CommandLine;
using System.Net;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Many managers at two instances of Patients, and the MIS's own screen, want one slot at the same moment.</summary>
internal static class RaceVerb
{
    private const int Requests = 10;
    private const int LongestAnswer = 2000;

    public static Command Command()
    {
        var count = new Option<int>("--count") { Description = "How many managers.", DefaultValueFactory = _ => 100 };
        var rounds = new Option<int>("--rounds") { Description = "How many slots, one after another; the MIS's own screen takes part in every second one.", DefaultValueFactory = _ => 4 };
        var transports = Options.Transports();
        var command = new Command("race", "One slot, many managers, two instances and the MIS's own screen: one winner, the rest refused with alternatives.") { count, rounds, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, transport, parsed.GetRequiredValue(count), parsed.GetRequiredValue(rounds));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Transport transport, int count, int rounds)
    {
        var setting = new Setting(transport, Layout.Processes);
        await Waiting.SayAsync($"race: {setting}, {count} managers, {rounds} slots");
        await using var stage = await Stage.SetAsync(setting, new Dictionary<string, string> { ["Bus__Clustered"] = "true" });
        var second = await stage.StartAnotherAsync("patients");
        using var desk = await Desk.OpenAsync(stage, Requests, stage.AddressOf("patients"), second);
        var slots = await desk.SlotsAsync(rounds + 1);
        // The first click after a start compiles; it is nobody's race.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => desk.BookAsync(slots[rounds], number, $"warm-up-{number}")));

        var refused = new List<double>();
        var (winners, clear, onScreen, standing) = (0, 0, 0, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var slot = slots[round];
            var screen = round % 2 == 1 ? desk.BookOnScreenAsync(slot, count) : Task.FromResult(false);
            var clicks = await Task.WhenAll(Enumerable.Range(0, count).Select(number => desk.BookAsync(slot, number, $"race-{round}-{number}")));
            var won = clicks.Count(click => click.Status is HttpStatusCode.Created or HttpStatusCode.Accepted);
            var losers = clicks.Where(click => click is { Status: HttpStatusCode.Conflict, Title: "slot.taken" or "slot.held", Alternatives: > 0 }).ToList();
            winners += won;
            onScreen += await screen ? 1 : 0;
            clear += losers.Count;
            refused.AddRange(losers.Select(click => click.Milliseconds));
            standing += await desk.CountAsync(
                "select count(*) from demo_mis.appointments where status = 'Booked' and practitioner_id::text || '-' || to_char(starts_at, 'YYYYMMDD\"T\"HH24MI') = $1", slot.Id);
            foreach (var odd in clicks.Where(click => click.Status is not (HttpStatusCode.Created or HttpStatusCode.Accepted)).Except(losers).GroupBy(click => $"{click.Status} {click.Title} {click.Alternatives}"))
            {
                await Waiting.SayAsync($"{odd.Count()} × {odd.Key}");
            }
        }

        var where = $"{setting}, two instances of patients";
        report.Expect("race", where, "winners, ours and the screen's", winners + onScreen, rounds);
        report.Add("race", where, "of them on the MIS's own screen", Report.Number(onScreen));
        report.Expect("race", where, "visits that stand in the MIS", standing, rounds);
        report.Expect("race", where, "refused clearly and with alternatives", clear, ((long)rounds * count) - winners);
        report.Add("race", where, "time of a refusal", new Percentiles(refused).ToString());
        report.Add("race", where, "longest refusal", new Percentiles(refused).At(1), "ms", LongestAnswer);
        report.Expect("race", where, "holds left behind", await desk.CountAsync("select count(*) from booking.holds where appointment_id is not null"), 0);
    }
}
