using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MassTransit;

namespace MedCrm.Load.Verbs;

/// <summary>Why the envelopes of the bus are numbered with GuidV7: equal ids of the default generator in several processes, counted.</summary>
internal static class IdsVerb
{
    private const int Processes = 4;
    private static readonly (string Name, Func<Guid> Next)[] Generators = [("NewId", NewId.NextSequentialGuid), ("GuidV7", Guid.CreateVersion7)];

    public static Command Command()
    {
        var count = Options.Count(1_000_000);
        var command = new Command("ids", $"Equal ids of {Processes} processes, by generator.") { count };
        command.SetAction((parsed, _) => Options.ReportAsync(report => MeasureAsync(report, parsed.GetRequiredValue(count))));
        return command;
    }

    /// <summary>One generator; started by the other verb.</summary>
    public static Command GenerateCommand()
    {
        var generator = new Option<string>("--generator") { Required = true };
        var count = new Option<int>("--count") { Required = true };
        var file = new Option<string>("--file") { Required = true };
        var at = new Option<long>("--at") { Required = true };
        var command = new Command("generate-ids", "One generator; used by ids.") { generator, count, file, at };
        command.Hidden = true;
        command.SetAction(async (parsed, ct) =>
        {
            var next = Generators.Single(one => one.Name == parsed.GetRequiredValue(generator)).Next;
            var ids = new Guid[parsed.GetRequiredValue(count)];
            var early = DateTimeOffset.FromUnixTimeMilliseconds(parsed.GetRequiredValue(at)) - Waiting.Clock.GetUtcNow();
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, Waiting.Clock, ct);
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = next();
            }

            await File.WriteAllBytesAsync(parsed.GetRequiredValue(file), MemoryMarshal.AsBytes<Guid>(ids).ToArray(), ct);
            return 0;
        });
        return command;
    }

    public static async Task MeasureAsync(Report report, int count)
    {
        foreach (var (name, _) in Generators)
        {
            await Waiting.SayAsync($"ids: {name}, {Processes} × {count}");
            var directory = Shell.NewDirectory();
            var at = Waiting.Clock.GetUtcNow().AddSeconds(3).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var files = Enumerable.Range(0, Processes).Select(i => Path.Combine(directory, $"{i}")).ToList();
            await Task.WhenAll(files.Select(file => Shell.RunAsync(
                "dotnet", typeof(IdsVerb).Assembly.Location, "generate-ids", "--generator", name, "--count", count.ToString(CultureInfo.InvariantCulture), "--file", file, "--at", at)));
            var seen = new HashSet<Guid>(Processes * count);
            var equal = files.Sum(file => MemoryMarshal.Cast<byte, Guid>(File.ReadAllBytes(file)).ToArray().Count(id => !seen.Add(id)));
            Directory.Delete(directory, recursive: true);
            var what = $"equal ids, {name}, {Processes} processes × {Report.Number(count)}";
            if (name == "GuidV7")
            {
                report.Expect("ids", "no servers", what, equal, 0);
            }
            else
            {
                report.Add("ids", "no servers", what, Report.Number(equal));
            }
        }
    }
}
