using Xunit;

namespace MedCrm.Connectors.Tests.NServiceBus;

public sealed class NServiceBusConformance(PostgresFixture postgres, RabbitMqFixture broker) : ConformanceSuite(postgres), IClassFixture<RabbitMqFixture>
{
    protected override ChannelPeer CreatePeer() => new EndpointPeer(broker.Address);
}
