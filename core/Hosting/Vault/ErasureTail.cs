using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Hosting.Vault;

/// <summary>Makes a part's vault forget at once whom another part or process has erased.</summary>
internal sealed class ErasureTail(PersonalDataVault vault, VaultDatabase database, ILogger<ErasureTail> log) : IHostedService, IAsyncDisposable
{
    internal PersonalDataVault Vault => vault;

    internal ILogger Log => log;

    public Task StartAsync(CancellationToken cancellationToken) => ErasureEar.JoinAsync(database.ConnectionString, this, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => ErasureEar.LeaveAsync(database.ConnectionString, this, cancellationToken);

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}

/// <summary>Listens to one vault for all parts of this process: a hub runs a dozen, and each connection is a process of the server.</summary>
internal sealed partial class ErasureEar : NotificationTail
{
    public const string Channel = "medcrm_erased";
    public const string ApplicationName = "medcrm-erasures";

    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static readonly Dictionary<string, ErasureEar> Ears = [];

    private readonly NpgsqlDataSource _source;
    private volatile ErasureTail[] _parts = [];

    private ErasureEar(NpgsqlDataSource source)
        : base(source, TimeProvider.System, Channel) => _source = source;

    public static async Task JoinAsync(string connectionString, ErasureTail part, CancellationToken ct)
    {
        var vault = Own(connectionString);
        await Gate.WaitAsync(ct);
        try
        {
            var isFirst = !Ears.TryGetValue(vault, out var ear);
            ear ??= Ears[vault] = new(NpgsqlDataSource.Create(vault));
            ear._parts = [.. ear._parts, part];
            if (isFirst)
            {
                // It outlives the part that came first.
                await ear.StartAsync(CancellationToken.None);
            }

            // What it opened before it was told of anything.
            part.Vault.ForgetAll();
        }
        finally
        {
            Gate.Release();
        }
    }

    public static async Task LeaveAsync(string connectionString, ErasureTail part, CancellationToken ct)
    {
        var vault = Own(connectionString);
        await Gate.WaitAsync(ct);
        try
        {
            if (!Ears.TryGetValue(vault, out var ear))
            {
                return;
            }

            ear._parts = [.. ear._parts.Where(member => member != part)];
            if (ear._parts.Length == 0)
            {
                Ears.Remove(vault);
                await ear.StopAsync(ct);
                ear.Dispose();
                await ear._source.DisposeAsync();
            }
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Listening, now or again: whoever was erased meanwhile was not told of.</summary>
    protected override Task CatchUpAsync(CancellationToken ct)
    {
        foreach (var part in _parts)
        {
            part.Vault.ForgetAll();
        }

        return Task.CompletedTask;
    }

    protected override Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct)
    {
        foreach (var notice in told)
        {
            if (Guid.TryParse(notice.Payload, out var subject))
            {
                foreach (var part in _parts)
                {
                    part.Vault.Forget(new(subject));
                }
            }
        }

        return Task.CompletedTask;
    }

    // No host watches over it: whatever went wrong, it dials again.
    protected override bool IsOutage(Exception exception) => true;

    protected override void SayLost(Exception exception)
    {
        if (_parts is [var part, ..])
        {
            LogLost(part.Log, exception);
        }
    }

    protected override void SayBack()
    {
        if (_parts is [var part, ..])
        {
            LogBack(part.Log);
        }
    }

    // Parts name themselves in their connections; the ear is everybody's. Out of a pool it would get a line that others have used.
    private static string Own(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = ApplicationName, Pooling = false }.ConnectionString;

    [LoggerMessage(1410, LogLevel.Warning, "The vault's database is out of reach; an erasure elsewhere is felt once it is back, or when a key's lifetime is over")]
    private static partial void LogLost(ILogger log, Exception exception);

    [LoggerMessage(1411, LogLevel.Information, "The vault's database is back; every opened key was forgotten")]
    private static partial void LogBack(ILogger log);
}
