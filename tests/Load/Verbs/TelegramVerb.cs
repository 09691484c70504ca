using System.Collections.Concurrent;
using System.CommandLine;
using System.Text.Json.Nodes;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;
using MedCrm.Peers.Telegram;

namespace MedCrm.Load.Verbs;

/// <summary>From "the person pressed send in Telegram" to "the manager has the row", at the pace that Telegram itself allows a bot.</summary>
internal static class TelegramVerb
{
    private const int PerSecond = 30;
    private const int WarmUp = 150;
    private const long Longest = 500;
    private const string Token = "100:token-of-the-benchmark";

    public static Command Command()
    {
        var count = Options.Count(PerSecond * 60);
        var transports = Options.Transports();
        var command = new Command("telegram", $"Telegram messages at {PerSecond} a second by long polling: from the update to the row on the screen.") { count, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, new Setting(transport, Layout.OneProcess), parsed.GetRequiredValue(count));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Setting setting, int count)
    {
        await Waiting.SayAsync($"telegram: {setting}, {count} messages");
        await using var telegram = await FakeTelegram.StartAsync();
        telegram.Bot(Token);
        await using var stage = await Stage.SetAsync(setting, new Dictionary<string, string>
        {
            ["Connectors__Telegram__ApiUrl"] = telegram.Url,
            ["Connectors__Telegram__Bots__0__Key"] = "main",
            ["Connectors__Telegram__Bots__0__Token"] = Token,
        });
        await using var screen = await Screen.OpenAsync(stage);
        await SendAsync(telegram, count, WarmUp);
        await screen.WaitAsync(WarmUp);
        using var browser = await Browser.OpenAsync(stage);

        var sent = await SendAsync(telegram, 0, count);
        await screen.WaitAsync(WarmUp + count);
        var line = new Percentiles(sent.Where(one => screen.Shown.ContainsKey(one.Key)).Select(one => Waiting.Clock.GetElapsedTime(one.Value.Stamp, screen.Shown[one.Key]).TotalMilliseconds));
        Add(report, setting, "live line", line, count);
        if (browser is not null)
        {
            var shown = await browser.CloseAsync();
            Add(report, setting, "window's store", new Percentiles(sent.Where(one => shown.ContainsKey(one.Key)).Select(one => shown[one.Key] - one.Value.UnixMs)), count);
        }

        await Waiting.UntilAsync(() => Task.FromResult(telegram.Bot(Token).Pending == 0), TimeSpan.FromSeconds(30));
        report.Expect("telegram", setting.ToString(), "updates not confirmed", telegram.Bot(Token).Pending, 0);
        report.Expect("telegram", setting.ToString(), "calls against the published rules", telegram.Offences.Count, 0);
    }

    /// <summary>Each person writes once, each at their own moment.</summary>
    private static async Task<IReadOnlyDictionary<string, (long Stamp, double UnixMs)>> SendAsync(FakeTelegram telegram, int first, int count)
    {
        var sent = new ConcurrentDictionary<string, (long Stamp, double UnixMs)>();
        var began = Waiting.Clock.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var early = TimeSpan.FromSeconds(i / (double)PerSecond) - Waiting.Clock.GetElapsedTime(began);
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, Waiting.Clock);
            var contact = new Contact("telegram", first + i, 1);
            var name = $"Нагрузкина {contact.Person}";
            sent[name] = (Waiting.Clock.GetTimestamp(), (Waiting.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds);
            telegram.Happen(Token, "message", telegram.Message(7_000_000_000 + contact.Person, new JsonObject { ["text"] = contact.Text }, name));
        }

        return sent;
    }

    private static void Add(Report report, Setting setting, string where, Percentiles times, int count)
    {
        report.Expect("telegram", setting.ToString(), $"rows in the {where}", times.Count, count);
        report.Add("telegram", setting.ToString(), $"update → {where}", times.ToString());
        report.Add("telegram", setting.ToString(), $"p99, {where}", times.At(0.99), "ms", Longest);
    }
}
