using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm backup DIR`: while the hub runs, or with it stopped.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "An empty or new directory." };
        var data = UpCommand.DataOption();
        var command = new Command("backup", "Copies databases, files and, apart from them, the keys to the personal data.") { directory, data };
        command.SetAction(async (parsed, ct) =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(directory));
            await using var hub = await HubDatabases.OpenAsync(parsed.GetRequiredValue(data), alone: false, ct);
            var tools = await Backup.ToolsForAsync(await Backup.ServerMajorAsync(hub.Settings.GetConnectionString("Vault")!, ct), ct);
            await new Backup(target, tools).WriteAsync(hub.Settings, new Steps(Console.Out, TimeProvider.System), TimeProvider.System, ct);
            await Console.Out.WriteLineAsync($"""
                Backup in {target}
                Keep {Path.Combine(target, "keys")} in another place than the rest, and keep only the newest: with an old copy of the keys
                people who were erased since could be read again; without any, nobody's data can.
                """);
            return 0;
        });
        return command;
    }
}
