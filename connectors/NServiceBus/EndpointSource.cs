using System.Security.Cryptography;
using System.Threading.Channels;
using MedCrm.Connectors.Sdk;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>Hears the queue of one endpoint, in order. A command leaves the queue only after it is stored.</summary>
internal sealed class EndpointSource(EndpointOptions endpoint, Broker broker, IInboundSink sink, ChannelHealth health) : IInboundSource
{
    private const ushort Ahead = 8;
    private const int LongestId = 200;

    public string Channel => endpoint.Channel;

    public Task RunAsync(CancellationToken ct) => Broker.GuardAsync(Channel, async () =>
    {
        var connection = await broker.ConnectAsync(Channel, ct);
        try
        {
            await ReadAsync(connection, ct);
            return true;
        }
        finally
        {
            await Broker.LeaveAsync(connection);
        }
    }, ct);

    private async Task ReadAsync(IConnection connection, CancellationToken ct)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await PrepareAsync(channel, ct);
        await channel.BasicQosAsync(0, Ahead, global: false, ct);
        var arrived = System.Threading.Channels.Channel.CreateUnbounded<(ulong Tag, Envelope Envelope)>(new UnboundedChannelOptions { SingleReader = true });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            arrived.Writer.TryWrite((delivery.DeliveryTag, Envelope.Of(delivery.BasicProperties, delivery.Body)));
            return Task.CompletedTask;
        };
        consumer.ShutdownAsync += (_, reason) =>
        {
            arrived.Writer.TryComplete(new OperationInterruptedException(reason));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) =>
        {
            // The queue was deleted under us.
            arrived.Writer.TryComplete(new IOException("The consumer was cancelled."));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(endpoint.InputQueue, autoAck: false, consumer, ct);
        health.Connected(Channel);
        await foreach (var (tag, envelope) in arrived.Reader.ReadAllAsync(ct))
        {
            var mapped = EdgeMapper.Map(Channel, envelope);
            var raw = RawInput.FromBytes(Channel, KeyOf(envelope), Envelope.MediaType, envelope.ToBytes()) with { QuarantineReason = mapped.QuarantineReason };
            await sink.AcceptAsync(raw, mapped.Events, checkpoint: null, ct);
            await channel.BasicAckAsync(tag, multiple: false, ct);
        }
    }

    // NServiceBus sends a command to the exchange that is named like its receiver.
    private async Task PrepareAsync(IChannel channel, CancellationToken ct)
    {
        var queue = endpoint.InputQueue;
        if (endpoint.DeclareQueue)
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: ct);
            await channel.QueueBindAsync(queue, queue, "", cancellationToken: ct);
        }
        else
        {
            await channel.QueueDeclarePassiveAsync(queue, ct);
        }
    }

    // A command that is sent again keeps its id; one without an id is known by its bytes.
    private static string KeyOf(Envelope envelope) =>
        envelope.Find(Envelope.MessageId) is { Length: > 0 and <= LongestId } id ? id : Convert.ToHexStringLower(SHA256.HashData(envelope.ToBytes()));
}
