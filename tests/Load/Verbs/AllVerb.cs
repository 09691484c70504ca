using System.CommandLine;
using MedCrm.Load.Hub;

namespace MedCrm.Load.Verbs;

/// <summary>Everything, with counts that fit into a coffee break.</summary>
internal static class AllVerb
{
    public static Command Command()
    {
        var seed = Options.Seed();
        var command = new Command("all", "Everything with moderate counts, as one table.") { seed };
        command.SetAction((parsed, _) => Options.ReportAsync(report => MeasureAsync(report, parsed.GetRequiredValue(seed))));
        return command;
    }

    private static async Task MeasureAsync(Report report, int seed)
    {
        await IdsVerb.MeasureAsync(report, 500_000);
        await FootprintVerb.MeasureAsync(report, 2000);
        foreach (var transport in Enum.GetValues<Transport>())
        {
            await LatencyVerb.MeasureAsync(report, new Setting(transport, Layout.OneProcess), 1500);
            foreach (var layout in Enum.GetValues<Layout>())
            {
                await ThroughputVerb.MeasureAsync(report, new Setting(transport, layout), 4000);
            }

            await KillVerb.MeasureAsync(report, transport, 1000, seed, kills: 8, only: []);
        }

        await CountVerb.MeasureAsync(report, new Setting(Transport.RabbitMq, Layout.Processes), 10_000);
    }
}
