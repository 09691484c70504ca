using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.NServiceBus;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace MedCrm.Connectors.Tests.NServiceBus;

/// <summary>
/// What stands on the other side of a real RabbitMQ: exchange and queue of an endpoint as NServiceBus' conventional topology declares them, commands byte for byte as it
/// sends them, and a receiver that refuses what it would refuse. NServiceBus itself cannot be restored where this is built.
/// </summary>
internal sealed class EndpointPeer(string broker) : ChannelPeer
{
    private const string Blocked = "nobody";
    private static readonly string[] Owed =
    [
        "NServiceBus.MessageId", "NServiceBus.MessageIntent", "NServiceBus.ConversationId", "NServiceBus.CorrelationId", "NServiceBus.OriginatingEndpoint",
        "NServiceBus.ReplyToAddress", "NServiceBus.EnclosedMessageTypes", "NServiceBus.ContentType", "NServiceBus.TimeSent",
    ];

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly ConcurrentQueue<(string To, SeenAnswer Answer)> _answers = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly ConcurrentQueue<JsonElement> _commands = new();
    private ChaosLine? _line;
    private IConnection? _connection;
    private IChannel? _sending;

    /// <summary>Answers it was sent, as they stood on the wire.</summary>
    public IEnumerable<JsonElement> Commands => _commands;

    public override Part Part => NServiceBusConnector.Part;

    public override string Folder => SourceTree.At("connectors", "NServiceBus");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "NServiceBus", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C14"] = "A queue takes what it gets and never asks to wait",
    };

    public override ChaosLine? Line => _line;

    public override byte[] SendMark => [.. "MedCrm.Edge.DeliverMessage"u8];

    public override IReadOnlyList<string> Secrets => [new Uri(broker).UserInfo];

    public override string Unreachable => $"nservicebus/viber/{Blocked}";

    public string InputQueue => $"hub-{_mark}";

    public string Endpoint => $"Viber.Bridge.{_mark}";

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        var address = new Uri(broker);
        _line = ChaosLine.To(address.Port);
        _connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(ct);
        _sending = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true), ct);
        var hearing = await _connection.CreateChannelAsync(cancellationToken: ct);
        foreach (var name in new[] { Endpoint, InputQueue })
        {
            // The endpoint makes its own; ours stands there, too, as after a first start, so that nothing that is sent early is lost.
            await hearing.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
            await hearing.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: ct);
            await hearing.QueueBindAsync(name, name, "", cancellationToken: ct);
        }

        var consumer = new AsyncEventingBasicConsumer(hearing);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            try
            {
                await HearAsync(delivery);
            }
            catch (Exception e)
            {
                // NServiceBus would move it to its error queue; nobody would see the answer.
                _refused.Enqueue(e.ToString());
            }
        };
        await hearing.BasicConsumeAsync(Endpoint, autoAck: true, consumer, ct);
        return new Dictionary<string, string?>
        {
            ["Connectors:NServiceBus:Broker"] = new UriBuilder(address) { Port = _line.Port }.Uri.ToString(),
            ["Connectors:NServiceBus:Endpoints:0:Key"] = "viber",
            ["Connectors:NServiceBus:Endpoints:0:Name"] = Endpoint,
            ["Connectors:NServiceBus:Endpoints:0:Queue"] = InputQueue,
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:NServiceBus:Broker"] = new UriBuilder(settings["Connectors:NServiceBus:Broker"]!) { Password = "not-this-one" }.Uri.ToString() };

    public override Sample Compose(Letter letter) => Command(letter, automated: false);

    public override Sample Automatic(Letter letter) => Command(letter, automated: true);

    public override Sample? Wrap(HostileContent content) => new(content.Name, Written(Headers($"hostile-{content.Name}", "MedCrm.Edge.ReceiveInboundMessage, Viber.Bridge"), content.Bytes));

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        var (headers, body) = Read(sample.Content);
        await SendAsync(headers, body, ct);
        return Delivery.Acknowledged;
    }

    public override Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct) => _refused.TryPeek(out var why)
        ? throw new InvalidOperationException(why)
        : Task.FromResult<IReadOnlyList<SeenAnswer>>([.. _answers.Where(answer => $"nservicebus/viber/{answer.To}" == address).Select(answer => answer.Answer)]);

    public override async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await using var channel = await _connection.CreateChannelAsync();
            foreach (var name in new[] { Endpoint, InputQueue })
            {
                await channel.QueueDeleteAsync(name);
                await channel.ExchangeDeleteAsync(name);
            }

            await _connection.DisposeAsync();
        }

        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>Sends as the transport of NServiceBus does: to the exchange of the receiver's name, properties filled from the headers.</summary>
    public async Task SendAsync(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var properties = new BasicProperties { Persistent = true, Headers = headers.ToDictionary(header => header.Key, object? (header) => header.Value) };
        properties.MessageId = headers["NServiceBus.MessageId"];
        if (headers.TryGetValue("NServiceBus.EnclosedMessageTypes", out var types))
        {
            properties.Type = types.Split(',')[0];
        }

        if (headers.TryGetValue("NServiceBus.CorrelationId", out var correlation))
        {
            properties.CorrelationId = correlation;
        }

        if (headers.TryGetValue("NServiceBus.ReplyToAddress", out var reply))
        {
            properties.ReplyTo = reply;
        }

        properties.ContentType = headers.GetValueOrDefault("NServiceBus.ContentType", "application/octet-stream");
        await _sending!.BasicPublishAsync(InputQueue, "", mandatory: true, properties, body, ct);
    }

    public static (IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body) Read(ReadOnlyMemory<byte> sample)
    {
        var end = sample.Span.IndexOf("\n\n"u8);
        var headers = Encoding.UTF8.GetString(sample.Span[..end]).Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1]);
        return (headers, sample[(end + 2)..]);
    }

    public static Dictionary<string, string> Headers(string id, string types) => new()
    {
        ["NServiceBus.MessageId"] = id,
        ["NServiceBus.MessageIntent"] = "Send",
        ["NServiceBus.EnclosedMessageTypes"] = types,
        ["NServiceBus.ContentType"] = "application/json",
    };

    private static byte[] Written(Dictionary<string, string> headers, byte[] body) =>
        [.. Encoding.UTF8.GetBytes(string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\n")) + "\n"), .. body];

    // An endpoint that sends again what it is not sure of keeps the id.
    private static Sample Command(Letter letter, bool automated)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            letter.Id,
            From = new { Account = $"person-{letter.Person}", Phone = $"+7916000{letter.Person:D4}", letter.Name },
            letter.Text,
            SentAt = letter.SentAt ?? new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3)),
            Automated = automated,
            Attachments = letter.File is { } file ? new[] { new { FileName = file.Name, file.MediaType, file.Content } } : [],
        });
        var id = new Guid(SHA256.HashData(body).AsSpan(0, 16)).ToString("D");
        return new(letter.Id, Written(Headers(id, "MedCrm.Edge.ReceiveInboundMessage, Viber.Bridge, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null"), body));
    }

    private async Task HearAsync(BasicDeliverEventArgs delivery)
    {
        var properties = delivery.BasicProperties;
        var headers = (properties.Headers ?? new Dictionary<string, object?>()).Where(header => header.Value is byte[]).ToDictionary(header => header.Key, header => Encoding.UTF8.GetString((byte[])header.Value!));
        var body = Encoding.UTF8.GetString(delivery.Body.Span);
        if (Owed.Any(name => !headers.ContainsKey(name))
            || properties.MessageId != headers["NServiceBus.MessageId"]
            || headers["NServiceBus.EnclosedMessageTypes"] != "MedCrm.Edge.DeliverMessage"
            || !DateTimeOffset.TryParseExact(headers["NServiceBus.TimeSent"], "yyyy-MM-dd HH:mm:ss:ffffff 'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            throw new FormatException($"NServiceBus could not read a command with {string.Join(", ", headers.Select(header => $"{header.Key}={header.Value}"))}.");
        }

        // Names as they are written in C#, or the serializer leaves the properties empty.
        using var document = JsonDocument.Parse(body);
        var command = document.RootElement;
        var to = command.GetProperty("To").GetString()!;
        var messageId = command.GetProperty("MessageId").GetGuid();
        if (to == Blocked)
        {
            var reply = Headers(Guid.NewGuid().ToString("D"), "MedCrm.Edge.ReportDelivery, Viber.Bridge, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null");
            reply["NServiceBus.MessageIntent"] = "Reply";
            reply["NServiceBus.RelatedTo"] = properties.MessageId!;
            await SendAsync(reply, JsonSerializer.SerializeToUtf8Bytes(new { MessageId = messageId, Status = "failed", ReasonCode = "bad-address", Detail = "no such account" }), CancellationToken.None);
            return;
        }

        _commands.Enqueue(command.Clone());
        _answers.Enqueue((to, new SeenAnswer(command.GetProperty("Text").GetString()!, messageId.ToString("D"), command.GetProperty("References").EnumerateArray().Select(id => id.GetString()).LastOrDefault())));
    }
}
