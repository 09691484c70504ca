using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>Zadarma, and Novofon of the first API: a form with <c>event</c>; the header Signature is base64 of the hex HMAC-SHA-1 over fields that depend on the event.</summary>
internal sealed class ZadarmaDialect : IDialect
{
    public Verdict Read(CloudOptions exchange, Notification notification, DateTimeOffset now)
    {
        if (notification.Query.TryGetValue("zd_echo", out var echo) && echo is [{ Length: > 0 and <= 100 } asked])
        {
            return new Verdict.Echo(asked);
        }

        string? F(string name) => notification.Field(name);
        var kind = F("event");
        var signed = kind switch
        {
            "NOTIFY_START" or "NOTIFY_INTERNAL" or "NOTIFY_END" or "NOTIFY_IVR" => F("caller_id") + F("called_did") + F("call_start"),
            "NOTIFY_ANSWER" => F("caller_id") + F("destination") + F("call_start"),
            "NOTIFY_OUT_START" or "NOTIFY_OUT_END" => F("internal") + F("destination") + F("call_start"),
            "NOTIFY_RECORD" => F("pbx_call_id") + F("call_id_with_rec"),
            _ => null,
        };
        if (signed is null || !Proof.Equal(notification.Signature, Sign(signed, exchange.Secret)))
        {
            return new Verdict.Refused("signature");
        }

        var start = Instant(F("call_start"), exchange);
        if (start is { } at && exchange.MaxAge > TimeSpan.Zero && (now - at).Duration() > exchange.MaxAge)
        {
            return new Verdict.Refused("replayed");
        }

        return F("pbx_call_id") is { Length: <= 150 } id
            ? new Verdict.Genuine(kind is "NOTIFY_IVR" or "NOTIFY_RECORD" ? null : Call(exchange, notification, kind!, id, start, now))
            {
                Recording = kind == "NOTIFY_RECORD" && F("call_id_with_rec") is { Length: <= 200 } recording ? new ToldRecording(id, recording) : null,
            }
            : new Verdict.Genuine(null, Unreadable: true);
    }

    public async Task<string?> PlaceAsync(CloudOptions exchange, Uri api, CallToPlace call, HttpClient http, CancellationToken ct)
    {
        using var request = Request(exchange, api, "/v1/request/callback/", $"from={Uri.EscapeDataString(call.Extension)}&to={Uri.EscapeDataString(call.To.TrimStart('+'))}");
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        return null;
    }

    /// <summary>The provider is asked for an address, which works for an hour or so.</summary>
    public async Task<HttpResponseMessage> OpenRecordingAsync(CloudOptions exchange, string reference, HttpClient http, CancellationToken ct)
    {
        using var request = Request(exchange, new Uri(exchange.Api!), "/v1/pbx/record/request/", $"call_id={Uri.EscapeDataString(reference)}");
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct));
        return await RecordingLink.OpenAsync(exchange, (string?)told?["link"], http, ct);
    }

    private static HttpRequestMessage Request(CloudOptions exchange, Uri api, string method, string parameters)
    {
        // Official client: base64 of the hex HMAC-SHA-1 over method + parameters + md5(parameters).
#pragma warning disable CA5351 // the provider's own scheme; the key is in the HMAC
        var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(parameters)));
#pragma warning restore CA5351
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, $"{method}?{parameters}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"{exchange.ApiKey}:{Sign(method + parameters + digest, exchange.Secret)}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    public static string Sign(string text, string secret)
    {
#pragma warning disable CA5350 // the provider's own scheme
        var mac = HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(mac)));
    }

    private static InboundCall Call(CloudOptions exchange, Notification told, string kind, string id, DateTimeOffset? start, DateTimeOffset now)
    {
        var outbound = kind.StartsWith("NOTIFY_OUT_", StringComparison.Ordinal);
        var ended = kind is "NOTIFY_END" or "NOTIFY_OUT_END";
        var extension = told.Field("internal") ?? (kind == "NOTIFY_ANSWER" ? told.Field("destination") : null);
        var talk = int.TryParse(told.Field("duration"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        var outcome = told.Field("disposition") switch
        {
            "answered" => CallOutcome.Answered,
            "busy" => CallOutcome.Busy,
            "cancel" => CallOutcome.Abandoned,
            "no answer" => CallOutcome.TimedOut,
            _ => CallOutcome.Failed,
        };
        CallAgent? agent = extension is null ? null : kind switch
        {
            "NOTIFY_INTERNAL" => new CallAgent(extension, RangAt: now),
            "NOTIFY_ANSWER" => new CallAgent(extension, StoppedAt: now, AnsweredAt: now),
            "NOTIFY_END" => new CallAgent(extension, StoppedAt: now, LeftAt: outcome == CallOutcome.Answered ? now : null),
            _ => new CallAgent(extension),
        };
        return new InboundCall
        {
            Channel = exchange.Channel,
            ExternalCallId = id,
            Direction = outbound ? CallDirection.Outbound : CallDirection.Inbound,
            Phase = ended ? CallPhase.Ended : kind == "NOTIFY_ANSWER" ? CallPhase.Answered : CallPhase.Ringing,
            Party = Addresses.Phone(told.Field(outbound ? "destination" : "caller_id")),
            Line = told.Field(outbound ? "caller_id" : "called_did"),
            Agents = agent is null ? [] : [agent],
            StartedAt = start,

            // The end is told with its length but without its time: ours stands in.
            AnsweredAt = kind == "NOTIFY_ANSWER" ? now : ended && outcome == CallOutcome.Answered ? now.AddSeconds(-talk) : null,
            EndedAt = ended ? now : null,
            Outcome = ended ? outcome : null,
            TalkSeconds = ended && outcome == CallOutcome.Answered ? talk : null,
        };
    }

    private static DateTimeOffset? Instant(string? text, CloudOptions exchange)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(exchange.TimeZone);
        return DateTime.TryParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && !zone.IsInvalidTime(local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()
            : null;
    }
}
