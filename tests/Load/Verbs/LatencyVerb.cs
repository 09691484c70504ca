using System.Collections.Concurrent;
using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>From "the visitor pressed send" to "the manager has the row", at a steady pace.</summary>
internal static class LatencyVerb
{
    /// <summary>At which the promise is given.</summary>
    private const int Promised = 50;

    /// <summary>Seconds. Nobody judges the first minute after an update: code is compiled, pools are filled.</summary>
    private const int WarmUp = 40;

    public static Command Command()
    {
        var count = Options.Count(Promised * 60);
        var pace = new Option<int>("--per-second") { Description = "Contacts a second.", DefaultValueFactory = _ => Promised };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds at that pace before the measurement begins.", DefaultValueFactory = _ => WarmUp };
        var transports = Options.Transports();
        var layouts = Options.Layouts();
        var command = new Command("latency", $"Forms at {Promised} a second: from sending to the row on the screen.") { count, pace, warmUp, transports, layouts };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                foreach (var layout in parsed.GetRequiredValue(layouts))
                {
                    await MeasureAsync(report, new Setting(transport, layout), parsed.GetRequiredValue(count), parsed.GetRequiredValue(pace), parsed.GetRequiredValue(warmUp));
                }
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Setting setting, int count, int perSecond = Promised, int warmUpSeconds = WarmUp)
    {
        await Waiting.SayAsync($"latency: {setting}, {count} contacts at {perSecond} a second after {warmUpSeconds} s of the same");
        var warmUp = perSecond * warmUpSeconds;
        await using var stage = await Stage.SetAsync(setting);
        await using var screen = await Screen.OpenAsync(stage);
        await Crowd.SendAsync(stage.Window, Contact.Of("warm", count, warmUp, 1), 4, perSecond);
        await screen.WaitAsync(warmUp);
        using var browser = await Browser.OpenAsync(stage);

        using var sender = new FormSender(stage.Window);
        var sent = new ConcurrentDictionary<string, (long Stamp, double UnixMs)>();
        var began = Waiting.Clock.GetTimestamp();
        // Each at its own moment, whether the ones before were answered or not.
        await Task.WhenAll(Contact.Of("run", 0, count, 1).Select(async contact =>
        {
            var early = TimeSpan.FromSeconds(contact.Person / (double)perSecond) - Waiting.Clock.GetElapsedTime(began);
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, Waiting.Clock);
            sent[contact.Email] = (Waiting.Clock.GetTimestamp(), (Waiting.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds);
            await sender.SendAsync(contact);
        }));
        await screen.WaitAsync(warmUp + count);

        var line = new Percentiles(sent.Where(one => screen.Shown.ContainsKey(one.Key)).Select(one => Waiting.Clock.GetElapsedTime(one.Value.Stamp, screen.Shown[one.Key]).TotalMilliseconds));
        Add(report, setting, "live line", line, count);
        if (browser is not null)
        {
            var shown = await browser.CloseAsync();
            Add(report, setting, "window's store", new Percentiles(sent.Where(one => shown.ContainsKey(one.Key)).Select(one => shown[one.Key] - one.Value.UnixMs)), count);
        }
    }

    private static void Add(Report report, Setting setting, string where, Percentiles times, int count)
    {
        var isBroker = setting.Transport == Transport.RabbitMq;
        report.Expect("latency", setting.ToString(), $"rows in the {where}", times.Count, count);
        report.Add("latency", setting.ToString(), $"POST → {where}", times.ToString());
        if (isBroker)
        {
            report.Add("latency", setting.ToString(), $"p50, {where}", times.At(0.5), "ms", 100);
        }

        report.Add("latency", setting.ToString(), $"p99, {where}", times.At(0.99), "ms", isBroker ? 250 : 1000);
    }
}
