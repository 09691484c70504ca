using MedCrm.Edge;
using Microsoft.Extensions.Hosting;
using Viber.Bridge;

var broker = Environment.GetEnvironmentVariable("BROKER") ?? throw new InvalidOperationException("BROKER is not set: amqps://user:password@host:5671/vhost");
var endpoint = new EndpointConfiguration("Viber.Bridge");
endpoint.UseSerialization<SystemJsonSerializer>();
endpoint.Conventions().DefiningCommandsAs(type => type.Namespace == "MedCrm.Edge");
endpoint.SendFailedMessagesTo("error");

// Makes the endpoint's own queue and exchange, to which MedCrm sends.
endpoint.EnableInstallers();
var routing = endpoint.UseTransport(new RabbitMQTransport(RoutingTopology.Conventional(QueueType.Quorum), broker));
routing.RouteToEndpoint(typeof(ReceiveInboundMessage), "medcrm.viber");
routing.RouteToEndpoint(typeof(ReportDelivery), "medcrm.viber");

var builder = Host.CreateApplicationBuilder(args);
builder.UseNServiceBus(endpoint);
builder.Services.AddHostedService<Console>();
await builder.Build().RunAsync();
