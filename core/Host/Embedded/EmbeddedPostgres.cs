using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace MedCrm.Host.Embedded;

/// <summary>
/// A PostgreSQL server of our own with its data in the data directory: the hub speaks to it over a socket file there where it can (cheaper than
/// loopback: decision 2), tools speak to it over loopback.
/// </summary>
public sealed class EmbeddedPostgres
{
    public const string Database = "medcrm";
    private const string Superuser = "postgres";
    private const string Loopback = "127.0.0.1";
    private const string SocketFile = ".s.PGSQL.";

    // The kernel keeps 104 bytes for the path of a socket on macOS and 108 on Linux, its end included.
    private const int LongestSocketPath = 103;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Sized for one small machine. Durability stays on: what was accepted survives a power cut.
    private const string ServerSettings = """
        listen_addresses = '127.0.0.1'
        password_encryption = 'scram-sha-256'
        max_connections = 200
        shared_buffers = '128MB'
        fsync = on
        synchronous_commit = on
        full_page_writes = on
        max_wal_size = '1GB'
        idle_in_transaction_session_timeout = '5min'
        log_min_duration_statement = '2s'
        log_line_prefix = '%m [%p] %a '
        timezone = 'UTC'
        log_timezone = 'UTC'
        """;

    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;
    private readonly string _home;

    private EmbeddedPostgres(PostgresBinaries binaries, ServerAccount account, string home, int port, string password)
    {
        // One that a predecessor of an older release started has none.
        var isSocket = File.Exists(Path.Combine(home, $"{SocketFile}{port}"));
        _binaries = binaries;
        _account = account;
        _home = home;
        Port = port;
        ConnectionString = OwnerConnection(isSocket ? home : Loopback, port, password);
    }

    public int Port { get; }

    public int Major => _binaries.Major;

    /// <summary>Of the hub's database, as its owner, who is no superuser.</summary>
    public string ConnectionString { get; }

    private string Cluster => Path.Combine(_home, "cluster");

    /// <summary>Of a server that runs already.</summary>
    public static string OwnerConnection(int port, string password) => OwnerConnection(Loopback, port, password);

    private static string OwnerConnection(string host, int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = host,
        Port = port,
        Database = Database,
        Username = Database,
        Password = password,
        MaxPoolSize = 16,
    }.ConnectionString;

    /// <summary>Starts the server, or takes over the one that a killed predecessor left running. The first time it makes the cluster.</summary>
    public static async Task<EmbeddedPostgres> StartAsync(DataHome data, CancellationToken ct)
    {
        var account = await ServerAccount.FindAsync(ct);
        var root = await PlaceAsync(data.Root, account, ct);
        var home = Path.Combine(root, "pg");
        var cluster = Path.Combine(home, "cluster");
        Directory.CreateDirectory(home);
        var binaries = await PostgresBinaries.LocateAsync(ClusterVersion(cluster), root, ct);
        var superuserPassword = data.Secret("postgres-superuser", DataHome.NewKey);
        var password = data.Secret(DataPaths.DatabasePassword, DataHome.NewKey);
        if (ClusterVersion(cluster) is null)
        {
            await CreateClusterAsync(binaries, account, home, superuserPassword, ct);
        }

        await File.WriteAllTextAsync(Path.Combine(cluster, "medcrm.conf"), $"{ServerSettings}{Environment.NewLine}unix_socket_directories = '{SocketDirectory(home)}'{Environment.NewLine}", ct);
        await account.OwnAsync(home, ct);

        var port = await RunningPortAsync(cluster, superuserPassword, ct);
        if (port is null)
        {
            port = ChoosePort(home);
            foreach (var stale in Directory.GetFiles(home, $"{SocketFile}*"))
            {
                // Of a server that was killed: its number may be somebody else's by now, and the new one would refuse to start over it.
                File.Delete(stale);
            }

            await LaunchAsync(binaries, account, home, port.Value, ct);
            await File.WriteAllTextAsync(Path.Combine(home, "port"), port.Value.ToString(CultureInfo.InvariantCulture), ct);
        }

        await EnsureDatabaseAsync(port.Value, superuserPassword, password, ct);
        return new EmbeddedPostgres(binaries, account, home, port.Value, password);
    }

    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        NpgsqlConnection.ClearAllPools();
        var stop = await _account.RunAsync(_binaries.Program("pg_ctl"), ["stop", "-D", Cluster, "-m", "fast", "-w", "-t", "5"], patience.Token);
        if (!stop.Succeeded)
        {
            // Recovery at the next start costs a second; an orphan costs the operator an evening.
            await _account.RunAsync(_binaries.Program("pg_ctl"), ["stop", "-D", Cluster, "-m", "immediate", "-w", "-t", "5"], patience.Token);
        }
    }

    /// <summary>The major version that made the cluster. Null: there is no cluster.</summary>
    internal static int? ClusterVersion(string cluster)
    {
        var file = Path.Combine(cluster, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }

    /// <summary>The data directory, unless the server's account may not enter it (a clone in root's home): then a place under /var/lib that belongs to this data directory.</summary>
    private static async Task<string> PlaceAsync(string data, ServerAccount account, CancellationToken ct)
    {
        if (await account.CanEnterAsync(data, ct))
        {
            return data;
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
        var place = Path.Combine("/var/lib/medcrm", key);
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(data, "pg-elsewhere.txt"), $"The account {account.Name} may not enter this directory, so the database is in {place}{Environment.NewLine}", ct);
        return place;
    }

    private static async Task CreateClusterAsync(PostgresBinaries binaries, ServerAccount account, string home, string superuserPassword, CancellationToken ct)
    {
        // Made beside and then renamed: a start that was cut short must not leave half a cluster that looks whole.
        var cluster = Path.Combine(home, "cluster");
        var making = Path.Combine(home, "cluster.new");
        if (Directory.Exists(making))
        {
            Directory.Delete(making, recursive: true);
        }

        var passwordFile = Path.Combine(home, "initdb-password");
        File.Delete(passwordFile);
        DataHome.WritePrivate(passwordFile, superuserPassword);
        await account.OwnAsync(home, ct);
        string[] locale = OperatingSystem.IsWindows() ? [] : ["--locale", OperatingSystem.IsMacOS() ? "en_US.UTF-8" : "C.UTF-8"];
        var initdb = await account.RunAsync(
            binaries.Program("initdb"),
            [
                "-D", making, "-U", Superuser, "--pwfile", passwordFile, "--auth=scram-sha-256", "-E", "UTF8",
                "--locale-provider=icu", "--icu-locale=ru-RU", .. locale, "--data-checksums",
            ],
            ct);
        File.Delete(passwordFile);
        if (!initdb.Succeeded)
        {
            throw new CommandException($"PostgreSQL could not create its data in {home}: {initdb.Output}");
        }

        await File.AppendAllTextAsync(Path.Combine(making, "postgresql.conf"), $"{Environment.NewLine}include 'medcrm.conf'{Environment.NewLine}", ct);
        Directory.Move(making, cluster);
    }

    /// <summary>The port of a live server on this cluster. Null: none runs; what a killed one left behind has been cleared away.</summary>
    private static async Task<int?> RunningPortAsync(string cluster, string superuserPassword, CancellationToken ct)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(pidFile))
        {
            return null;
        }

        var lines = await File.ReadAllLinesAsync(pidFile, ct);
        if (lines.Length < 4
            || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            || !int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !IsPostgres(pid))
        {
            // After a crash the number may belong to somebody else by now, and the server would refuse to start because of it.
            File.Delete(pidFile);
            return null;
        }

        var deadline = Stopwatch.StartNew();
        while (IsPostgres(pid) && deadline.Elapsed < Patience)
        {
            try
            {
                await using var connection = new NpgsqlConnection(SuperuserConnection(port, superuserPassword));
                await connection.OpenAsync(ct);
                await using var command = new NpgsqlCommand("show data_directory", connection);
                if (Path.GetFullPath((string)(await command.ExecuteScalarAsync(ct))!) == Path.GetFullPath(cluster))
                {
                    return port;
                }

                break;
            }
            catch (NpgsqlException)
            {
                // Still recovering, or already on its way out.
                await Task.Delay(TimeSpan.FromMilliseconds(250), ct);
            }
        }

        if (!IsPostgres(pid))
        {
            return null;
        }

        throw new CommandException($"A PostgreSQL (process {pid}) holds {cluster} but does not answer. Stop it, then start MedCrm again.");
    }

    private static bool IsPostgres(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task LaunchAsync(PostgresBinaries binaries, ServerAccount account, string home, int port, CancellationToken ct)
    {
        const int Attempts = 3;
        var log = Path.Combine(home, "server.log");
        for (var attempt = 1; ; attempt++)
        {
            var start = await account.RunAsync(
                binaries.Program("pg_ctl"),
                ["start", "-D", Path.Combine(home, "cluster"), "-l", log, "-w", "-t", $"{Patience.TotalSeconds:0}", "-o", $"-p {port}"],
                ct);
            if (start.Succeeded)
            {
                return;
            }

            if (attempt == Attempts)
            {
                var tail = File.Exists(log) ? string.Join(Environment.NewLine, (await File.ReadAllLinesAsync(log, ct)).TakeLast(8)) : start.Output;
                throw new CommandException($"PostgreSQL did not start. The end of {log}:{Environment.NewLine}{tail}");
            }

            // The last processes of a killed server need a moment to let go of its shared memory.
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
        }
    }

    /// <summary>Empty: no socket but loopback. PostgreSQL reads a comma as the end of a directory, and an apostrophe as the end of the setting.</summary>
    private static string SocketDirectory(string home) =>
        OperatingSystem.IsWindows() || home.IndexOfAny([',', '\'', '"']) >= 0 || Encoding.UTF8.GetByteCount(Path.Combine(home, $"{SocketFile}65535")) > LongestSocketPath ? "" : home;

    private static int ChoosePort(string home)
    {
        var file = Path.Combine(home, "port");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && IsFree(port)
            ? port
            : Hub.FreePorts(1)[0];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task EnsureDatabaseAsync(int port, string superuserPassword, string password, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnection(port, superuserPassword));
        await connection.OpenAsync(ct);
        // Neither statement takes parameters; the password is our own base64.
        await using var role = new NpgsqlCommand(
            $"do $$ begin if not exists (select from pg_roles where rolname = '{Database}') then create role {Database} login; end if; end $$; alter role {Database} password '{password}'",
            connection);
        await role.ExecuteNonQueryAsync(ct);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{Database}'", connection);
        if (await exists.ExecuteScalarAsync(ct) is null)
        {
            await using var create = new NpgsqlCommand($"create database {Database} owner {Database}", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    private static string SuperuserConnection(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = Loopback,
        Port = port,
        Database = "postgres",
        Username = Superuser,
        Password = password,
        Pooling = false,
        Timeout = 5,
    }.ConnectionString;
}
