namespace MedCrm.Connectors.Tests.Pager;

public sealed class PagerConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new PagerPeer();
}

public sealed class CallingPagerConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new CallingPagerPeer();
}
