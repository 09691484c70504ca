using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Connectors.Website;
using MedCrm.Hosting;

namespace MedCrm.Connectors.Tests.Website;

public sealed class WebsiteConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new SitePeer();
}

/// <summary>Sites that post forms. A sample is a request as it was recorded: start line, headers, body.</summary>
internal sealed class SitePeer : ChannelPeer
{
    private const string Key = "s3cret-of-the-site";

    public override Part Part => WebsiteConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Website");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Website", "Forms");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C1"] = "Sites come to us; there is nobody to be reached",
        ["C18"] = "A form has no automatic replies; whoever fills it in by machine is flagged (TortureTests)",
    };

    public override IReadOnlyList<string> Secrets => [Key];

    public override bool TellsTime => false;

    public override IReadOnlyList<WebhookAttempt> Greetings =>
        [new("Tilda's test", () => Request("/forms/demo", "application/x-www-form-urlencoded", "test=test"u8.ToArray()), HttpStatusCode.OK, "ok")];

    public override Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<string, string?>>(Forms.Settings.ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2));

    public override Sample Compose(Letter letter)
    {
        var phone = $"+7916000{letter.Person:D4}";
        if (letter.File is not { } file)
        {
            return Recorded(letter.Id, "application/json", JsonSerializer.SerializeToUtf8Bytes(new { name = letter.Name, phone, message = letter.Text }));
        }

        using var form = new MultipartFormDataContent("kit")
        {
            { new StringContent(letter.Name), "name" },
            { new StringContent(phone), "phone" },
            { new StringContent(letter.Text), "message" },
            { new ByteArrayContent(file.Content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(file.MediaType) } }, "file", file.Name },
        };
        return Recorded(letter.Id, form.Headers.ContentType!.ToString(), form.ReadAsByteArrayAsync().GetAwaiter().GetResult());
    }

    public override Sample? Wrap(HostileContent content) => Recorded(content.Name.Replace(' ', '-'), "application/json", content.Bytes);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        using var site = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = worker.Url, Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            using var answer = await site.SendAsync(Parse(sample.Content), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { phone = "+79160000001", message = letter.Text });
        return
        [
            new("no key", () => Keyed(body, null), HttpStatusCode.Unauthorized),
            new("a wrong key", () => Keyed(body, "wrong"), HttpStatusCode.Unauthorized),
            new("the key in capitals", () => Keyed(body, Key.ToUpperInvariant()), HttpStatusCode.Unauthorized),
            new("the key and more", () => Keyed(body, Key + "x"), HttpStatusCode.Unauthorized),
            new("a wrong key in the address", () => Request("/forms/server?token=wrong", "application/json", body), HttpStatusCode.Unauthorized),
        ];
    }

    private static Sample Recorded(string id, string contentType, byte[] body) =>
        new(id, (byte[])[.. Encoding.UTF8.GetBytes($"POST /forms/demo HTTP/1.1\r\nContent-Type: {contentType}\r\nIdempotency-Key: {id}\r\n\r\n"), .. body]);

    private static HttpRequestMessage Parse(ReadOnlyMemory<byte> recorded)
    {
        var end = recorded.Span.IndexOf("\r\n\r\n"u8);
        var lines = Encoding.UTF8.GetString(recorded.Span[..end]).Split("\r\n");
        var request = new HttpRequestMessage(HttpMethod.Post, lines[0].Split(' ')[1]) { Content = new ByteArrayContent(recorded[(end + 4)..].ToArray()) };
        foreach (var line in lines.Skip(1))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name is not ("Host" or "Content-Length") && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private static HttpRequestMessage Keyed(byte[] body, string? key)
    {
        var request = Request("/forms/server", "application/json", body);
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        return request;
    }

    private static HttpRequestMessage Request(string path, string contentType, byte[] body) =>
        new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } } };
}
