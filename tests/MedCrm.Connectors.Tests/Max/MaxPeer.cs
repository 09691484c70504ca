using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Max;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Hosting;
using MedCrm.Peers.Max;

namespace MedCrm.Connectors.Tests.Max;

/// <summary>MAX, asked by long polling.</summary>
internal class MaxPeer : ChannelPeer
{
    protected const string Token = "max-token-of-the-conformance-suite";
    private const long Gone = 666_000_001;
    private ChaosLine? _line;

    protected FakeMax Max { get; private set; } = null!;

    public override Part Part => MaxConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Max");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Max", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C9"] = "MAX asks nothing before it trusts an address",
        ["C18"] = "MAX lets no bot write to a bot",
    };

    public override string? Mode => "poll";

    public override ChaosLine? Line => _line;

    public override byte[] SendMark => [.. "POST /messages"u8];

    public override IReadOnlyList<string> Secrets => [Token];

    public override string Unreachable => $"max/{Gone}";

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        Max = await FakeMax.StartAsync();
        Max.Bot(Token);
        Max.Stopped[Gone] = true;
        _line = ChaosLine.To(Max.Url.Port);
        Max.Public = new Uri($"http://127.0.0.1:{_line.Port}");
        return new Dictionary<string, string?>
        {
            ["Connectors:Max:ApiUrl"] = $"http://127.0.0.1:{_line.Port}",
            ["Connectors:Max:Bots:0:Key"] = "main",
            ["Connectors:Max:Bots:0:Token"] = Token,
            ["Connectors:Max:Bots:0:PollTimeout"] = "00:00:02",
            ["Connectors:Max:Bots:0:AskPhoneText"] = "",
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Max:Bots:0:Token"] = "revoked" };

    public override Sample Compose(Letter letter) => new(letter.Id, Bytes(FakeMax.Update("message_created", ("message", Message(letter, letter.Text)))));

    public override Sample Edit(Letter letter, string newText) => new($"{letter.Id} edited", Bytes(FakeMax.Update("message_edited", ("message", Message(letter, newText)))));

    public override Sample? Wrap(HostileContent content) => new(content.Name, IsJson(content.Bytes) ? content.Bytes : JsonSerializer.SerializeToUtf8Bytes(Encoding.Latin1.GetString(content.Bytes)));

    public override Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        Max.Happen(Token, JsonNode.Parse(sample.Content.Span)!);
        return Task.FromResult(Delivery.Acknowledged);
    }

    public override Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SeenAnswer>>([.. Max.Arrived.Where(sent => $"max/{sent.User}" == address).Select(sent => new SeenAnswer(sent.Text ?? "", sent.Mid, null))]);

    public override Task ThrottleAsync(TimeSpan wait, CancellationToken ct)
    {
        Max.Throttle(wait);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_line is not null)
        {
            await _line.DisposeAsync();
            await Max.DisposeAsync();
            Xunit.Assert.Empty(Max.Offences);
        }

        await base.DisposeAsync();
    }

    private JsonObject Message(Letter letter, string text)
    {
        var body = new JsonObject { ["mid"] = $"mid.{letter.Id}", ["text"] = text };
        if (letter.File is { } file)
        {
            body["attachments"] = new JsonArray(new JsonObject
            {
                ["type"] = "file",
                ["filename"] = file.Name,
                ["size"] = file.Content.Length,
                ["payload"] = new JsonObject { ["url"] = Max.Keep(file.Content), ["token"] = "t" },
            });
        }

        return Max.Message(700_000_000 + letter.Person, body, letter.Name, letter.SentAt ?? new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3)));
    }

    private static byte[] Bytes(JsonNode update) => JsonSerializer.SerializeToUtf8Bytes(update);

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>MAX, calling us.</summary>
internal sealed class CallingMaxPeer : MaxPeer
{
    private const string Secret = "max-webhook-secret-7f31c2";

    public override string Mode => "webhook";

    public override IReadOnlyList<string> Secrets => [Token, Secret];

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) => new Dictionary<string, string?>(await base.StartAsync(ct))
    {
        ["Connectors:Max:Bots:0:WebhookUrl"] = "https://crm.clinic.test",
        ["Connectors:Max:Bots:0:WebhookSecret"] = Secret,
    };

    public override Sample? Wrap(HostileContent content) => new(content.Name, content.Bytes);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = worker.Url };
        try
        {
            using var answer = await client.SendAsync(Call(sample.Content.ToArray(), Secret), ct);
            if (!answer.IsSuccessStatusCode)
            {
                return (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
            }

            if (JsonNodeOf(sample) is { } update)
            {
                Max.Know(Token, update);
            }

            return Delivery.Acknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = Compose(letter).Content.ToArray();
        return
        [
            new("no secret", () => Call(body, null), HttpStatusCode.Unauthorized),
            new("another secret", () => Call(body, "somebody-elses-secret"), HttpStatusCode.Unauthorized),
            new("half a secret", () => Call(body, Secret[..^1]), HttpStatusCode.Unauthorized),
            new("the bot's token", () => Call(body, Token), HttpStatusCode.Unauthorized),
        ];
    }

    private static JsonNode? JsonNodeOf(Sample sample)
    {
        try
        {
            return JsonNode.Parse(sample.Content.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HttpRequestMessage Call(byte[] body, string? secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/max/main") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        if (secret is not null)
        {
            request.Headers.Add(MaxWebhook.SecretHeader, secret);
        }

        return request;
    }
}
