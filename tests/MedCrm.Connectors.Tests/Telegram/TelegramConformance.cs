using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Telegram;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Hosting;
using MedCrm.Peers.Telegram;

namespace MedCrm.Connectors.Tests.Telegram;

public sealed class TelegramConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new TelegramPeer();
}

public sealed class CallingTelegramConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new CallingTelegramPeer();
}

/// <summary>Telegram, asked by long polling. It numbers an update once, however often it has to be told.</summary>
internal class TelegramPeer : ChannelPeer
{
    protected const string Token = "100:token-of-the-conformance-suite";
    private const long Gone = 666_000_001;
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3));
    private readonly ConcurrentDictionary<string, int> _numbers = new();
    private readonly ConcurrentDictionary<string, int> _messages = new();
    private int _last = 700_000;
    private ChaosLine? _line;
    private FakeTelegram? _telegram;

    protected FakeTelegram Telegram => _telegram!;

    public override Part Part => TelegramConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Telegram");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Telegram", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C9"] = "Telegram asks nothing before it trusts an address",
        ["C18"] = "Telegram lets no bot write to a bot",
    };

    public override string? Mode => "poll";

    public override ChaosLine? Line => _line;

    public override byte[] SendMark => [.. "/sendMessage"u8];

    public override IReadOnlyList<string> Secrets => [Token];

    public override string Unreachable => $"telegram/{Gone}";

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        _telegram = await FakeTelegram.StartAsync();
        Telegram.Bot(Token).Chats[Gone] = true;
        Telegram.Blocked[Gone] = true;
        _line = ChaosLine.To(new Uri(Telegram.Url).Port);
        return new Dictionary<string, string?>
        {
            ["Connectors:Telegram:ApiUrl"] = $"http://127.0.0.1:{_line.Port}",
            ["Connectors:Telegram:Bots:0:Key"] = "main",
            ["Connectors:Telegram:Bots:0:Token"] = Token,
            ["Connectors:Telegram:Bots:0:PollTimeout"] = "00:00:02",
            ["Connectors:Telegram:Bots:0:AskPhoneText"] = "",
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Telegram:Bots:0:Token"] = "100:token-that-was-revoked" };

    public override Sample Compose(Letter letter) => new(letter.Id, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["message"] = Message(letter, letter.Text) }));

    public override Sample Edit(Letter letter, string newText)
    {
        var message = Message(letter, newText);
        message["edit_date"] = message["date"]!.GetValue<long>() + 60;
        return new($"{letter.Id} edited", JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["edited_message"] = message }));
    }

    public override Sample? Wrap(HostileContent content)
    {
        var said = Parsed(content.Bytes) ?? JsonValue.Create(Encoding.Latin1.GetString(content.Bytes));
        return new(content.Name, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["message"] = said }));
    }

    public override Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        Telegram.Bot(Token).Add(Numbered(sample));
        return Task.FromResult(Delivery.Acknowledged);
    }

    public override Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SeenAnswer>>([.. Telegram.Arrived.Where(sent => $"telegram/{sent.Chat}" == address).Select(sent => new SeenAnswer(sent.Text ?? "", $"{sent.MessageId}", null))]);

    public override Task ThrottleAsync(TimeSpan wait, CancellationToken ct)
    {
        Telegram.Limit("sendMessage", (int)Math.Ceiling(wait.TotalSeconds));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_line is not null)
        {
            await _line.DisposeAsync();
            await Telegram.DisposeAsync();
            Xunit.Assert.Empty(Telegram.Offences);
        }

        await base.DisposeAsync();
    }

    protected JsonObject Numbered(Sample sample)
    {
        var update = JsonNode.Parse(sample.Content.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 2000 })!.AsObject();
        update["update_id"] = _numbers.GetOrAdd(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(sample.Content.Span)), _ => Interlocked.Increment(ref _last));
        return update;
    }

    protected static JsonNode? Parsed(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private JsonObject Message(Letter letter, string text)
    {
        var content = new JsonObject();
        if (letter.File is { } file)
        {
            content["caption"] = text;
            content["document"] = new JsonObject
            {
                ["file_id"] = Telegram.Keep(file.Content),
                ["file_unique_id"] = "u",
                ["file_name"] = file.Name,
                ["mime_type"] = file.MediaType,
                ["file_size"] = file.Content.Length,
            };
        }
        else
        {
            content["text"] = text;
        }

        var message = Telegram.Message(700_000_000 + letter.Person, content, letter.Name, letter.SentAt ?? Noon);
        message["message_id"] = _messages.GetOrAdd(letter.Id, _ => Telegram.NextMessageId());
        return message;
    }
}

/// <summary>Telegram, calling us.</summary>
internal sealed class CallingTelegramPeer : TelegramPeer
{
    private const string Secret = "telegram-webhook-secret-5d8c";

    public override string Mode => "webhook";

    public override IReadOnlyList<string> Secrets => [Token, Secret];

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) => new Dictionary<string, string?>(await base.StartAsync(ct))
    {
        ["Connectors:Telegram:Bots:0:Mode"] = "Webhook",
        ["Connectors:Telegram:Bots:0:WebhookUrl"] = "https://crm.clinic.test",
        ["Connectors:Telegram:Bots:0:WebhookSecret"] = Secret,
    };

    public override Sample? Wrap(HostileContent content) => new(content.Name, content.Bytes);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        // Its own chats it knows whoever calls whom.
        var body = sample.Content.ToArray();
        if (Parsed(body) is JsonObject { Count: 1 } update && update.First().Value is JsonObject what)
        {
            body = JsonSerializer.SerializeToUtf8Bytes(Numbered(sample));
            if (what["chat"]?["id"] is { } chat)
            {
                Telegram.Bot(Token).Chats[chat.GetValue<long>()] = true;
            }
        }

        using var client = new HttpClient { BaseAddress = worker.Url };
        try
        {
            using var answer = await client.SendAsync(Call(body, Secret), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Numbered(Compose(letter)));
        return
        [
            new("no secret", () => Call(body, null), HttpStatusCode.Unauthorized),
            new("another secret", () => Call(body, "somebody-elses-secret"), HttpStatusCode.Unauthorized),
            new("half a secret", () => Call(body, Secret[..^1]), HttpStatusCode.Unauthorized),
            new("the bot's token", () => Call(body, Token), HttpStatusCode.Unauthorized),
        ];
    }

    private static HttpRequestMessage Call(byte[] body, string? secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/telegram/main") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        if (secret is not null)
        {
            request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
        }

        return request;
    }
}
