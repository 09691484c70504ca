using System.Diagnostics.CodeAnalysis;
using MedCrm.Connectors.Tests.Mis;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Mis;
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
    private readonly Dictionary<MisAdapter, FarMis> _far = [];
    private readonly FhirServer _fhir = new();

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

    /// <summary>A hub of its own before a MIS that is not ours.</summary>
    internal async Task<FarMis> BeforeAsync(MisAdapter adapter)
    {
        await _one.WaitAsync();
        try
        {
            if (!_far.TryGetValue(adapter, out var far))
            {
                far = _far[adapter] = adapter == MisAdapter.Fhir ? await FarFhir.OpenAsync(_fhir) : await FarRenovatio.OpenAsync();
                far.Hub = await TestHub.StartAsync(BusTransport.PostgreSql, _servers, adapter.ToString(), far.Settings);
            }

            return far;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var far in _far.Values)
        {
            await far.DisposeAsync();
        }

        await _fhir.DisposeAsync();
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
