using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>Dials the broker and looks whether the endpoints' exchanges are there; sends and reads nothing.</summary>
internal sealed class BrokerTest(Broker broker, IOptions<NServiceBusOptions> options) : IConnectionTest
{
    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) =>
        await Task.WhenAll(options.Value.Endpoints.Select(endpoint => TestAsync(endpoint, ct)));

    private async Task<ConnectionReport> TestAsync(EndpointOptions endpoint, CancellationToken ct)
    {
        try
        {
            return await Broker.GuardAsync(endpoint.Channel, async () =>
            {
                var connection = await broker.ConnectAsync(endpoint.Channel, ct);
                try
                {
                    var channel = await connection.CreateChannelAsync(cancellationToken: ct);
                    await channel.ExchangeDeclarePassiveAsync(endpoint.Name, ct);
                    return new ConnectionReport(endpoint.Channel, true, $"RabbitMQ отвечает, точка NServiceBus «{endpoint.Name}» есть; её команды ждём в очереди {endpoint.InputQueue}.");
                }
                finally
                {
                    await Broker.LeaveAsync(connection);
                }
            }, ct);
        }
        catch (ConnectorException e)
        {
            return new(endpoint.Channel, false, e.Message);
        }
    }
}
