using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace MedCrm.Load.Peers;

/// <summary>A PostgreSQL of our own, made by tests/peers and then run as in production: every commit waits for the disk.</summary>
internal sealed partial class PostgresPeer : IAsyncDisposable
{
    private static readonly string Script = Shell.PathTo("tests", "peers", "postgres.sh");
    private readonly string _home;
    private readonly string _administrator;
    private readonly string[] _command;
    private Process? _server;

    private PostgresPeer(string home, string administrator, string[] command)
    {
        _home = home;
        _administrator = administrator;
        _command = command;
    }

    /// <param name="home">Where its data lies.</param>
    /// <param name="overSocket">Spoken to through a socket file, as <c>medcrm up</c> does with its own; else over loopback.</param>
    public static async Task<PostgresPeer> StartAsync(string home, bool overSocket)
    {
        var administrator = await Shell.RunAsync(Script, "up", home);
        var options = await File.ReadAllTextAsync(Path.Combine(home, "cluster", "postmaster.opts"));
        await Shell.RunAsync(Script, "down", home);
        string[] command = [.. Word().Matches(options).Select(word => word.Value.Trim('"')).Select(word => word is "fsync=off" or "full_page_writes=off" ? word.Replace("off", "on", StringComparison.Ordinal) : word)];
        if (overSocket)
        {
            administrator = new NpgsqlConnectionStringBuilder(administrator) { Host = home }.ConnectionString;
            command = [.. command.Select(word => word == "unix_socket_directories=" ? word + home : word)];
        }

        // The server does not run as root.
        var peer = new PostgresPeer(home, administrator, Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", .. command] : command);
        await peer.StartAsync();
        return peer;
    }

    public string Database(string name) => new NpgsqlConnectionStringBuilder(_administrator) { Database = name }.ConnectionString;

    public async Task CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(_administrator);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>kill -9 of the server; its children notice and end.</summary>
    public async Task KillAsync()
    {
        _server!.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
        NpgsqlConnection.ClearAllPools();
    }

    public async Task StartAsync()
    {
        if (!await Waiting.UntilAsync(TryStartAsync, TimeSpan.FromSeconds(90)))
        {
            throw new LoadException($"PostgreSQL does not start; its log: {_home}/server.log");
        }
    }

    // What was left of a killed server may still hold its memory for a moment; then the new one gives up and is started again.
    private async Task<bool> TryStartAsync()
    {
        if (_server is null or { HasExited: true })
        {
            _server?.Dispose();
            _server = Shell.Start(Path.Combine(_home, "server.log"), new Dictionary<string, string>(), "/", _command);
        }

        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_administrator) { Timeout = 2, Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync(Script, "down", _home);
        _server?.Dispose();
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
