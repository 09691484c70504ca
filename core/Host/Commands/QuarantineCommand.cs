using System.CommandLine;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm quarantine list|show|replay`: inputs that no connector could understand.</summary>
internal static class QuarantineCommand
{
    public static Command Create()
    {
        var data = UpCommand.DataOption();
        var connector = new Option<string?>("--connector") { Description = "Only this connector's. Default: all." };
        var list = new Command("list", "Shows the inputs that wait for a person.") { data, connector };
        list.SetAction(async (parsed, ct) =>
        {
            using var hub = RunningHub.Load(parsed.GetRequiredValue(data));
            foreach (var name in parsed.GetValue(connector) is { } one ? [one] : ChannelCommand.Connectors(Parts.All))
            {
                await Table.PrintAsync(Console.Out, name, (await hub.GetAsync(name, "/api/quarantine?limit=500", ct)).GetProperty("items"));
            }

            return 0;
        });

        var owner = new Argument<string>("CONNECTOR") { Description = "As the list names it." };
        var id = new Argument<Guid>("ID") { Description = "As the list names it." };
        var show = new Command("show", "Writes the raw input to standard output. It may hold personal data; the reading is logged.") { owner, id, data };
        show.SetAction(async (parsed, ct) =>
        {
            using var hub = RunningHub.Load(parsed.GetRequiredValue(data));
            await using var output = Console.OpenStandardOutput();
            await hub.DownloadAsync(parsed.GetRequiredValue(owner), $"/api/quarantine/{parsed.GetRequiredValue(id)}/raw", output, ct);
            return 0;
        });

        var replay = new Command("replay", "Tries to understand the input once more, for example after an update.") { owner, id, data };
        replay.SetAction(async (parsed, ct) =>
        {
            using var hub = RunningHub.Load(parsed.GetRequiredValue(data));
            var answer = await hub.PostAsync(parsed.GetRequiredValue(owner), $"/api/quarantine/{parsed.GetRequiredValue(id)}/replay", null, ct);
            await Console.Out.WriteLineAsync(answer.ToString());
            return answer.GetProperty("result").GetString() == "quarantined" ? 1 : 0;
        });
        return new Command("quarantine", "Inputs that could not be understood and wait for a person.") { list, show, replay };
    }
}
