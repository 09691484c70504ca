using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MedCrm.Host.Embedded;
using MedCrm.Hosting.Blobs;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace MedCrm.Host;

/// <summary>
/// What a backup is made of. Databases and blobs hold personal data only sealed; the keys are in a directory of their own, because old
/// copies of them must go: a person who was erased would come back with a restored key.
/// </summary>
internal sealed class Backup(string directory, string toolDirectory)
{
    /// <summary>Derived data, filled from the MIS again: an erased patient must not survive in a copy of it.</summary>
    private const string IndexSchema = "patient_index";

    public const string VaultSchema = "vault";
    private const string ManifestFile = "manifest.json";

    // Who is alive right now is no part of the past; a restored hub would wait for nodes that are gone.
    private static readonly string[] RuntimeTables = ["*.wolverine_node*", "*.wolverine_control_queue", "*.wolverine_agent*"];

    // Databases are copied one after the other. A file that one room's copy still calls a draft may stand in the later copy of another: restored, it would be swept away.
    private static readonly string[] Drafts = ["*.blob_drafts"];

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private string Keys => Path.Combine(directory, "keys");

    private string Blobs => Path.Combine(directory, "blobs");

    /// <summary>Finds the directory of pg_dump and pg_restore for a server.</summary>
    /// <exception cref="CommandException">They are missing or too old.</exception>
    public static async Task<string> ToolsForAsync(int serverMajor, CancellationToken ct)
    {
        var found = (await PostgresBinaries.FindClientsAsync(ct)).Where(tools => tools.Major >= serverMajor).MinBy(tools => tools.Major);
        return found?.Directory ?? throw new CommandException($"Backups need pg_dump and pg_restore of PostgreSQL {serverMajor} or newer. Debian: apt-get install postgresql-client-{serverMajor}.");
    }

    public async Task WriteAsync(IConfiguration settings, Steps steps, TimeProvider clock, CancellationToken ct)
    {
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new CommandException($"{directory} is not empty. Each backup gets a directory of its own.");
        }

        CreatePrivate(directory);
        CreatePrivate(Keys);

        // Keys last: a person who came in between has data without use at worst, never data without a key.
        foreach (var (database, names) in Databases(settings))
        {
            await steps.RunAsync(string.Join(", ", names), () => DumpAsync(database, DumpFile(names), ["--exclude-schema", VaultSchema, "--exclude-schema", IndexSchema], ct));
        }

        await steps.RunAsync("blobs", () => CopyAsync(settings["Blobs:Directory"]!, Blobs, ct));
        await steps.RunAsync("keys", async () =>
        {
            await DumpAsync(settings.GetConnectionString("Vault")!, Path.Combine(Keys, "vault.dump"), ["--schema", VaultSchema], ct);
            DataHome.WritePrivate(Path.Combine(Keys, "vault-master-key"), (await File.ReadAllTextAsync(settings["Vault:MasterKeyFile"]!, ct)).Trim());
        });

        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory, "*.dump", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(directory, file).Replace('\\', '/')] = await HashAsync(file, ct);
        }

        await File.WriteAllTextAsync(Path.Combine(directory, ManifestFile), JsonSerializer.Serialize(new Manifest(Commands.VersionCommand.Version, clock.GetUtcNow(), files), Readable), ct);
    }

    /// <summary>Puts a backup in place of what is there.</summary>
    public async Task ReadAsync(IConfiguration settings, Steps steps, CancellationToken ct)
    {
        await steps.RunAsync("whole and unchanged", () => CheckAsync(ct));
        foreach (var (database, names) in Databases(settings))
        {
            await steps.RunAsync(string.Join(", ", names), () => LoadAsync(database, DumpFile(names), ct));
        }

        await steps.RunAsync("keys", async () =>
        {
            await LoadAsync(settings.GetConnectionString("Vault")!, Path.Combine(Keys, "vault.dump"), ct);
            var key = settings["Vault:MasterKeyFile"]!;
            File.Delete(key);
            DataHome.WritePrivate(key, (await File.ReadAllTextAsync(Path.Combine(Keys, "vault-master-key"), ct)).Trim());
        });
        await steps.RunAsync("blobs", () => CopyAsync(Blobs, settings["Blobs:Directory"]!, ct));
    }

    /// <summary>Whether a hub has lived in the databases.</summary>
    public static async Task<bool> IsEmptyAsync(IConfiguration settings, CancellationToken ct)
    {
        foreach (var (database, _) in Databases(settings))
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("select count(*) from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')", connection);
            if ((long)(await command.ExecuteScalarAsync(ct))! > 0)
            {
                return false;
            }
        }

        return true;
    }

    public static async Task<int> ServerMajorAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        return connection.PostgreSqlVersion.Major;
    }

    /// <summary>Each database once, with the rooms that live in it; the vault's own database is not among them.</summary>
    internal static IEnumerable<(string Database, string[] Names)> Databases(IConfiguration settings) =>
        Settings.Databases
            .Where(name => name != "Vault")
            .GroupBy(name => settings.GetConnectionString(name) ?? throw new CommandException($"ConnectionStrings:{name} is missing."), StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToArray()));

    private string DumpFile(string[] names) =>
        Path.Combine(directory, names.Length == Settings.Databases.Count - 1 ? "hub.dump" : $"{string.Join('-', names).ToLower(CultureInfo.InvariantCulture)}.dump");

    private async Task DumpAsync(string database, string file, string[] what, CancellationToken ct)
    {
        var arguments = new List<string> { "--format=custom", "--no-owner", "--no-privileges", "--file", file };
        arguments.AddRange(what);
        arguments.AddRange(RuntimeTables.Concat(Drafts).Select(table => $"--exclude-table-data={table}"));
        await PostgresToolAsync("pg_dump", database, arguments, ct);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private Task LoadAsync(string database, string file, CancellationToken ct) =>
        File.Exists(file)
            ? PostgresToolAsync("pg_restore", database, ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--dbname", new NpgsqlConnectionStringBuilder(database).Database!, file], ct)
            : throw new CommandException($"{file} is missing: this backup was made with other databases.");

    private async Task PostgresToolAsync(string tool, string database, IEnumerable<string> arguments, CancellationToken ct)
    {
        var target = new NpgsqlConnectionStringBuilder(database);
        var environment = new Dictionary<string, string>
        {
            ["PGHOST"] = target.Host!,
            ["PGPORT"] = target.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = target.Username!,
            ["PGPASSWORD"] = target.Password!,
            ["PGDATABASE"] = target.Database!,
        };
        var outcome = await Tool.RunAsync(new PostgresBinaries(toolDirectory, 0).Program(tool), arguments, ct, environment);
        if (!outcome.Succeeded)
        {
            throw new CommandException($"{tool} failed: {outcome.Output}");
        }
    }

    private async Task CheckAsync(CancellationToken ct)
    {
        var path = Path.Combine(directory, ManifestFile);
        var manifest = File.Exists(path)
            ? JsonSerializer.Deserialize<Manifest>(await File.ReadAllTextAsync(path, ct), Readable)!
            : throw new CommandException($"{directory} holds no finished backup ({ManifestFile} is missing).");
        foreach (var (file, hash) in manifest.Files)
        {
            var full = Path.Combine(directory, file);
            if (!File.Exists(full) || await HashAsync(full, ct) != hash)
            {
                throw new CommandException($"{file} is missing or damaged; this backup cannot be trusted.");
            }
        }
    }

    private static async Task<string> HashAsync(string file, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
    }

    private static async Task CopyAsync(string from, string to, CancellationToken ct)
    {
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(BlobDrafts.Extension, StringComparison.Ordinal)))
        {
            // The hub may run: what it has removed since, nobody needs.
            await using var source = OpenIfThere(file);
            if (source is null)
            {
                continue;
            }

            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var copy = File.Create(target);
            await source.CopyToAsync(copy, ct);
        }
    }

    private static FileStream? OpenIfThere(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static void CreatePrivate(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private sealed record Manifest(string Version, DateTimeOffset At, SortedDictionary<string, string> Files);
}
