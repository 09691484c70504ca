using System.CommandLine;
using MedCrm.Load.Hub;
using MedCrm.Load.Raw;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Contacts a second over the whole road, flat out, and the same durable steps written by hand against the same servers.</summary>
internal static class ThroughputVerb
{
    private const int SideBySide = 24;
    private const int WarmUp = 500;

    public static Command Command()
    {
        var count = Options.Count(12_000);
        var transports = Options.Transports();
        var layouts = Options.Layouts();
        var command = new Command("throughput", "Contacts a second over the whole road, and against the raw limit.") { count, transports, layouts };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                foreach (var layout in parsed.GetRequiredValue(layouts))
                {
                    await MeasureAsync(report, new Setting(transport, layout), parsed.GetRequiredValue(count));
                }
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Setting setting, int count)
    {
        await Waiting.SayAsync($"throughput: {setting}, {count} contacts");
        await using var stage = await Stage.SetAsync(setting);
        await using var screen = await Screen.OpenAsync(stage);
        await Crowd.SendAsync(stage.Window, Contact.Of("warm", count, WarmUp, 1), SideBySide);
        await screen.WaitAsync(WarmUp);

        var began = Waiting.Clock.GetTimestamp();
        var accepted = await Crowd.SendAsync(stage.Window, Contact.Of("run", 0, count, 1), SideBySide);
        var accepting = Waiting.Clock.GetElapsedTime(began);
        await screen.WaitAsync(WarmUp + count);
        var road = Waiting.Clock.GetElapsedTime(began, screen.Identified.Values.Max());
        var product = screen.Identified.Count == WarmUp + accepted.Count ? count / road.TotalSeconds : 0;

        report.Expect("throughput", setting.ToString(), "identified on the screen", screen.Identified.Count - WarmUp, count);
        report.Add("throughput", setting.ToString(), "accepted, contacts a second", Report.Number(count / accepting.TotalSeconds));
        report.Add("throughput", setting.ToString(), "whole road, contacts a second", product, "/s", 200, atLeast: true);
        if (stage.Broker is { } broker)
        {
            var raw = await RawRoad.MeasureAsync(stage.Postgres, broker, await BodySizes.ReadAsync(stage), count / 2, SideBySide);
            report.Add("throughput", setting.ToString(), "the same steps by hand, contacts a second", Report.Number(raw));
            report.Add("throughput", setting.ToString(), "product, of what is possible by hand", 100 * product / raw, "%", 25, atLeast: true);
        }
    }
}
