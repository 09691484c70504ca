using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>UIS and CoMagic: JSON whose shape the client draws in the provider's cabinet, so it is ours (README); it proves itself by a secret inside. Calls are placed by the Call API, JSON-RPC 2.0.</summary>
internal sealed class UisDialect : IDialect
{
    public Verdict Read(CloudOptions exchange, Notification notification, DateTimeOffset now)
    {
        JsonNode? told;
        try
        {
            told = JsonNode.Parse(notification.Body.Span);
        }
        catch (JsonException)
        {
            return new Verdict.Refused("secret");
        }

        if (told is not JsonObject || !Proof.Equal(Text(told["secret"]), exchange.Secret))
        {
            return new Verdict.Refused("secret");
        }

        var at = Instant(Text(told["notification_time"]), exchange);
        if (at is null || (exchange.MaxAge > TimeSpan.Zero && (now - at.Value).Duration() > exchange.MaxAge))
        {
            return new Verdict.Refused("replayed");
        }

        return Text(told["call_session_id"]) is { Length: <= 150 } id
            ? new Verdict.Genuine(Call(exchange, told, id, at.Value)) { Recording = Link(told["file_link"]) is { } link ? new ToldRecording(id, link) : null }
            : new Verdict.Genuine(null, Unreadable: true);
    }

    public async Task<string?> PlaceAsync(CloudOptions exchange, Uri api, CallToPlace call, HttpClient http, CancellationToken ct)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = call.CallId.ToString(),
            ["method"] = "start.employee_call",
            ["params"] = new JsonObject
            {
                ["access_token"] = exchange.ApiKey,
                ["first_call"] = "employee",
                ["virtual_phone_number"] = exchange.Line,
                ["contact"] = call.To.TrimStart('+'),
                ["employee"] = new JsonObject { ["phone_number"] = call.Extension },
                ["external_id"] = call.CallId.ToString(),
            },
        };
        using var body = new StringContent(request.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(api, "/v4.0"), body, ct);
        answer.EnsureSuccessStatusCode();
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct));
        return told?["error"] is { } error
            ? throw new ConnectorMisconfiguredException($"{exchange.Channel}: Call API отказывает ({Text(error["code"])}). Проверьте ApiKey, Line и добавочный сотрудника.")
            : Text(told?["result"]?["data"]?["call_session_id"]);
    }

    public Task<HttpResponseMessage> OpenRecordingAsync(CloudOptions exchange, string reference, HttpClient http, CancellationToken ct) => RecordingLink.OpenAsync(exchange, reference, http, ct);

    private static string? Link(JsonNode? node) => node is JsonValue value && value.ToString() is { Length: > 0 and <= 2000 } link ? link : null;

    private static InboundCall? Call(CloudOptions exchange, JsonNode told, string id, DateTimeOffset at)
    {
        var outbound = Text(told["direction"]) == "out";
        var lost = Text(told["is_lost"]) is "true" or "1";
        var talk = Seconds(told["talk_time_duration"]);
        var extension = Text(told["extension"]);
        (CallPhase? phase, CallAgent? agent) = Text(told["event"]) switch
        {
            "ringing" => ((CallPhase?)CallPhase.Ringing, extension is null ? null : new CallAgent(extension, RangAt: at)),
            "answered" => (CallPhase.Answered, extension is null ? null : new CallAgent(extension, StoppedAt: at, AnsweredAt: at)),
            "ended" => (CallPhase.Ended, extension is null ? null : new CallAgent(extension, StoppedAt: at, LeftAt: lost ? null : at)),
            _ => (null, null),
        };
        return phase is null
            ? null
            : new InboundCall
            {
                Channel = exchange.Channel,
                ExternalCallId = id,
                Direction = outbound ? CallDirection.Outbound : CallDirection.Inbound,
                Phase = phase.Value,
                Party = Addresses.Phone(Text(told["contact_phone_number"])),
                Line = Text(told["virtual_phone_number"]),
                Agents = agent is null ? [] : [agent],
                StartedAt = Instant(Text(told["start_time"]), exchange),
                AnsweredAt = phase == CallPhase.Answered ? at : null,
                EndedAt = phase == CallPhase.Ended ? at : null,
                Outcome = phase != CallPhase.Ended ? null : lost ? CallOutcome.Abandoned : CallOutcome.Answered,
                WaitSeconds = phase == CallPhase.Ended ? Seconds(told["wait_time_duration"]) : null,
                TalkSeconds = phase == CallPhase.Ended && !lost ? talk : null,
            };
    }

    private static int? Seconds(JsonNode? node) => int.TryParse(Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.ToString() is { Length: > 0 and <= 200 } text ? text : null;

    private static DateTimeOffset? Instant(string? text, CloudOptions exchange)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(exchange.TimeZone);
        return DateTime.TryParseExact(text?.Split('.')[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && !zone.IsInvalidTime(local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()
            : null;
    }
}
