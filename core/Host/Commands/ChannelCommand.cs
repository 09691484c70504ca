using System.CommandLine;
using System.Text.Json;
using MedCrm.Hosting;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm channel list|test`: what the connectors of the running hub say of their channels.</summary>
internal static class ChannelCommand
{
    public static Command Create()
    {
        var list = new Command("list", "Shows every channel and how it is doing.") { UpCommand.DataOption() };
        list.SetAction((parsed, ct) => ForEachConnectorAsync(parsed.GetRequiredValue<string>("--data"), async (hub, connector) =>
        {
            var answer = await hub.GetAsync(connector, "/api/channels", ct);
            await Table.PrintAsync(Console.Out, connector, answer.GetProperty("items"));
            return true;
        }));
        var test = new Command("test", "Tries the settings of every channel, without sending or reading anything.") { UpCommand.DataOption() };
        test.SetAction((parsed, ct) => ForEachConnectorAsync(parsed.GetRequiredValue<string>("--data"), async (hub, connector) =>
        {
            var reports = (await hub.PostAsync(connector, "/api/channels/test", null, ct)).GetProperty("items");
            await Table.PrintAsync(Console.Out, connector, reports);
            return reports.EnumerateArray().All(report => report.GetProperty("ok").ValueKind == JsonValueKind.True);
        }));
        return new Command("channel", "Channels of the running hub: mailboxes, bots, forms.") { list, test };
    }

    private static async Task<int> ForEachConnectorAsync(string data, Func<RunningHub, string, Task<bool>> ask)
    {
        using var hub = RunningHub.Load(data);
        var good = true;
        foreach (var connector in Connectors(Parts.All))
        {
            good &= await ask(hub, connector);
        }

        return good ? 0 : 1;
    }

    /// <summary>What is neither a room nor the gateway.</summary>
    internal static IEnumerable<string> Connectors(IEnumerable<Part> parts) =>
        parts.Select(part => part.Name).Except([Parts.Gateway, "chat", "requests", "patients"]);
}
