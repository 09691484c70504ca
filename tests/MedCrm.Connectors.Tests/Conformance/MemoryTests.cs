using System.Runtime.CompilerServices;
using MedCrm.Connectors.Pager;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Tests.Pager;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace MedCrm.Connectors.Tests.Conformance;

/// <summary>What connectors still hold after much was sent to them. Measured over the whole process, so it has one of its own (tests/run.sh) and its tests run one after another.</summary>
public sealed class MemoryTests(PostgresFixture postgres)
{
    public static TheoryData<string> Suites =>
        [.. typeof(MemoryTests).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ConformanceSuite))).Select(type => type.FullName!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Suites))]
    public Task A_connector_lets_go_of_what_it_has_handed_on(string suite)
    {
        var type = typeof(MemoryTests).Assembly.GetType(suite)!;
        var made = (ConformanceSuite)Activator.CreateInstance(type, postgres)!;
        return ConformanceChecks.LetsGoAsync(made.FarSide, postgres, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connector_that_keeps_what_it_reads_is_caught()
    {
        var part = ConnectorPart.Create("pager", typeof(PagerConnector).Assembly, connector =>
        {
            PagerConnector.Configure(connector);
            connector.Services.Replace(ServiceDescriptor.Singleton<IInboundSource>(s => ActivatorUtilities.CreateInstance<PagerSource>(s, new Hoarder(s.GetRequiredService<IInboundSink>()))));
        });
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => ConformanceChecks.LetsGoAsync(() => Tampered(part), postgres, TestContext.Current.CancellationToken));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PagerPeer Tampered(Part part) => new() { Tampered = part };

    private sealed class Hoarder(IInboundSink sound) : IInboundSink
    {
        private readonly List<(RawInput, object)> _all = [];

        public Task<AcceptResult> AcceptAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct)
        {
            _all.Add((raw, events));
            return sound.AcceptAsync(raw, events, checkpoint, ct);
        }
    }
}
