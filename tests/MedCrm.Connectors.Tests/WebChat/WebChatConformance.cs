using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Connectors.WebChat;
using MedCrm.Hosting;

namespace MedCrm.Connectors.Tests.WebChat;

public sealed class WebChatConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new VisitorsPeer();
}

/// <summary>Browsers of visitors, as the widget behaves: a token each, a message under an id of her own, answers over the live line.</summary>
internal sealed class VisitorsPeer : ChannelPeer
{
    private readonly ConcurrentDictionary<int, string> _tokens = new();
    private Worker? _worker;

    public override Part Part => WebChatConnector.Part;

    public override string Folder => SourceTree.At("connectors", "WebChat");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "WebChat", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C1"] = "Browsers come to us; there is nobody to be reached",
        ["C14"] = "A browser asks for no pause; answers are kept for it",
        ["C16"] = "Answers are kept in our own database under their id; there is no line on which an acknowledgement could be lost",
        ["C18"] = "A browser has no automatic replies",
    };

    public override bool TellsTime => false;

    public override IReadOnlyList<string> Secrets => [.. _tokens.Values];

    public override string Unreachable => $"webchat/demo/{Guid.NewGuid():N}";

    /// <summary>What a browser asks before it posts from another origin's page.</summary>
    public override IReadOnlyList<WebhookAttempt> Greetings =>
    [
        new("preflight of a listed page", () => Preflight("https://clinic.example"), HttpStatusCode.NoContent, ""),
        new("preflight of another page", () => Preflight("https://evil.example"), HttpStatusCode.Forbidden),
    ];

    public override Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<string, string?>>(ChatHost.Settings.ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2));

    public override Sample Compose(Letter letter)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(letter.Id)).AsSpan(0, 16));
        var words = JsonSerializer.SerializeToUtf8Bytes(new { messageId = id, text = letter.Text, name = letter.Name, phone = $"+7916000{letter.Person:D4}" }, JsonSerializerOptions.Web);
        if (letter.File is not { } file)
        {
            return Recorded(letter.Id, letter.Person, "application/json", words);
        }

        using var form = new MultipartFormDataContent("kit")
        {
            { new ByteArrayContent(words), "message" },
            { new ByteArrayContent(file.Content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(file.MediaType) } }, "file", file.Name },
        };
        return Recorded(letter.Id, letter.Person, form.Headers.ContentType!.ToString(), form.ReadAsByteArrayAsync().GetAwaiter().GetResult());
    }

    public override Sample? Wrap(HostileContent content) => Recorded(content.Name, 1, "application/json", content.Bytes);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        _worker = worker;
        var (person, contentType, body) = Parse(sample.Content);
        using var http = new HttpClient { BaseAddress = worker.Url, Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            if (await TokenAsync(http, person, ct) is not { } token)
            {
                return Delivery.NotAcknowledged;
            }

            using var answer = await http.SendAsync(Request(token, contentType, body), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override async Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct)
    {
        foreach (var token in _tokens.Values)
        {
            if ((await _worker!.Get<Visitors>().FindAsync(ChatHost.Demo, token, ct))?.Account == address)
            {
                await using var browser = await ChatBrowser.OpenAsync(_worker.Url, token, ct);
                var shown = await browser.ResumeAsync(0, ct);
                return [.. shown.Where(line => !line.ByVisitor).Select(line => new SeenAnswer(line.Text, $"{line.MessageId:N}", line.RepliesTo is { } message ? $"{address.Split('/')[^1]}-{message:N}" : null))];
            }
        }

        return [];
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = Parse(Compose(letter).Content).Body;
        return
        [
            new("no token", () => Request(null, "application/json", body), HttpStatusCode.Unauthorized),
            new("a made-up token", () => Request(Convert.ToBase64String(new byte[32]), "application/json", body), HttpStatusCode.Unauthorized),
            new("an endless token", () => Request(new string('a', 5000), "application/json", body), HttpStatusCode.Unauthorized),
            new("a visitor's id for a token", () => Request($"{Guid.NewGuid():N}", "application/json", body), HttpStatusCode.Unauthorized),
            new("renewal with a made-up token", () => With(new(HttpMethod.Post, "/widget/demo/session"), "made-up"), HttpStatusCode.Unauthorized),
        ];
    }

    // A browser is welcomed before its visitor has written a word, so the first people have their tokens in advance.
    private async Task<string?> TokenAsync(HttpClient http, int person, CancellationToken ct)
    {
        foreach (var early in Enumerable.Range(1, 9).Append(person).Where(one => !_tokens.ContainsKey(one)).Distinct())
        {
            using var answer = await http.PostAsync("/widget/demo/session", null, ct);
            if (answer.StatusCode != HttpStatusCode.Created)
            {
                return null;
            }

            _tokens.TryAdd(early, (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("token").GetString()!);
        }

        return _tokens[person];
    }

    private static HttpRequestMessage Preflight(string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/widget/demo/messages");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "x-visitor-token,content-type");
        return request;
    }

    private static HttpRequestMessage Request(string? token, string contentType, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/widget/demo/messages") { Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } } };
        return With(request, token);
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string? token)
    {
        if (token is not null)
        {
            request.Headers.Add("X-Visitor-Token", token);
        }

        return request;
    }

    // Who writes, the body's type, an empty line, the body as the widget posts it.
    private static Sample Recorded(string id, int person, string contentType, byte[] body) => new(id, (byte[])[.. Encoding.UTF8.GetBytes($"{person}\n{contentType}\n\n"), .. body]);

    private static (int Person, string ContentType, byte[] Body) Parse(ReadOnlyMemory<byte> recorded)
    {
        var end = recorded.Span.IndexOf("\n\n"u8);
        var lines = Encoding.UTF8.GetString(recorded.Span[..end]).Split('\n');
        return (int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture), lines[1], recorded[(end + 2)..].ToArray());
    }
}
