using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Testing;

/// <summary>A PostgreSQL of our own for the run: made in a temporary directory, on a free port of loopback, gone afterwards.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), $"medcrm-tests-{Guid.NewGuid():N}");
    private readonly int _port = FreePort();
    private int _databases;

    private string Data => Path.Combine(_home, "pg");

    public string Home => _home;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_home);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", _home);
        }

        await PostgresAsync("initdb", "-D", Data, "-U", "medcrm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N");
        await StartAsync();
        foreach (var file in new[] { "master.key", "signing.key" })
        {
            await File.WriteAllTextAsync(Path.Combine(_home, file), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync();
        Directory.Delete(_home, recursive: true);
    }

    public Task StartAsync() =>
        PostgresAsync("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_home, "pg.log"), "-o", $"-p {_port} -h 127.0.0.1 -k {_home} -c fsync=off -c max_connections=300", "start");

    public Task StopAsync() => PostgresAsync("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    /// <summary>A fresh database, as a connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Settings for parts that share one fresh database.</summary>
    public async Task<IConfiguration> SettingsAsync(params (string Key, string Value)[] more)
    {
        var database = await CreateDatabaseAsync();
        var settings = new Dictionary<string, string?>
        {
            // Whoever waits for the sweep of the outbox need not wait as long as a hospital.
            ["Bus:ResendAfter"] = "00:00:20",
            ["ConnectionStrings:Connectors"] = database,
            ["ConnectionStrings:Chat"] = database,
            ["ConnectionStrings:Vault"] = database,
            ["Vault:MasterKeyFile"] = Path.Combine(_home, "master.key"),
            ["Internal:SigningKeyFile"] = Path.Combine(_home, "signing.key"),
            ["Blobs:Directory"] = Path.Combine(_home, "blobs"),
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Database={database};Username=medcrm;Maximum Pool Size=30";

    // PostgreSQL refuses to run as root.
    private static Task PostgresAsync(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin", program)).First(File.Exists);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // No pipes: the server would inherit and hold them.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
