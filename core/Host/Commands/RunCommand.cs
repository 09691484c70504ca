using System.CommandLine;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm run PART…`: the named parts only, on servers that others run. What docker-compose uses.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("PART") { Description = "One or more of the parts.", Arity = ArgumentArity.OneOrMore };
        var file = SettingsOption();
        var command = new Command("run", "Starts the named parts against configured servers.") { names, file };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(names), parsed.GetRequiredValue(file)));
        return command;
    }

    public static Option<string> SettingsOption() => new("--settings")
    {
        Description = "Settings file; need not exist. Environment variables and /run/secrets win over it.",
        DefaultValueFactory = _ => "medcrm.json",
    };

    private static async Task<int> RunAsync(IReadOnlyCollection<string> names, string file)
    {
        using var stop = new StopSignal();
        var settings = Settings.Load(file);
        await using var hub = Hub.Build(Parts.Pick(Parts.All, names), settings);
        try
        {
            await hub.StartAsync(new Steps(Console.Out, TimeProvider.System), stop.Token);
            await stop.WaitAsync();
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 130;
        }

        return 0;
    }
}
