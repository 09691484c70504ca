using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Connectors.NServiceBus;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>An NServiceBus endpoint at the edge, byte for byte, on a real RabbitMQ: its command becomes a conversation, the answer comes back as its command.</summary>
public sealed class NServiceBusTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_command_becomes_a_conversation_once_and_the_answer_comes_back_as_a_command(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var mark = Guid.NewGuid().ToString("N");
        var (input, endpoint) = ($"medcrm.test-{mark}", $"Viber.Bridge.{mark}");
        await using var connection = await new ConnectionFactory { Uri = new Uri(hub.Settings["Bus:RabbitMq"]!) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(endpoint, durable: true, exclusive: false, autoDelete: false);
        await channel.ExchangeDeclareAsync(endpoint, ExchangeType.Fanout, durable: true);
        await channel.QueueBindAsync(endpoint, endpoint, "");
        var settings = new ConfigurationBuilder().AddConfiguration(hub.Settings).AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Connectors:NServiceBus:Broker"] = hub.Settings["Bus:RabbitMq"],
            ["Connectors:NServiceBus:Endpoints:0:Key"] = "viber",
            ["Connectors:NServiceBus:Endpoints:0:Name"] = endpoint,
            ["Connectors:NServiceBus:Endpoints:0:Queue"] = input,
            ["Parts:nservicebus:Url"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Host.Hub.FreePorts(1)[0]}"),
        }).Build();
        await using var part = await hub.StartAsync(NServiceBusConnector.Part, settings);
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                await using var probe = await connection.CreateChannelAsync();
                return await QueueIsHeardAsync(probe, input);
            }, "listener at the edge");
            var name = $"Анна {mark[..8]}";
            var body = JsonSerializer.SerializeToUtf8Bytes(new { Id = $"{mark}-1", From = new { Account = mark, Phone = (string?)null, Email = (string?)null, Name = name }, Text = "Здравствуйте! Можно записаться?", SentAt = "2026-03-02T10:00:00+03:00" });
            await SendAsync(channel, input, "4be2a6f5-5a0c-4d2b-9a61-b40100f3a1c1", body);
            var row = await Eventually.AsyncOf(async () => (await window.SearchAsync(name)).SingleOrDefault(), "row of the person");
            Assert.Equal(("nservicebus", "nservicebus"), ((string?)row["channel"], (string?)row["replyBy"]));

            // The same command again, and the same message under another NServiceBus id; then one more, after which both have been handled.
            await SendAsync(channel, input, "4be2a6f5-5a0c-4d2b-9a61-b40100f3a1c1", body);
            await SendAsync(channel, input, "5be2a6f5-5a0c-4d2b-9a61-b40100f3a1c9", body);
            await SendAsync(channel, input, "6be2a6f5-5a0c-4d2b-9a61-b40100f3a1ca", JsonSerializer.SerializeToUtf8Bytes(new { Id = $"{mark}-2", From = new { Account = mark }, Text = "Спасибо" }));
            var id = (string)row["id"]!;
            await window.EntryAsync(id, item => (string?)item["text"] == "Спасибо", "next message");
            Assert.Single(await window.TimelineAsync(id), item => (string?)item["text"] == "Здравствуйте! Можно записаться?");

            var answer = await window.ReplyAsync(row, "Ждём вас в четверг");
            var command = await Eventually.AsyncOf(async () => await channel.BasicGetAsync(endpoint, autoAck: true), "command at the endpoint");
            var key = answer.Value.ToString("D");
            var properties = command.BasicProperties;
            Assert.Equal((key, key, "MedCrm.Edge.DeliverMessage", "application/json", input, true), (properties.MessageId, properties.CorrelationId, properties.Type, properties.ContentType, properties.ReplyTo, properties.Persistent));
            var headers = properties.Headers!.Where(header => header.Value is byte[]).ToDictionary(header => header.Key, header => Encoding.UTF8.GetString((byte[])header.Value!));
            Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{6} Z$", headers["NServiceBus.TimeSent"]);
            headers.Remove("NServiceBus.TimeSent");
            Assert.Equal(new Dictionary<string, string>
            {
                ["NServiceBus.MessageId"] = key,
                ["NServiceBus.CorrelationId"] = key,
                ["NServiceBus.ConversationId"] = key,
                ["NServiceBus.MessageIntent"] = "Send",
                ["NServiceBus.OriginatingEndpoint"] = input,
                ["NServiceBus.ReplyToAddress"] = input,
                ["NServiceBus.EnclosedMessageTypes"] = "MedCrm.Edge.DeliverMessage",
                ["NServiceBus.ContentType"] = "application/json",
            }, headers);
            var said = JsonNode.Parse(command.Body.Span)!;
            Assert.Equal((key, mark, name, "Ждём вас в четверг"), ((string?)said["MessageId"], (string?)said["To"], (string?)said["ToName"], (string?)said["Text"]));
            Assert.Equal(["MessageId", "To", "ToName", "Subject", "Text", "References", "Attachments", "Choices"], said.AsObject().Select(property => property.Key));

            await SendAsync(channel, input, Guid.NewGuid().ToString("D"), JsonSerializer.SerializeToUtf8Bytes(new { MessageId = key, Status = "delivered" }), "MedCrm.Edge.ReportDelivery");
            await window.EntryAsync(id, item => (string?)item["text"] == "Ждём вас в четверг" && (string?)item["delivery"]?["status"] == "delivered", "delivery report");
        }
        finally
        {
            await part.StopAsync();
            foreach (var queue in new[] { input, endpoint })
            {
                await channel.QueueDeleteAsync(queue);
                await channel.ExchangeDeleteAsync(queue);
            }
        }
    }

    private static async Task<bool> QueueIsHeardAsync(IChannel probe, string queue)
    {
        try
        {
            return (await probe.QueueDeclarePassiveAsync(queue)).ConsumerCount > 0;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }

    private static ValueTask SendAsync(IChannel channel, string to, string id, byte[] body, string type = "MedCrm.Edge.ReceiveInboundMessage") =>
        channel.BasicPublishAsync(to, "", mandatory: true, new BasicProperties
        {
            MessageId = id,
            Type = type,
            ContentType = "application/json",
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                ["NServiceBus.MessageId"] = id,
                ["NServiceBus.MessageIntent"] = "Send",
                ["NServiceBus.EnclosedMessageTypes"] = $"{type}, Viber.Bridge, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null",
                ["NServiceBus.ContentType"] = "application/json",
                ["NServiceBus.TimeSent"] = "2026-03-02 07:00:01:123456 Z",
                ["NServiceBus.Version"] = "9.2.6",
            },
        }, body);
}
