namespace MedCrm.Connectors.Tests.Max;

public sealed class MaxConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new MaxPeer();
}

public sealed class CallingMaxConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new CallingMaxPeer();
}
