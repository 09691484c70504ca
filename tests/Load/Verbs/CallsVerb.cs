using System.CommandLine;
using System.Diagnostics;
using MedCrm.Load.Hub;
using MedCrm.Load.Peers;

namespace MedCrm.Load.Verbs;

/// <summary>Many calls at once over the manager interface of an Asterisk: what it costs, and that each is one call.</summary>
internal static class CallsVerb
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    public static Command Command()
    {
        var count = Options.Count(100);
        var transports = Options.Transports();
        var command = new Command("calls", "Calls of a minute side by side over AMI: processor time of the telephony connector, and one stream of events for each.") { count, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, transport, parsed.GetRequiredValue(count));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Transport transport, int count)
    {
        var setting = new Setting(transport, Layout.Processes);
        await Waiting.SayAsync($"calls: {setting}, {count} at once");
        await using var exchange = new AsteriskPeer();
        await using var stage = await Stage.SetAsync(setting, new Dictionary<string, string>
        {
            ["Connectors__Telephony__Asterisk__0__Key"] = "main",
            ["Connectors__Telephony__Asterisk__0__Host"] = "127.0.0.1",
            ["Connectors__Telephony__Asterisk__0__Port"] = $"{exchange.Port}",
            ["Connectors__Telephony__Asterisk__0__UserName"] = "medcrm",
            ["Connectors__Telephony__Asterisk__0__Password"] = AsteriskPeer.Password,
        }, "telephony");
        await exchange.WaitUntilWatchedAsync();

        // One call beforehand: what is compiled once is not what a call costs.
        await exchange.CallAsync(0, 1, TimeSpan.FromSeconds(5));
        var connector = stage.Processes.Single(process => process.Name == "telephony");
        var before = Processor(connector);
        var began = Waiting.Clock.GetTimestamp();
        await exchange.CallAsync(1, count, Length);
        await using var requests = stage.Open("Requests");
        await Waiting.UntilAsync(async () => await CountAsync("where data ->> 'phase' = 'ended'") > count, TimeSpan.FromMinutes(1));
        var spent = Processor(connector) - before;
        var elapsed = Waiting.Clock.GetElapsedTime(began);

        report.Expect("calls", $"{setting}", $"calls kept, of {count} at once", await CountAsync("where data ->> 'phase' = 'ended'") - 1, count);
        report.Expect("calls", $"{setting}", "requests they opened", await AskAsync("select count(*) from requests.mt_events where type = 'request_opened_by_call'") - 1, count);
        report.Add("calls", $"{setting}", "raw events told by the exchange", Report.Number(count * exchange.EventsOfACall));
        report.Add("calls", $"{setting}", "processor of the connector meanwhile, of one core", 100 * spent.TotalSeconds / elapsed.TotalSeconds, "%", 10);
        report.Add("calls", $"{setting}", "… for one call", Report.Number(spent.TotalMilliseconds / count, "ms"));

        Task<long> CountAsync(string where) => AskAsync($"select count(*) from requests.mt_doc_call {where}");

        async Task<long> AskAsync(string sql)
        {
            await using var command = requests.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    private static TimeSpan Processor(HubProcess process)
    {
        using var running = Process.GetProcessById(process.Id);
        return running.TotalProcessorTime;
    }
}
