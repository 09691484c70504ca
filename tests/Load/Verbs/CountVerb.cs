using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Many contacts flat out through several senders and processes, nothing killed: each exactly once, and no message taken for a repeat of another.</summary>
internal static class CountVerb
{
    private const int SenderProcesses = 4;
    private const int Sample = 200;

    public static Command Command()
    {
        var count = Options.Count(50_000);
        var transports = Options.Transports();
        var command = new Command("count", "Every contact exactly once, flat out, nothing killed.") { count, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, new Setting(transport, Layout.Processes), parsed.GetRequiredValue(count));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Setting setting, int count)
    {
        await Waiting.SayAsync($"count: {setting}, {count} contacts");
        await using var stage = await Stage.SetAsync(setting);
        await using var screen = await Screen.OpenAsync(stage);
        var accepted = await Senders.RunAsync(stage, SenderProcesses, count / SenderProcesses, perPerson: 1, perSecond: 0);
        await screen.WaitAsync(accepted.Count);
        var books = await Books.SettleAsync(stage, accepted, TimeSpan.FromMinutes(3));
        await Verdict.AddAsync(report, "count", stage, accepted, books);

        var duplicates = ProcessLogs.Duplicates(stage);
        report.Expect("count", setting.ToString(), "messages taken for a repeat", duplicates.Count, 0);
        report.Expect("count", setting.ToString(), "people on a screen that was open all the time", screen.Identified.Count, accepted.Count);
        await Verdict.AddScreensAsync(report, "count", stage, screen, accepted, Sample);
        foreach (var line in duplicates.Take(20))
        {
            await Waiting.SayAsync(line);
        }
    }
}
