using System.CommandLine;
using System.Globalization;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>`medcrm up --demo` as a customer starts it, on its own PostgreSQL: how long it takes, how much memory it holds.</summary>
internal static class FootprintVerb
{
    private const string Setting = "up --demo";

    public static Command Command()
    {
        var count = Options.Count(2000);
        var command = new Command("footprint", "Start time and memory of `medcrm up --demo`.") { count };
        command.SetAction((parsed, _) => Options.ReportAsync(report => MeasureAsync(report, parsed.GetRequiredValue(count))));
        return command;
    }

    public static async Task MeasureAsync(Report report, int count)
    {
        await Waiting.SayAsync($"footprint: {Setting}, {count} contacts");
        var home = Shell.NewDirectory();
        try
        {
            foreach (var start in new[] { "first", "second" })
            {
                var url = new Uri($"http://127.0.0.1:{Shell.FreePorts(1)[0]}");
                var began = Waiting.Clock.GetTimestamp();
                await using var hub = HubProcess.Start(
                    "medcrm", url, Path.Combine(home, "medcrm.log"), new Dictionary<string, string>(), home,
                    "up", "--demo", "--port", url.Port.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(home, "data"));
                using var client = new HttpClient { BaseAddress = url };
                if (!await Waiting.UntilAsync(() => ServesAsync(hub, client), TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(50)))
                {
                    throw new LoadException($"`medcrm {Setting}` does not become ready:{Environment.NewLine}{await File.ReadAllTextAsync(Path.Combine(home, "medcrm.log"))}");
                }

                report.Add("footprint", Setting, $"{start} start, until the sign-in page is served", Waiting.Clock.GetElapsedTime(began).TotalSeconds, "s", 15);
                AddMemory(report, hub, home, $"after the {start} start");
                if (start == "second")
                {
                    await Crowd.SendAsync(url, Contact.Of("run", 0, count, 1), 24);
                    await Task.Delay(TimeSpan.FromSeconds(10), Waiting.Clock);
                    AddMemory(report, hub, home, $"after {Report.Number(count)} contacts");
                }
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<bool> ServesAsync(HubProcess hub, HttpClient client)
    {
        if (!await hub.IsReadyAsync())
        {
            return false;
        }

        using var page = await client.GetAsync(new Uri("/", UriKind.Relative));
        return page.IsSuccessStatusCode;
    }

    private static void AddMemory(Report report, HubProcess hub, string home, string when)
    {
        report.Add("footprint", Setting, $"memory of the process {when} (RSS)", Machine.Megabytes([hub.Id]), "MB", 600);
        report.Add("footprint", Setting, "… with its PostgreSQL (PSS)", Report.Number(Machine.Megabytes(Machine.In(home), fairly: true), "MB"));
    }
}
