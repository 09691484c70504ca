using MedCrm.Host.Embedded;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Host;

/// <summary>The databases of a hub, whether it runs or not: an embedded server that is down is started for the time of the command.</summary>
internal sealed class HubDatabases : IAsyncDisposable
{
    private readonly IDisposable? _lock;
    private readonly EmbeddedPostgres? _server;

    private HubDatabases(IConfiguration settings, IDisposable? @lock, EmbeddedPostgres? server)
    {
        Settings = settings;
        _lock = @lock;
        _server = server;
    }

    public IConfiguration Settings { get; }

    /// <param name="data">The data directory.</param>
    /// <param name="alone">The hub must not run.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<HubDatabases> OpenAsync(string data, bool alone, CancellationToken ct)
    {
        if (!alone && DataHome.IsInUse(data))
        {
            using var running = RunningHub.Load(data);
            running.Database("Vault");
            return new HubDatabases(running.Settings, null, null);
        }

        var home = DataHome.Open(data);
        try
        {
            home.EnsureKeys();
            var own = MedCrm.Host.Settings.Load(home.Paths.SettingsFile);
            var server = string.IsNullOrWhiteSpace(own.GetConnectionString("Vault")) ? await EmbeddedPostgres.StartAsync(home, ct) : null;
            return new HubDatabases(MedCrm.Host.Settings.Load(home.Paths.SettingsFile, Commands.UpCommand.Defaults([], home, server)), home, server);
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
        }

        _lock?.Dispose();
    }
}
