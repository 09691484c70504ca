using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>The edge for NServiceBus endpoints: they hand in commands over RabbitMQ in their own wire format, and get answers as commands. Why here and not on the hub's own queues: docs/decisions/0015-nservicebus-edge.md.</summary>
public static class NServiceBusConnector
{
    public static Part Part { get; } = ConnectorPart.Create("nservicebus", typeof(NServiceBusConnector).Assembly, connector =>
    {
        connector.Services.AddSingleton<IValidateOptions<NServiceBusOptions>, NServiceBusOptionsValidator>();
        connector.Services.AddOptions<NServiceBusOptions>().BindConfiguration(NServiceBusOptions.Section).ValidateOnStart();
        connector.Services.AddSingleton<Broker>();
        connector.UseSender<EndpointSender>().UseConnectionTest<BrokerTest>().UseRawInputMapper<EdgeMapper>();
        var settings = new NServiceBusOptions();
        connector.Configuration.GetSection(NServiceBusOptions.Section).Bind(settings);
        foreach (var endpoint in settings.Endpoints)
        {
            connector.AddSource(services => ActivatorUtilities.CreateInstance<EndpointSource>(services, endpoint));
        }
    });
}
