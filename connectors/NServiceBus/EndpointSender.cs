using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Edge;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>Hands answers to the endpoint that brought the contact, as a command. It is sent when the broker has confirmed it behind the endpoint's exchange; what the patient's side makes of it comes back as <see cref="ReportDelivery"/>.</summary>
internal sealed class EndpointSender(Broker broker, IOptions<NServiceBusOptions> options, TimeProvider clock) : IOutboundSender, IAsyncDisposable
{
    private const long MostFileBytes = 10 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
    private readonly SemaphoreSlim _one = new(1);
    private (IConnection Connection, IChannel Channel)? _line;

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        var endpoint = options.Value.Endpoints.Find(known => known.Channel == message.Channel)
            ?? throw new ConnectorMisconfiguredException($"{message.Channel}: ответить нельзя, такой точки нет в Connectors:NServiceBus:Endpoints. Верните её и перезапустите.");
        var prefix = EdgeMapper.Account(endpoint.Channel, "");
        if (!message.To.StartsWith(prefix, StringComparison.Ordinal))
        {
            return new SendOutcome.Refused("bad-address", null);
        }

        var files = new List<Edge.Attachment>();
        foreach (var attachment in message.Attachments)
        {
            using var bytes = new MemoryStream();
            await using (var content = await attachment.OpenAsync(ct))
            {
                await content.CopyToAsync(bytes, ct);
            }

            files.Add(new(attachment.FileName, attachment.MediaType, bytes.ToArray()));
        }

        if (files.Sum(file => file.Content.LongLength) > MostFileBytes)
        {
            return new SendOutcome.Refused("too-large", null);
        }

        var command = new DeliverMessage(message.MessageId.Value, message.To[prefix.Length..], message.ToName, message.Subject, message.Text, message.References, files, message.Choices);
        await PublishAsync(endpoint, Properties(endpoint, message.MessageId.Value), JsonSerializer.SerializeToUtf8Bytes(command), ct);
        return new SendOutcome.Sent(message.MessageId.Value.ToString("D"));
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        _one.Dispose();
    }

    /// <summary>What an endpoint of NServiceBus would have written. The full name of the type is enough for it, without an assembly.</summary>
    private BasicProperties Properties(EndpointOptions endpoint, Guid id)
    {
        var key = id.ToString("D");
        var type = typeof(DeliverMessage).FullName!;
        return new()
        {
            MessageId = key,
            CorrelationId = key,
            Type = type,
            ContentType = "application/json",
            ReplyTo = endpoint.InputQueue,
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                [Envelope.MessageId] = key,
                [Envelope.CorrelationId] = key,
                ["NServiceBus.ConversationId"] = key,
                ["NServiceBus.MessageIntent"] = "Send",
                ["NServiceBus.OriginatingEndpoint"] = endpoint.InputQueue,
                [Envelope.ReplyToAddress] = endpoint.InputQueue,
                [Envelope.EnclosedMessageTypes] = type,
                [Envelope.ContentType] = "application/json",
                [Envelope.TimeSent] = Envelope.Wire(clock.GetUtcNow()),
            },
        };
    }

    private async Task PublishAsync(EndpointOptions endpoint, BasicProperties properties, byte[] body, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await Broker.GuardAsync(endpoint.Channel, async () =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(Patience);
                var channel = await ChannelAsync(limit.Token);
                await channel.BasicPublishAsync(endpoint.Name, "", mandatory: true, properties, body, limit.Token);
                return true;
            }, ct);
        }
        catch
        {
            await HangUpAsync();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IChannel> ChannelAsync(CancellationToken ct)
    {
        if (_line is not { Channel.IsOpen: true })
        {
            await HangUpAsync();
            var connection = await broker.ConnectAsync("answers", ct);
            try
            {
                _line = (connection, await connection.CreateChannelAsync(Confirmed, ct));
            }
            catch
            {
                await Broker.LeaveAsync(connection);
                throw;
            }
        }

        return _line.Value.Channel;
    }

    private async Task HangUpAsync()
    {
        if (_line is { } line)
        {
            _line = null;
            await Broker.LeaveAsync(line.Connection);
        }
    }
}
