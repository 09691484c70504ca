using System.Diagnostics.CodeAnalysis;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

[assembly: AssemblyFixture(typeof(Hubs))]
// Two cores, two hubs, and some tests take a table or a queue away for a while.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace MedCrm.Integration.Tests.Hub;

/// <summary>One hub for each transport, started when the first test asks for it and shared by all: every test brings people of its own.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes it.")]
public sealed class Hubs : IAsyncLifetime
{
    private readonly Servers _servers = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<BusTransport, TestHub> _running = [];

    public ValueTask InitializeAsync() => _servers.InitializeAsync();

    public async Task<TestHub> WithAsync(BusTransport transport)
    {
        await _one.WaitAsync();
        try
        {
            return _running.TryGetValue(transport, out var hub) ? hub : _running[transport] = await TestHub.StartAsync(transport, _servers);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hub in _running.Values)
        {
            await hub.DisposeAsync();
        }

        await _servers.DisposeAsync();
        _one.Dispose();
    }
}

/// <summary>Every road is walked on both.</summary>
public sealed class BothTransports : TheoryData<BusTransport>
{
    public BothTransports()
    {
        Add(BusTransport.PostgreSql);
        Add(BusTransport.RabbitMq);
    }
}
