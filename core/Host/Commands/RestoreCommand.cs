using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm restore DIR`: with the hub stopped.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "What `medcrm backup` wrote." };
        var force = new Option<bool>("--force") { Description = "Replace what is there. Otherwise the databases must be empty." };
        var data = UpCommand.DataOption();
        var command = new Command("restore", "Puts a backup in place; the hub must not run.") { directory, force, data };
        command.SetAction(async (parsed, ct) =>
        {
            await using var hub = await HubDatabases.OpenAsync(parsed.GetRequiredValue(data), alone: true, ct);
            if (!parsed.GetValue(force) && !await Backup.IsEmptyAsync(hub.Settings, ct))
            {
                throw new CommandException("There are data already. Restore into a new --data directory, or replace these with --force.");
            }

            var tools = await Backup.ToolsForAsync(await Backup.ServerMajorAsync(hub.Settings.GetConnectionString("Vault")!, ct), ct);
            await new Backup(Path.GetFullPath(parsed.GetRequiredValue(directory)), tools).ReadAsync(hub.Settings, new Steps(Console.Out, TimeProvider.System), ct);
            await Console.Out.WriteLineAsync("Restored. People who were erased after this backup was made must be erased again.");
            return 0;
        });
        return command;
    }
}
