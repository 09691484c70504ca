using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Pager;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Tests.Pager;

/// <summary>Pager's HTTP API as its documentation describes it: refuses what the real one refuses.</summary>
internal class PagerPeer : ChannelPeer
{
    protected const string Token = "pager-token-5c7e9d";
    private const string Blocked = "blocked-by-user";
    private readonly List<string> _updates = [];
    private readonly ConcurrentDictionary<string, string> _byKey = new();
    private readonly List<(string To, SeenAnswer Answer)> _answers = [];
    private readonly WebApplication _api;
    private ChaosLine? _line;
    private DateTimeOffset _busyUntil;

    public PagerPeer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _api = builder.Build();
        _api.Use((http, next) => http.Request.Headers.Authorization == $"Bearer {Token}" ? next(http) : Refuse(http, HttpStatusCode.Unauthorized));
        _api.MapGet("/me", () => Results.Json(new { id = "clinic", name = "Клиника" }));
        _api.MapGet("/updates", UpdatesAsync);
        _api.MapPost("/messages", Send);
    }

    public override Part Part => Tampered ?? PagerConnector.Part;

    /// <summary>Another build of the connector, for tests of the suite itself. Null: the real one.</summary>
    public Part? Tampered { get; init; }

    public override string Folder => Place("connectors", "Pager");

    public override string Samples => Place("tests", "MedCrm.Connectors.Tests", "Pager", "Samples");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C18"] = "It sends no automatic answers of its own",
    };

    public override string? Mode => "poll";

    public override ChaosLine? Line => _line;

    public override byte[] SendMark => [.. "POST /messages"u8];

    public override IReadOnlyList<string> Secrets => [Token];

    public override string Unreachable => Blocked;

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        await _api.StartAsync(ct);
        _line = ChaosLine.To(new Uri(_api.Urls.First()).Port);
        return new Dictionary<string, string?>
        {
            ["Connectors:Pager:Url"] = $"http://127.0.0.1:{_line.Port}",
            ["Connectors:Pager:Token"] = Token,
            ["Connectors:Pager:PollWait"] = "00:00:02",
        };
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Pager:Token"] = "wrong" };

    public override Sample Compose(Letter letter) => new(letter.Id, JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = letter.Id,
        from = new { id = $"person-{letter.Person}-79991234567", name = letter.Name },
        text = letter.Text,
        date = letter.SentAt ?? new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(3)),
    }));

    public override Sample? Wrap(HostileContent content) => new(content.Name, IsJson(content.Bytes) ? content.Bytes : JsonSerializer.SerializeToUtf8Bytes(Encoding.Latin1.GetString(content.Bytes)));

    public override Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        lock (_updates)
        {
            _updates.Add(Encoding.UTF8.GetString(sample.Content.Span));
        }

        return Task.FromResult(Delivery.Acknowledged);
    }

    public override Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct)
    {
        lock (_answers)
        {
            return Task.FromResult<IReadOnlyList<SeenAnswer>>([.. _answers.Where(answer => answer.To == address).Select(answer => answer.Answer)]);
        }
    }

    public override Task ThrottleAsync(TimeSpan wait, CancellationToken ct)
    {
        _busyUntil = TimeProvider.System.GetUtcNow() + wait;
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private async Task UpdatesAsync(HttpContext http, long after, int wait)
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(wait);
        string[] news;
        while (true)
        {
            lock (_updates)
            {
                news = [.. _updates.Select((message, i) => (Seq: i + 1L, Message: message)).Where(update => update.Seq > after).Take(100).Select(update => $$"""{"seq":{{update.Seq}},"message":{{update.Message}}}""")];
            }

            if (news.Length > 0 || TimeProvider.System.GetUtcNow() >= until)
            {
                break;
            }

            await Task.Delay(20, http.RequestAborted);
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($"[{string.Join(',', news)}]", http.RequestAborted);
    }

    private IResult Send(HttpContext http, Outgoing message)
    {
        if (http.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key || message.Text is not { Length: > 0 and <= 4096 } || message.To is null)
        {
            return Results.BadRequest();
        }

        if (message.To == Blocked)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        lock (_answers)
        {
            if (_byKey.TryGetValue(key, out var sent))
            {
                return Results.Json(new { id = sent });
            }

            if (_busyUntil - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } left)
            {
                http.Response.Headers.RetryAfter = $"{Math.Ceiling(left.TotalSeconds):0}";
                return Results.StatusCode(StatusCodes.Status429TooManyRequests);
            }

            var id = _byKey[key] = $"pager-{_answers.Count + 1}";
            _answers.Add((message.To, new SeenAnswer(message.Text, id, message.RepliesTo)));
            return Results.Json(new { id });
        }
    }

    private static Task Refuse(HttpContext http, HttpStatusCode status)
    {
        http.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    }

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

    // From tests/MedCrm.Connectors.Tests/Pager up to the root.
    private static string Place(params string[] parts) => Path.GetFullPath(Path.Combine([Here(), "..", "..", "..", .. parts]));

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    private sealed record Outgoing(string? To, string? Text, string? RepliesTo);
}

/// <summary>The same service, calling us.</summary>
internal sealed class CallingPagerPeer : PagerPeer
{
    private const string Secret = "pager-webhook-secret-81f2";

    public override string Mode => "webhook";

    public override IReadOnlyList<string> Secrets => [Token, Secret];

    public override IReadOnlyList<WebhookAttempt> Greetings =>
        [new("a ping", () => Call("""{"ping":"n-17"}"""u8.ToArray(), TimeProvider.System.GetUtcNow(), Secret), HttpStatusCode.OK, """{"pong":"n-17"}""")];

    public override async Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) =>
        new Dictionary<string, string?>(await base.StartAsync(ct)) { ["Connectors:Pager:WebhookSecret"] = Secret };

    public override Sample? Wrap(HostileContent content) => new(content.Name, content.Bytes);

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = worker.Url };
        try
        {
            using var answer = await client.SendAsync(Call(sample.Content.ToArray(), TimeProvider.System.GetUtcNow(), Secret), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var body = Compose(letter).Content.ToArray();
        var now = TimeProvider.System.GetUtcNow();
        return
        [
            new("no signature", () => Unsigned(body), HttpStatusCode.Unauthorized),
            new("another secret", () => Call(body, now, "somebody-elses-secret"), HttpStatusCode.Unauthorized),
            new("a signature of another body", () => Call(body, now, Secret, [1, 2, 3]), HttpStatusCode.Unauthorized),
            new("yesterday's call", () => Call(body, now.AddDays(-1), Secret), HttpStatusCode.Unauthorized),
            new("tomorrow's call", () => Call(body, now.AddDays(1), Secret), HttpStatusCode.Unauthorized),
        ];
    }

    private static HttpRequestMessage Call(byte[] body, DateTimeOffset at, string secret, byte[]? signed = null)
    {
        var request = Unsigned(body);
        request.Headers.Add(PagerWebhook.SignatureHeader, PagerWebhook.Sign(secret, at, signed ?? body));
        return request;
    }

    private static HttpRequestMessage Unsigned(byte[] body) =>
        new(HttpMethod.Post, "/hooks/pager") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
}
