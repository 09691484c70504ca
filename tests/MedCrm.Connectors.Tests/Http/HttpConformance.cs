using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Http;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Tests.Http;

public sealed class HttpConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new ClientProgram();
}

/// <summary>A program in "any language": hands in events, and takes answers at an address of its own, where it checks each signature with code of its own.</summary>
internal sealed class ClientProgram : ChannelPeer
{
    public const string ApiKey = "key-of-the-vk-bridge-77ab13";
    private const string CallbackSecret = "secret-of-the-callbacks-51c0";
    private const string Blocked = "nobody";
    private readonly ConcurrentDictionary<string, string> _ids = new();
    private readonly List<(string To, SeenAnswer Answer)> _answers = [];
    private readonly ConcurrentQueue<JsonElement> _called = new();
    private readonly WebApplication _app;
    private ChaosLine? _line;
    private DateTimeOffset _busyUntil;

    public ClientProgram()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/medcrm", (Delegate)TakeAsync);
    }

    /// <summary>What it was handed, as it stood on the wire.</summary>
    public IEnumerable<JsonElement> Called => _called;

    public override Part Part => HttpConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Http");

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Http", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C9"] = "The client's programs ask nothing before they trust us",
    };

    public override ChaosLine? SendLine => _line;

    public override byte[] SendMark => [.. "POST /medcrm"u8];

    public override IReadOnlyList<string> Secrets => [ApiKey, CallbackSecret];

    public override string Unreachable => $"http/vk/{Blocked}";

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        await _app.StartAsync(ct);
        _line = ChaosLine.To(new Uri(_app.Urls.First()).Port);
        return new Dictionary<string, string?>
        {
            ["Connectors:Http:Clients:0:Key"] = "vk",
            ["Connectors:Http:Clients:0:ApiKey"] = ApiKey,
            ["Connectors:Http:Clients:0:CallbackUrl"] = $"http://127.0.0.1:{_line.Port}/medcrm",
            ["Connectors:Http:Clients:0:CallbackSecret"] = CallbackSecret,
            ["Connectors:Http:Clients:1:Key"] = "max-bridge",
            ["Connectors:Http:Clients:1:ApiKey"] = "key-of-another-program-902d",
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Http:Clients:0:CallbackSecret"] = "not-the-secret-it-should-be" };

    public override Sample Compose(Letter letter) => Event(letter, automated: false);

    public override Sample Automatic(Letter letter) => Event(letter, automated: true);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = worker.Url };
        try
        {
            using var answer = await http.SendAsync(Request(sample.Content.ToArray(), ApiKey, KeyOf(sample)), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct)
    {
        lock (_answers)
        {
            return Task.FromResult<IReadOnlyList<SeenAnswer>>([.. _answers.Where(answer => $"http/vk/{answer.To}" == address).Select(answer => answer.Answer)]);
        }
    }

    public override Task ThrottleAsync(TimeSpan wait, CancellationToken ct)
    {
        _busyUntil = TimeProvider.System.GetUtcNow() + wait;
        return Task.CompletedTask;
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = Compose(letter).Content.ToArray();
        return
        [
            new("no key", () => Request(body, null, "k1"), HttpStatusCode.Unauthorized),
            new("a wrong key", () => Request(body, "wrong", "k2"), HttpStatusCode.Unauthorized),
            new("half a key", () => Request(body, ApiKey[..^1], "k3"), HttpStatusCode.Unauthorized),
            new("the callback's secret", () => Request(body, CallbackSecret, "k4"), HttpStatusCode.Unauthorized),
        ];
    }

    public override async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    public static HttpRequestMessage Request(byte[] body, string? apiKey, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest/v1/events") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        if (apiKey is not null)
        {
            request.Headers.Add("X-Api-Key", apiKey);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    // A program gives each event of its channel one key, which it can make again after a crash of its own.
    private static string KeyOf(Sample sample) => Convert.ToHexStringLower(SHA256.HashData(sample.Content.Span));

    private static Sample Event(Letter letter, bool automated) => new(letter.Id, JsonSerializer.SerializeToUtf8Bytes(new
    {
        type = "message",
        id = letter.Id,
        from = new { account = $"person-{letter.Person}", phone = $"+7916000{letter.Person:D4}", name = letter.Name },
        text = letter.Text,
        sentAt = letter.SentAt ?? new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3)),
        automated,
        attachments = letter.File is { } file ? new[] { new { fileName = file.Name, mediaType = file.MediaType, content = file.Content } } : [],
    }));

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        using var copy = new MemoryStream();
        await http.Request.Body.CopyToAsync(copy);
        var body = copy.ToArray();
        if (!IsSigned(http.Request.Headers["MedCrm-Signature"].ToString(), body))
        {
            return Results.Unauthorized();
        }

        using var document = JsonDocument.Parse(body);
        var message = document.RootElement;
        if (message.GetProperty("type").GetString() == "ping")
        {
            return Results.Ok();
        }

        var to = message.GetProperty("to").GetString()!;
        if (to == Blocked)
        {
            return Results.NotFound();
        }

        lock (_answers)
        {
            var key = http.Request.Headers["Idempotency-Key"].ToString();
            if (_ids.TryGetValue(key, out var known))
            {
                return Results.Json(new { id = known });
            }

            if (_busyUntil - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } left)
            {
                http.Response.Headers.RetryAfter = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalSeconds)}");
                return Results.StatusCode(429);
            }

            _called.Enqueue(message.Clone());
            var id = _ids[key] = $"vk-{_answers.Count + 1}";
            var references = message.GetProperty("references").EnumerateArray().Select(reference => reference.GetString()).ToList();
            _answers.Add((to, new SeenAnswer(message.GetProperty("text").GetString()!, id, references.LastOrDefault())));
            return Results.Json(new { id });
        }
    }

    private static bool IsSigned(string header, byte[] body)
    {
        if (header.Split(',') is not [['t', '=', .. var t], ['v', '1', '=', .. var v1]])
        {
            return false;
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(CallbackSecret));
        hmac.AppendData(Encoding.ASCII.GetBytes(t + "."));
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset()) == v1
            && Math.Abs(long.Parse(t, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()) < 300;
    }
}
