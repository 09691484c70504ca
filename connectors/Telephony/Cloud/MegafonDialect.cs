using System.Globalization;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>МегаФон Виртуальная АТС and the exchanges of its dialect: a form with <c>crm_token</c> and <c>cmd</c>; events tell of each telephone, <c>history</c> of the whole call.</summary>
internal sealed class MegafonDialect : IDialect
{
    public Verdict Read(CloudOptions exchange, Notification notification, DateTimeOffset now)
    {
        if (!Proof.Equal(notification.Field("crm_token"), exchange.Secret))
        {
            return new Verdict.Refused("token");
        }

        var start = Instant(notification.Field("start"));
        if (start is { } at && exchange.MaxAge > TimeSpan.Zero && (now - at).Duration() > exchange.MaxAge)
        {
            return new Verdict.Refused("replayed");
        }

        return notification.Field("callid") is { Length: <= 150 } id
            ? notification.Field("cmd") switch
            {
                "event" => new Verdict.Genuine(Event(exchange, notification, id, now)),
                "history" => new Verdict.Genuine(History(exchange, notification, id, start, now)) { Recording = notification.Field("link") is { Length: <= 2000 } link ? new ToldRecording(id, link) : null },
                _ => new Verdict.Genuine(null),
            }
            : new Verdict.Genuine(null, Unreadable: notification.Field("cmd") is "event" or "history");
    }

    public async Task<string?> PlaceAsync(CloudOptions exchange, Uri api, CallToPlace call, HttpClient http, CancellationToken ct)
    {
        using var body = new FormUrlEncodedContent([new("cmd", "makeCall"), new("phone", call.To.TrimStart('+')), new("user", call.Extension), new("token", exchange.ApiKey)]);
        using var answer = await http.PostAsync(api, body, ct);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct)) is JsonObject told ? (string?)(told["uuid"] ?? told["callid"]) : null;
    }

    public Task<HttpResponseMessage> OpenRecordingAsync(CloudOptions exchange, string reference, HttpClient http, CancellationToken ct) => RecordingLink.OpenAsync(exchange, reference, http, ct);

    /// <summary>The time of an event is not told: ours stands in, and the history sets it right.</summary>
    private static InboundCall? Event(CloudOptions exchange, Notification told, string id, DateTimeOffset now)
    {
        var type = told.Field("type");
        var outbound = type == "OUTGOING" || told.Field("direction") == "out";
        var extension = told.Field("ext") ?? told.Field("user");
        CallAgent? agent = extension is null ? null : type switch
        {
            "INCOMING" => new CallAgent(extension, RangAt: now),
            "ACCEPTED" when !outbound => new CallAgent(extension, StoppedAt: now, AnsweredAt: now),
            "COMPLETED" or "CANCELLED" => new CallAgent(extension, StoppedAt: now),
            _ => new CallAgent(extension),
        };
        return type is "INCOMING" or "ACCEPTED" or "COMPLETED" or "CANCELLED" or "OUTGOING"
            ? new InboundCall
            {
                Channel = exchange.Channel,
                ExternalCallId = id,

                // Who accepted an outgoing call is not said here: it is also told of the agent's own telephone.
                Phase = type == "ACCEPTED" && !outbound ? CallPhase.Answered : CallPhase.Ringing,
                Direction = type == "INCOMING" ? CallDirection.Inbound : outbound ? CallDirection.Outbound : null,
                Party = Addresses.Phone(told.Field("phone")),
                Line = told.Field("diversion"),
                Queue = told.Field("groupRealName"),
                Agents = agent is null ? [] : [agent],
            }
            : null;
    }

    private static InboundCall History(CloudOptions exchange, Notification told, string id, DateTimeOffset? start, DateTimeOffset now)
    {
        var outbound = told.Field("type") == "out";
        var duration = int.TryParse(told.Field("duration"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        var wait = int.TryParse(told.Field("wait"), NumberStyles.None, CultureInfo.InvariantCulture, out var waited) ? waited : (int?)null;
        var outcome = told.Field("status")?.ToLowerInvariant() switch
        {
            "success" => CallOutcome.Answered,
            "busy" => CallOutcome.Busy,
            "notavailable" or "notallowed" or "notfound" => CallOutcome.Failed,
            _ => CallOutcome.Abandoned,
        };
        var extension = told.Field("ext") ?? told.Field("user");
        return new InboundCall
        {
            Channel = exchange.Channel,
            ExternalCallId = id,
            Direction = outbound ? CallDirection.Outbound : CallDirection.Inbound,
            Phase = CallPhase.Ended,
            Party = Addresses.Phone(told.Field("phone")),
            Line = told.Field("diversion"),
            Agents = extension is null ? [] : [new CallAgent(extension, AnsweredAt: outcome == CallOutcome.Answered && start is { } began ? began.AddSeconds(wait ?? 0) : null, LeftAt: outcome == CallOutcome.Answered ? now : null)],
            StartedAt = start,
            EndedAt = start is { } from ? from.AddSeconds(duration + (wait ?? 0)) : now,
            Outcome = outcome,
            WaitSeconds = wait,
            TalkSeconds = outcome == CallOutcome.Answered ? duration : null,
        };
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
