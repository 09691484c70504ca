using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Contacts from several senders while processes, broker and database are killed with -9 at random moments.</summary>
internal static class KillVerb
{
    private const int SenderProcesses = 3;
    private const int PerPerson = 4;
    private const string Broker = "RabbitMQ";
    private const string Database = "PostgreSQL";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Command()
    {
        var count = Options.Count(2000);
        var seed = Options.Seed();
        var kills = new Option<int>("--kills") { Description = "How many.", DefaultValueFactory = _ => 12 };
        var only = new Option<string[]>("--only") { Description = "Victims: names of parts, RabbitMQ, PostgreSQL. Default: all.", DefaultValueFactory = _ => [] };
        var outage = new Option<int>("--outage") { Description = "For how many seconds a killed broker or database stays away. Default 0: started again at once." };
        var transports = Options.Transports();
        var command = new Command("kill", "Every contact exactly once while everything is killed.") { count, seed, kills, only, outage, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(
                    report, transport, parsed.GetRequiredValue(count), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(kills), parsed.GetRequiredValue(only),
                    TimeSpan.FromSeconds(parsed.GetValue(outage)));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Transport transport, int count, int seed, int kills, IReadOnlyCollection<string> only, TimeSpan outage = default)
    {
        var setting = new Setting(transport, Layout.Processes);
        var plan = Plan(transport, seed, kills, only);
        await Waiting.SayAsync($"kill: {setting}, {count} contacts, {kills} kills, --seed {seed}");
        await using var stage = await Stage.SetAsync(setting);

        // So slowly that the last contacts come after the last kill; flat out when nothing is killed.
        var pace = plan.Count > 0 ? count / (plan.Sum(kill => kill.Pause.TotalSeconds) + 10) : 0;
        var sending = Senders.RunAsync(stage, SenderProcesses, count / SenderProcesses / PerPerson * PerPerson, PerPerson, pace / SenderProcesses);
        await Task.WhenAll(sending, KillAsync(stage, plan, outage));
        var accepted = await sending;
        await stage.WaitUntilReadyAsync();
        var began = Waiting.Clock.GetTimestamp();
        var books = await Books.SettleAsync(stage, accepted, Patience);

        report.Add("kill", setting.ToString(), "seed, victims", $"{seed}: {string.Join(' ', plan.Select(kill => kill.Victim))}");
        report.Add("kill", setting.ToString(), "settled after the last contact", Report.Number(Waiting.Clock.GetElapsedTime(began).TotalSeconds, "s"));
        report.Add("kill", setting.ToString(), "processes that ended by themselves", Report.Number(stage.Processes.Sum(process => process.OwnEnds)));
        await Verdict.AddAsync(report, "kill", stage, accepted, books);
        await using var screen = await Screen.OpenAsync(stage);
        await Verdict.AddScreensAsync(report, "kill", stage, screen, accepted, accepted.Count);
    }

    // Everybody's turn comes before anybody's second.
    private static List<(TimeSpan Pause, string Victim)> Plan(Transport transport, int seed, int kills, IReadOnlyCollection<string> only)
    {
        var random = new Random(seed);
        string[] everybody = ["website", "chat", "requests", "patients", "gateway", Database, .. transport == Transport.RabbitMq ? [Broker] : Array.Empty<string>()];
        var victims = only.Count > 0 ? [.. everybody.Intersect(only, StringComparer.OrdinalIgnoreCase)] : everybody;
        var plan = new List<(TimeSpan, string)>();
        while (plan.Count < kills)
        {
            random.Shuffle(victims);
            foreach (var victim in victims.Take(kills - plan.Count))
            {
                plan.Add((TimeSpan.FromSeconds(2 + (8 * random.NextDouble())), victim));
            }
        }

        return plan;
    }

    private static async Task KillAsync(Stage stage, List<(TimeSpan Pause, string Victim)> plan, TimeSpan outage)
    {
        foreach (var (pause, victim) in plan)
        {
            // After the servers are back: a database that dies must find work under way.
            await Task.Delay(pause, Waiting.Clock);
            await Waiting.SayAsync($"kill -9 {victim}");
            if (victim == Database)
            {
                await stage.Postgres.KillAsync();
                await Task.Delay(outage, Waiting.Clock);
                await stage.Postgres.StartAsync();
            }
            else if (victim == Broker)
            {
                await stage.Broker!.KillAsync();
                await Task.Delay(outage, Waiting.Clock);
                await stage.Broker.StartAgainAsync();
            }
            else
            {
                stage.Processes.Single(process => process.Name == victim).Kill();
            }
        }
    }
}
