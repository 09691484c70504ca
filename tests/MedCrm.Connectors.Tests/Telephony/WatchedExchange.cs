using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Telephony;
using MedCrm.Connectors.Telephony.Asterisk;
using MedCrm.Connectors.Tests.Email;
using MedCrm.Contracts.Telephony;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>The connector at work on one exchange, restarted by the Sdk's own supervisor when it fails.</summary>
internal sealed class WatchedExchange : IAsyncDisposable
{
    private readonly SourceSupervisor _supervisor;
    private readonly HttpClients _clients = new();

    private WatchedExchange(AsteriskOptions options, MemorySink sink)
    {
        Sink = sink;
        Health = new ChannelHealth(TimeProvider.System);
        Exchange = new AsteriskExchange(options, sink, sink, sink, _clients, Health, TimeProvider.System, NullLogger<AsteriskExchange>.Instance);
        _supervisor = new SourceSupervisor([Exchange], Health, new Lifetime(), TimeProvider.System, NullLogger<SourceSupervisor>.Instance);
    }

    public AsteriskExchange Exchange { get; }

    public ChannelHealth Health { get; }

    public MemorySink Sink { get; }

    public static AsteriskOptions Options(int port) => new()
    {
        Key = "main",
        Host = "127.0.0.1",
        Port = port,
        UserName = AsteriskPeer.UserName,
        Password = AsteriskPeer.Password,
        Grace = TimeSpan.FromMilliseconds(300),
        CallRecordsTimeZone = "UTC",
    };

    public static async Task<WatchedExchange> StartAsync(AsteriskOptions options, MemorySink? sink = null, bool connected = true)
    {
        var watched = new WatchedExchange(options, sink ?? new MemorySink());
        await watched._supervisor.StartAsync(CancellationToken.None);
        if (connected)
        {
            await watched.ConnectedAsync();
        }

        return watched;
    }

    public Task ConnectedAsync() => Eventually.TrueAsync(() => Health.All is [{ State: ChannelState.Connected }]);

    /// <summary>The last word about every call, once all that were told of are over.</summary>
    public async Task<IReadOnlyList<InboundCall>> EndedAsync(int count)
    {
        await Sink.WaitAsync(sink => sink.Calls.Where(call => call.Phase == CallPhase.Ended).DistinctBy(call => call.ExternalCallId).Count() >= count);
        var calls = Sink.Calls.GroupBy(call => call.ExternalCallId).ToList();
        Assert.Equal(count, calls.Count);
        Assert.All(calls, told => Assert.Single(told, call => call.Phase == CallPhase.Ended));
        return [.. calls.Select(told => told.Last())];
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.StopAsync(CancellationToken.None);
        _supervisor.Dispose();
        _clients.Dispose();
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}

internal sealed class HttpClients : IHttpClientFactory, IDisposable
{
    private readonly SocketsHttpHandler _handler = new();

    public HttpClient CreateClient(string name) => new(_handler, disposeHandler: false);

    public void Dispose() => _handler.Dispose();
}
