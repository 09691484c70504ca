using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Telephony.Cloud;
using MedCrm.Connectors.Tests.Conformance;
using Microsoft.AspNetCore.WebUtilities;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>What the clouds share: they call us, and each call carries a proof. A letter is a call that its caller gave up.</summary>
/// <param name="provider">As the settings name it.</param>
internal abstract class CloudPeer(string provider) : ExchangePeer
{
    protected const string ApiKey = "the-api-key-of-the-suite";
    protected const string Secret = "the-api-secret-of-the-suite";
    private const string Hook = "/webhooks/telephony/cloud";
    private readonly ConcurrentDictionary<string, byte[]> _told = new();

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Telephony", "Samples", provider);

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C1"] = "An exchange in the cloud calls us; there is nothing to sign in to",
        ["C9"] = "It greets nobody",
        ["C18"] = "Nobody tells a machine by its call",
    };

    public override string? Mode => "webhook";

    public override IReadOnlyList<string> Secrets => [Secret, ApiKey];

    public override Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?>
    {
        ["Connectors:Telephony:Cloud:0:Key"] = "cloud",
        ["Connectors:Telephony:Cloud:0:Provider"] = provider,
        ["Connectors:Telephony:Cloud:0:ApiKey"] = ApiKey,
        ["Connectors:Telephony:Cloud:0:Secret"] = Secret,
        ["Connectors:Telephony:Cloud:0:MaxAge"] = "7.00:00:00",
    });

    public override Sample Compose(Letter letter) => new(letter.Id, _told.GetOrAdd(letter.Id, _ => Ended(PhoneOf(letter), letter.Id, letter.SentAt ?? TimeProvider.System.GetUtcNow())));

    /// <summary>Whoever has the secret may still say anything.</summary>
    public override Sample? Wrap(HostileContent content) =>
        new(content.Name, Ringing(Encoding.Latin1.GetString(content.Bytes), Convert.ToHexStringLower(SHA256.HashData(content.Bytes)), TimeProvider.System.GetUtcNow()));

    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = worker.Url };
        try
        {
            // A sample's time is said in words, or it would soon be an old one.
            var told = sample.Content.Length < 2000
                ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sample.Content.Span).Trim().Replace("NOW", Time(TimeProvider.System.GetUtcNow()), StringComparison.Ordinal))
                : sample.Content.ToArray();
            using var answer = await client.SendAsync(Call(told, Secret), ct);
            return answer.IsSuccessStatusCode ? Delivery.Acknowledged : (int)answer.StatusCode < 500 ? Delivery.Refused : Delivery.NotAcknowledged;
        }
        catch (HttpRequestException)
        {
            return Delivery.NotAcknowledged;
        }
    }

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (told, old, early) = (Compose(letter).Content.ToArray(), Ended("+79160000001", "old", now.AddDays(-8)), Ended("+79160000002", "early", now.AddDays(8)));
        return
        [
            new("no proof", () => Call(told, null), HttpStatusCode.Unauthorized),
            new("another secret", () => Call(told, "somebody-elses-secret"), HttpStatusCode.Unauthorized),
            new("last week's call", () => Call(old, Secret), HttpStatusCode.Unauthorized),
            new("next week's call", () => Call(early, Secret), HttpStatusCode.Unauthorized),
        ];
    }

    /// <summary>What the provider tells of a call that nobody answered.</summary>
    protected abstract byte[] Ended(string phone, string id, DateTimeOffset at);

    /// <summary>What it tells while the telephone rings.</summary>
    protected abstract byte[] Ringing(string phone, string id, DateTimeOffset at);

    /// <summary>A moment as the provider writes it.</summary>
    protected abstract string Time(DateTimeOffset at);

    /// <summary>Proves what is told and posts it. Null: without a proof.</summary>
    protected abstract HttpRequestMessage Call(byte[] told, string? secret);

    protected static HttpRequestMessage Post(byte[] body, string mediaType, string path = "") =>
        new(HttpMethod.Post, Hook + path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } } };

    protected static HttpRequestMessage Form(params (string Name, string? Value)[] fields) => Form("", fields);

    protected static HttpRequestMessage Form(string path, (string Name, string? Value)[] fields) =>
        Post(Encoding.UTF8.GetBytes(string.Join('&', fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"))), "application/x-www-form-urlencoded", path);
}

/// <summary>Mango Office: the told is JSON inside of a form, signed over its raw letters.</summary>
internal sealed class MangoPeer() : CloudPeer("Mango")
{
    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var told = Compose(letter).Content.ToArray();
        var other = Ended("+79160000000", "other", TimeProvider.System.GetUtcNow());
        return
        [
            .. base.Forgeries(letter),
            new("a signature of another call", () => Call(told, Sign(other, Secret), ApiKey), HttpStatusCode.Unauthorized),
            new("another account", () => Call(told, Sign(told, Secret), "somebody-elses-key"), HttpStatusCode.Unauthorized),
        ];
    }

    protected override byte[] Ended(string phone, string id, DateTimeOffset at) => Json(new()
    {
        ["entry_id"] = id,
        ["call_direction"] = 1,
        ["from"] = new JsonObject { ["number"] = phone.TrimStart('+') },
        ["to"] = new JsonObject { ["extension"] = "101" },
        ["line_number"] = "74951112233",
        ["create_time"] = at.ToUnixTimeSeconds(),
        ["talk_time"] = 0,
        ["end_time"] = at.ToUnixTimeSeconds(),
        ["entry_result"] = 0,
    });

    protected override byte[] Ringing(string phone, string id, DateTimeOffset at) => Json(new()
    {
        ["entry_id"] = id,
        ["call_id"] = $"{id}.1",
        ["timestamp"] = at.ToUnixTimeSeconds(),
        ["seq"] = 1,
        ["call_state"] = "Appeared",
        ["location"] = "abonent",
        ["from"] = new JsonObject { ["number"] = phone },
        ["to"] = new JsonObject { ["extension"] = "101" },
    });

    protected override string Time(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    protected override HttpRequestMessage Call(byte[] told, string? secret) => Call(told, secret is null ? null : Sign(told, secret), ApiKey);

    private static HttpRequestMessage Call(byte[] told, string? sign, string key)
    {
        var json = Encoding.UTF8.GetString(told);
        return Form(json.Contains("entry_result", StringComparison.Ordinal) ? "/events/summary" : "/events/call", [("vpbx_api_key", key), ("sign", sign), ("json", json)]);
    }

    private static string Sign(byte[] told, string salt) => Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(ApiKey), .. told, .. Encoding.UTF8.GetBytes(salt)]));

    private static byte[] Json(JsonObject told) => Encoding.UTF8.GetBytes(told.ToJsonString());
}

/// <summary>UIS and CoMagic: JSON as our README draws it for the provider's cabinet, with the secret inside.</summary>
internal sealed class UisPeer() : CloudPeer("Uis")
{
    protected override byte[] Ended(string phone, string id, DateTimeOffset at) => Told("ended", phone, id, at, ("is_lost", "true"), ("wait_time_duration", "7"));

    protected override byte[] Ringing(string phone, string id, DateTimeOffset at) => Told("ringing", phone, id, at, ("extension", "101"));

    protected override string Time(DateTimeOffset at) => Moscow.Write(at);

    protected override HttpRequestMessage Call(byte[] told, string? secret)
    {
        if (secret is not null && JsonNode.Parse(told) is JsonObject template)
        {
            template["secret"] = secret;
            told = Encoding.UTF8.GetBytes(template.ToJsonString());
        }

        return Post(told, "application/json");
    }

    private byte[] Told(string what, string phone, string id, DateTimeOffset at, params (string Name, string Value)[] more) => Encoding.UTF8.GetBytes(new JsonObject(
        new[] { ("event", what), ("call_session_id", id), ("notification_time", Time(at)), ("start_time", Time(at)), ("direction", "in"), ("contact_phone_number", phone.TrimStart('+')), ("virtual_phone_number", "74951112233") }
            .Concat(more).Select(field => KeyValuePair.Create(field.Item1, (JsonNode?)field.Item2))).ToJsonString());
}

/// <summary>МегаФон and the exchanges of its dialect: a form with the token inside.</summary>
internal sealed class MegafonPeer() : CloudPeer("Megafon")
{
    protected override byte[] Ended(string phone, string id, DateTimeOffset at) => Encoding.UTF8.GetBytes(
        $"cmd=history&type=in&status=Missed&callid={id}&phone={Uri.EscapeDataString(phone.TrimStart('+'))}&diversion=74951112233&start={Time(at)}&wait=7&duration=0");

    protected override byte[] Ringing(string phone, string id, DateTimeOffset at) => Encoding.UTF8.GetBytes(
        $"cmd=event&type=INCOMING&callid={id}&phone={Uri.EscapeDataString(phone)}&diversion=74951112233&user=anna&ext=101");

    protected override string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    protected override HttpRequestMessage Call(byte[] told, string? secret) =>
        Post(secret is null ? told : [.. told, .. Encoding.UTF8.GetBytes($"&crm_token={secret}")], "application/x-www-form-urlencoded");
}

/// <summary>Zadarma and Novofon: a form, signed in a header over some of its fields; it greets before it trusts an address.</summary>
internal sealed class ZadarmaPeer() : CloudPeer("Zadarma")
{
    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C1"] = "An exchange in the cloud calls us; there is nothing to sign in to",
        ["C18"] = "Nobody tells a machine by its call",
    };

    public override IReadOnlyList<WebhookAttempt> Greetings =>
        [new("zd_echo", () => new HttpRequestMessage(HttpMethod.Get, "/webhooks/telephony/cloud?zd_echo=n-17"), HttpStatusCode.OK, "n-17")];

    public override IReadOnlyList<WebhookAttempt> Forgeries(Letter letter)
    {
        var told = Compose(letter).Content.ToArray();
        var other = Ended("+79160000000", "other", TimeProvider.System.GetUtcNow());
        return [.. base.Forgeries(letter), new("a signature of another call", () => Signed(told, Sign(other, Secret)), HttpStatusCode.Unauthorized)];
    }

    protected override byte[] Ended(string phone, string id, DateTimeOffset at) => Encoding.UTF8.GetBytes(
        $"event=NOTIFY_END&call_start={Time(at)}&pbx_call_id=in_{id}&caller_id={Uri.EscapeDataString(phone)}&called_did=74951112233&internal=101&duration=0&disposition=cancel&status_code=16&is_recorded=0");

    protected override byte[] Ringing(string phone, string id, DateTimeOffset at) => Encoding.UTF8.GetBytes(
        $"event=NOTIFY_START&pbx_call_id={id}&call_start={Time(at)}&called_did=7&caller_id={Uri.EscapeDataString(phone)}");

    protected override string Time(DateTimeOffset at) => Uri.EscapeDataString(Moscow.Write(at));

    protected override HttpRequestMessage Call(byte[] told, string? secret) => Signed(told, secret is null ? null : Sign(told, secret));

    private static HttpRequestMessage Signed(byte[] told, string? signature)
    {
        var request = Post(told, "application/x-www-form-urlencoded");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Signature", signature);
        }

        return request;
    }

    private static string Sign(byte[] told, string secret)
    {
        var fields = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(told));
        string F(string name) => fields.TryGetValue(name, out var value) ? value.ToString() : "";
        return ZadarmaDialect.Sign(F("event") == "NOTIFY_ANSWER" ? F("caller_id") + F("destination") + F("call_start") : F("caller_id") + F("called_did") + F("call_start"), secret);
    }
}

/// <summary>The time by which these providers tell.</summary>
internal static class Moscow
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Moscow");

    public static string Write(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
