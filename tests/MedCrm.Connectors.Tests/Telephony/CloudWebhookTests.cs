using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Calls;
using MedCrm.Connectors.Telephony.Cloud;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Blobs;
using Xunit;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>Exchanges in the cloud tell of a call: in their words, in any order, and only they.</summary>
public sealed class CloudWebhookTests(CloudHost host) : IClassFixture<CloudHost>
{
    private const string Phone = "79165550011";
    private static readonly string[] All = ["mango", "uis", "megafon", "zadarma"];

    public enum Order
    {
        AsTold,
        Backwards,
    }

    public static TheoryData<string, Order> Roads => new(
        from provider in All from order in Enum.GetValues<Order>() select (provider, order));

    public static TheoryData<string> Providers => [.. All];

    [Theory, MemberData(nameof(Roads))]
    public async Task An_answered_call_is_one_call_with_all_that_was_told(string provider, Order order)
    {
        var id = $"{provider}-{Guid.NewGuid():N}";
        var told = Answered(provider, id, Now).ToList();
        if (order == Order.Backwards)
        {
            told.Reverse();
        }

        foreach (var notification in told)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(notification));
        }

        var call = new CallId(KnownCall.IdOf($"telephony/{provider}", id));
        var heard = await host.HeardAsync(call, told.Count);
        Assert.Equal(CallPhase.Ended, heard.Max(fact => fact.Phase));
        Assert.Equal(CallOutcome.Answered, heard.Max(fact => fact.Outcome));
        Assert.Equal(25, heard.Max(fact => fact.TalkSeconds) ?? (int)(heard.Max(fact => fact.EndedAt) - heard.Min(fact => fact.AnsweredAt))!.Value.TotalSeconds);
        Assert.All(heard, fact => Assert.Equal(CallDirection.Inbound, fact.Direction ?? CallDirection.Inbound));
        Assert.Contains(heard, fact => host.Open(fact.Party?.Value) == $"+{Phone}");
        Assert.Contains(heard, fact => fact.Agents is [{ Extension: "101", RangAt: not null }]);
        Assert.Contains(heard, fact => fact.Agents is [{ Extension: "101", AnsweredAt: not null }]);
        Assert.Contains(heard, fact => fact.Line == "74950001122");
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_missed_call_is_missed(string provider)
    {
        var id = $"{provider}-{Guid.NewGuid():N}";
        Assert.Equal(HttpStatusCode.OK, await SendAsync(Missed(provider, id, Now)));
        var fact = Assert.Single(await host.HeardAsync(new CallId(KnownCall.IdOf($"telephony/{provider}", id)), 1));
        Assert.Equal((CallPhase.Ended, CallDirection.Inbound), (fact.Phase, fact.Direction));
        Assert.NotNull(fact.Outcome);
        Assert.NotEqual(CallOutcome.Answered, fact.Outcome);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_wrong_proof_or_an_old_notification_is_refused_and_leaves_nothing(string provider)
    {
        var before = await host.StoredAsync();
        var id = $"{provider}-{Guid.NewGuid():N}";
        var genuine = Missed(provider, id, Now);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(genuine with { Secret = "guessed-secret" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(genuine with { Tamper = true }));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Missed(provider, id, Now.AddDays(-2))));
        Assert.Equal(before, await host.StoredAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_repeat_is_stored_once(string provider)
    {
        var notification = Missed(provider, $"{provider}-{Guid.NewGuid():N}", Now);
        var before = await host.StoredAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(notification))), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(before + 1, await host.StoredAsync());
    }

    [Theory]
    [InlineData("mango", false)]
    [InlineData("uis", true)]
    [InlineData("megafon", true)]
    [InlineData("zadarma", false)]
    public async Task A_call_is_placed_in_the_providers_own_words(string provider, bool tellsItsKey)
    {
        var phone = string.Create(CultureInfo.InvariantCulture, $"+7916{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}");
        var placed = await host.Get<ICallPlacer>().PlaceAsync(new CallToPlace(CallId.New(), $"telephony/{provider}", phone, "101"), TestContext.Current.CancellationToken);
        Assert.Equal($"telephony/{provider}", placed.Channel);
        Assert.Equal(tellsItsKey, placed.ExternalCallId is not null);
        Assert.Equal((provider, "101", phone.TrimStart('+')), Assert.Single(host.Api.Calls, call => call.To == phone.TrimStart('+')));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_the_provider_recorded_is_fetched_and_sealed_once(string provider)
    {
        var id = $"{provider}-{Guid.NewGuid():N}";
        var name = Guid.NewGuid().ToString("N");
        byte[] sound = [.. "ID3"u8, .. RandomNumberGenerator.GetBytes(5000)];
        host.Api.Sounds[name] = sound;
        var told = Recorded(provider, id, name, Now);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(told));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(told));
        var call = new CallId(KnownCall.IdOf($"telephony/{provider}", id));
        await Eventually.TrueAsync(() => host.Heard.Any(fact => fact.CallId == call && fact.Recording is not null));
        var recording = Assert.Single(host.Heard, fact => fact.CallId == call && fact.Recording is not null).Recording!;
        Assert.Equal(("audio/mpeg", (long)sound.Length), (recording.MediaType, recording.Size));
        using var bytes = new MemoryStream();
        await using (var content = await host.Get<IBlobStore>().OpenAsync(recording.BlobId, TestContext.Current.CancellationToken))
        {
            await content!.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        }

        Assert.Equal(sound, bytes.ToArray());
    }

    [Fact]
    public async Task Zadarma_hears_its_echo() => Assert.Equal("abc123", await host.Http.GetStringAsync(new Uri("/webhooks/telephony/zadarma?zd_echo=abc123", UriKind.Relative)));

    [Fact]
    public async Task An_unknown_exchange_and_a_huge_body_are_refused()
    {
        using var unknown = await host.Http.PostAsync(new Uri("/webhooks/telephony/nobody", UriKind.Relative), new StringContent("x"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var huge = await host.Http.PostAsync(new Uri("/webhooks/telephony/uis", UriKind.Relative), new StringContent(new string('x', 300_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    // Made once with openssl: printf ... | openssl dgst -sha1 -hmac secret | base64.
    [Fact]
    public void The_signature_of_zadarma_is_base64_of_hex() =>
        Assert.Equal("ZGU3YzliODViOGI3OGFhNmJjOGE3YTM2ZjcwYTkwNzAxYzlkYjRkOQ==", ZadarmaDialect.Sign("The quick brown fox jumps over the lazy dog", "key"));

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private sealed record Sent(string Provider, string Path, IReadOnlyList<KeyValuePair<string, string>> Fields)
    {
        public string Secret { get; init; } = CloudHost.Secret;

        public bool Tamper { get; init; }
    }

    private async Task<HttpStatusCode> SendAsync(Sent sent)
    {
        HttpContent body;
        string? signature = null;
        var fields = sent.Fields.ToDictionary();
        switch (sent.Provider)
        {
            case "mango":
                var json = fields["json"];
                var sign = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CloudHost.ApiKey + json + sent.Secret)));
                body = Form(new() { ["vpbx_api_key"] = CloudHost.ApiKey, ["sign"] = sign, ["json"] = sent.Tamper ? json.Replace(Phone, "79160000000", StringComparison.Ordinal) : json });
                break;
            case "uis":
                var template = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value))) { ["secret"] = sent.Tamper ? null : sent.Secret };
                body = new StringContent(template.ToJsonString(), Encoding.UTF8, "application/json");
                break;
            case "megafon":
                fields["crm_token"] = sent.Tamper ? "" : sent.Secret;
                body = Form(fields);
                break;
            default:
                signature = ZadarmaDialect.Sign(fields["signed"], sent.Secret);
                fields.Remove("signed");
                if (sent.Tamper)
                {
                    fields["caller_id"] = "79160000000";
                }

                body = Form(fields);
                break;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/telephony/{sent.Provider}{(sent.Path.Length > 0 ? $"/{sent.Path}" : "")}") { Content = body };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Signature", signature);
        }

        using var answer = await host.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static FormUrlEncodedContent Form(Dictionary<string, string> fields) => new(fields);

    private static IEnumerable<Sent> Answered(string provider, string id, DateTimeOffset now)
    {
        var start = now.AddSeconds(-40);
        var unix = start.ToUnixTimeSeconds();
        return provider switch
        {
            "mango" =>
            [
                Mango("events/call", new() { ["entry_id"] = id, ["call_id"] = $"{id}.1", ["timestamp"] = unix + 5, ["seq"] = 1, ["call_state"] = "Appeared", ["location"] = "abonent", ["from"] = Number(Phone), ["to"] = Agent() }),
                Mango("events/call", new() { ["entry_id"] = id, ["call_id"] = $"{id}.1", ["timestamp"] = unix + 15, ["seq"] = 2, ["call_state"] = "Connected", ["location"] = "abonent", ["from"] = Number(Phone), ["to"] = Agent() }),
                Mango("events/call", new() { ["entry_id"] = id, ["call_id"] = $"{id}.1", ["timestamp"] = unix + 40, ["seq"] = 3, ["call_state"] = "Disconnected", ["location"] = "abonent", ["from"] = Number(Phone), ["to"] = Agent(), ["disconnect_reason"] = 1110 }),
                Mango("events/summary", new() { ["entry_id"] = id, ["call_direction"] = 1, ["from"] = Number(Phone), ["to"] = Agent(), ["line_number"] = "74950001122", ["create_time"] = unix, ["forward_time"] = unix + 5, ["talk_time"] = unix + 15, ["end_time"] = unix + 40, ["entry_result"] = 1 }),
            ],
            "uis" =>
            [
                Uis("ringing", id, now, ("extension", "101"), ("start_time", Moscow(start))),
                Uis("answered", id, now, ("extension", "101")),
                Uis("ended", id, now, ("extension", "101"), ("is_lost", "false"), ("talk_time_duration", "25"), ("wait_time_duration", "15")),
            ],
            "megafon" =>
            [
                Megafon(("cmd", "event"), ("type", "INCOMING"), ("callid", id), ("phone", Phone), ("diversion", "74950001122"), ("user", "anna"), ("ext", "101")),
                Megafon(("cmd", "event"), ("type", "ACCEPTED"), ("callid", id), ("phone", Phone), ("diversion", "74950001122"), ("user", "anna"), ("ext", "101")),
                Megafon(("cmd", "event"), ("type", "COMPLETED"), ("callid", id), ("phone", Phone), ("diversion", "74950001122"), ("user", "anna"), ("ext", "101")),
                Megafon(("cmd", "history"), ("type", "in"), ("status", "Success"), ("callid", id), ("phone", Phone), ("diversion", "74950001122"), ("ext", "101"), ("start", start.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)), ("wait", "15"), ("duration", "25")),
            ],
            _ =>
            [
                Zadarma("NOTIFY_START", id, start),
                Zadarma("NOTIFY_INTERNAL", id, start, ("internal", "101")),
                Zadarma("NOTIFY_ANSWER", id, start, ("destination", "101"), ("internal", "101")),
                Zadarma("NOTIFY_END", id, start, ("internal", "101"), ("duration", "25"), ("disposition", "answered")),
            ],
        };
    }

    private static Sent Missed(string provider, string id, DateTimeOffset now)
    {
        var start = now.AddSeconds(-40);
        var unix = start.ToUnixTimeSeconds();
        return provider switch
        {
            "mango" => Mango("events/summary", new() { ["entry_id"] = id, ["call_direction"] = 1, ["from"] = Number(Phone), ["to"] = new JsonObject(), ["line_number"] = "74950001122", ["create_time"] = unix, ["talk_time"] = 0, ["end_time"] = unix + 40, ["entry_result"] = 0 }),
            "uis" => Uis("ended", id, now, ("is_lost", "true")),
            "megafon" => Megafon(("cmd", "history"), ("type", "in"), ("status", "Missed"), ("callid", id), ("phone", Phone), ("diversion", "74950001122"), ("start", start.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)), ("duration", "0")),
            _ => Zadarma("NOTIFY_END", id, start, ("duration", "0"), ("disposition", "no answer")),
        };
    }

    private Sent Recorded(string provider, string id, string name, DateTimeOffset now) => provider switch
    {
        "mango" => Mango("events/record/added", new() { ["entry_id"] = id, ["recording_id"] = name, ["timestamp"] = now.ToUnixTimeSeconds() }),
        "uis" => Uis("recorded", id, now, ("file_link", $"{host.Api.Url}once/{name}")),
        "megafon" => Megafon(("cmd", "history"), ("type", "in"), ("status", "Success"), ("callid", id), ("phone", Phone), ("start", now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)), ("duration", "25"), ("link", $"{host.Api.Url}once/{name}")),
        _ => new("zadarma", "", [KeyValuePair.Create("event", "NOTIFY_RECORD"), KeyValuePair.Create("pbx_call_id", id), KeyValuePair.Create("call_id_with_rec", name), KeyValuePair.Create("signed", id + name)]),
    };

    private static Sent Mango(string path, JsonObject json) => new("mango", path, [KeyValuePair.Create("json", json.ToJsonString())]);

    private static JsonObject Number(string number) => new() { ["number"] = number };

    private static JsonObject Agent() => new() { ["extension"] = "101", ["number"] = "sip:anna@clinic", ["line_number"] = "74950001122" };

    private static Sent Uis(string what, string id, DateTimeOffset now, params (string Name, string Value)[] more) => new("uis", "",
        [
            KeyValuePair.Create("event", what), KeyValuePair.Create("call_session_id", id), KeyValuePair.Create("notification_time", Moscow(now)), KeyValuePair.Create("direction", "in"),
            KeyValuePair.Create("contact_phone_number", Phone), KeyValuePair.Create("virtual_phone_number", "74950001122"), .. more.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ]);

    private static Sent Megafon(params (string Name, string Value)[] fields) => new("megafon", "", [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);

    private static Sent Zadarma(string what, string id, DateTimeOffset start, params (string Name, string Value)[] more)
    {
        var all = new[] { ("event", what), ("pbx_call_id", id), ("caller_id", Phone), ("called_did", "74950001122"), ("call_start", Moscow(start)) }.Concat(more).ToDictionary(field => field.Item1, field => field.Item2);
        all["signed"] = all["caller_id"] + (what == "NOTIFY_ANSWER" ? all["destination"] : all["called_did"]) + all["call_start"];
        return new("zadarma", "", [.. all]);
    }

    private static string Moscow(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(3)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
