using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using RabbitMQ.Client;
using Xunit;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>The servers of a run: those that `./medcrm test` names, or else our own, started by the same scripts. A run without servers fails.</summary>
public sealed class Servers : IAsyncLifetime
{
    private const string Run = "run";
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("medcrm-integration-");
    private readonly List<string> _started = [];
    private int _databases;

    private string Postgres { get; set; } = "";

    public string RabbitMq { get; private set; } = "";

    /// <summary>Keys, blobs and whatever else a hub keeps on disk.</summary>
    public string Home => _home.FullName;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The database server runs under an account of its own.
            File.SetUnixFileMode(Home, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        Postgres = Environment.GetEnvironmentVariable("MEDCRM_TEST_POSTGRES") is { Length: > 0 } postgres ? postgres : await StartAsync("postgres.sh");
        RabbitMq = Environment.GetEnvironmentVariable("MEDCRM_TEST_RABBITMQ") is { Length: > 0 } rabbit ? rabbit : await StartAsync("rabbitmq.sh");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var script in _started)
        {
            await ScriptAsync(script, "down");
        }

        _home.Delete(recursive: true);
    }

    /// <summary>A fresh database, as a connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"integration_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(Postgres) { Database = name, MaxPoolSize = 30 }.ConnectionString;
    }

    /// <summary>Removes what an earlier run left in the broker.</summary>
    public async Task DeleteQueuesAsync(IEnumerable<string> queues)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(RabbitMq) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues)
        {
            await channel.QueueDeleteAsync(queue);
        }
    }

    private async Task<string> StartAsync(string script)
    {
        _started.Add(script);
        return await ScriptAsync(script, "up");
    }

    private async Task<string> ScriptAsync(string script, string verb, [CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "peers", script));
        var answer = Path.Combine(Home, script + Run);
        // Into a file: the server inherits the output and would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "exec \"$0\" \"$1\" \"$2\" > \"$3\"", path, verb, Path.Combine(Home, Path.GetFileNameWithoutExtension(script)), answer]))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await File.ReadAllTextAsync(answer)).Trim() : throw new InvalidOperationException($"{script} {verb} ended with {process.ExitCode}; its words are above.");
    }
}
