using System.Collections.Concurrent;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>An exchange that takes every call over, and remembers it.</summary>
public sealed class TestExchange : ICallPlacer
{
    public ConcurrentQueue<CallToPlace> Placed { get; } = new();

    public Task<PlacedCall> PlaceAsync(CallToPlace wanted, CancellationToken ct)
    {
        Placed.Enqueue(wanted);
        return Task.FromResult(new PlacedCall("telephony/main", $"ext-{wanted.CallId}"));
    }
}
