using System.Globalization;

namespace MedCrm.Host.Embedded;

/// <summary>The account PostgreSQL runs under. It refuses to run as root, so that root lends it another one.</summary>
internal sealed class ServerAccount
{
    private readonly string[] _prefix;

    private ServerAccount(string? name, string[] prefix)
    {
        Name = name;
        _prefix = prefix;
    }

    /// <summary>Null: the server runs under our own account.</summary>
    public string? Name { get; }

    public static async Task<ServerAccount> FindAsync(CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null, []);
        }

        foreach (var name in new[] { "postgres", "nobody" })
        {
            var group = await Tool.RunAsync("id", ["-g", name], ct);
            if (!group.Succeeded)
            {
                continue;
            }

            var id = int.Parse(group.Output, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
            string[][] ways = [["setpriv", $"--reuid={name}", $"--regid={id}", "--clear-groups", "--"], ["runuser", "-u", name, "--"], ["sudo", "-n", "-u", name, "--"]];
            foreach (var way in ways)
            {
                if ((await Tool.RunAsync(way[0], [.. way[1..], "true"], ct, directory: "/")).Succeeded)
                {
                    return new ServerAccount(name, way);
                }
            }
        }

        throw new CommandException("PostgreSQL does not run as root, and there is no other account to run it under. Start MedCrm as an ordinary user, or name a server in ConnectionStrings.");
    }

    /// <summary>Runs a program as the server would; from the root directory, because our own may be closed to it.</summary>
    public Task<Tool.Outcome> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        string[] line = [.. _prefix, program, .. arguments];
        return Tool.RunAsync(line[0], line[1..], ct, directory: Name is null ? null : "/");
    }

    public async Task<bool> CanEnterAsync(string directory, CancellationToken ct) =>
        Name is null || (await RunAsync("test", ["-x", directory], ct)).Succeeded;

    public async Task OwnAsync(string path, CancellationToken ct)
    {
        if (Name is not null && await Tool.RunAsync("chown", ["-R", $"{Name}:", path], ct) is { Succeeded: false } refused)
        {
            throw new CommandException($"{path} could not be given to the account {Name}: {refused.Output}");
        }
    }
}
