using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>Mango Office, API виртуальной АТС: a form of <c>vpbx_api_key</c>, <c>sign</c> and <c>json</c>; sign = SHA-256(key + json + salt).</summary>
internal sealed class MangoDialect : IDialect
{
    /// <summary>Prefix of <c>command_id</c> by which a call we asked for is known again.</summary>
    private const string Ours = "medcrm-";

    public Verdict Read(CloudOptions exchange, Notification notification, DateTimeOffset now)
    {
        if (notification.Field("json") is not { } json || !Proof.Equal(notification.Field("sign"), Proof.Sha256(exchange.ApiKey + json + exchange.Secret))
            || !Proof.Equal(notification.Field("vpbx_api_key"), exchange.ApiKey))
        {
            return new Verdict.Refused("signature");
        }

        JsonNode? told;
        try
        {
            told = JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return new Verdict.Genuine(null, Unreadable: true);
        }

        if (Instant(told?["timestamp"] ?? told?["end_time"]) is { } at && exchange.MaxAge > TimeSpan.Zero && (now - at).Duration() > exchange.MaxAge)
        {
            return new Verdict.Refused("replayed");
        }

        return (string?)told?["entry_id"] is { Length: > 0 and <= 150 } id
            ? new Verdict.Genuine(notification.Path switch
            {
                "events/call" => Leg(exchange, id, told),
                "events/summary" => Summary(exchange, id, told),
                _ => null,
            })
            {
                Recording = notification.Path == "events/record/added" && Text(told["recording_id"]) is { } recording ? new ToldRecording(id, recording) : null,
            }
            : new Verdict.Genuine(null);
    }

    public async Task<string?> PlaceAsync(CloudOptions exchange, Uri api, CallToPlace call, HttpClient http, CancellationToken ct)
    {
        var json = new JsonObject
        {
            ["command_id"] = $"{Ours}{call.CallId.Value:N}",
            ["from"] = new JsonObject { ["extension"] = call.Extension },
            ["to_number"] = call.To.TrimStart('+'),
            ["line_number"] = exchange.Line,
        }.ToJsonString();
        using var body = new FormUrlEncodedContent([new("vpbx_api_key", exchange.ApiKey), new("sign", Proof.Sha256(exchange.ApiKey + json + exchange.Secret)), new("json", json)]);
        using var answer = await http.PostAsync(new Uri(api, "/vpbx/commands/callback"), body, ct);
        answer.EnsureSuccessStatusCode();
        return null;
    }

    /// <summary>Answered with a redirection to an address that works once.</summary>
    public async Task<HttpResponseMessage> OpenRecordingAsync(CloudOptions exchange, string reference, HttpClient http, CancellationToken ct)
    {
        var json = new JsonObject { ["recording_id"] = reference, ["action"] = "download" }.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(exchange.Api!), "/vpbx/queries/recording/post"))
        {
            Content = new FormUrlEncodedContent([new("vpbx_api_key", exchange.ApiKey), new("sign", Proof.Sha256(exchange.ApiKey + json + exchange.Secret)), new("json", json)]),
        };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    private static InboundCall? Leg(CloudOptions exchange, string id, JsonNode told)
    {
        if (Instant(told["timestamp"]) is not { } at || Text(told["call_state"]) is not { } state)
        {
            return null;
        }

        var (fromExtension, toExtension) = (Text(told["from"]?["extension"]), Text(told["to"]?["extension"]));
        var outbound = fromExtension is not null || Placed(told) is not null;
        var extension = outbound ? fromExtension : toExtension;
        var abonent = Text(told["location"]) == "abonent";
        var agent = extension is null || !abonent ? null : (state, outbound) switch
        {
            ("Appeared", false) => new CallAgent(extension, RangAt: at),
            ("Connected", false) => new CallAgent(extension, StoppedAt: at, AnsweredAt: at),
            ("Disconnected", false) => new CallAgent(extension, StoppedAt: at, LeftAt: at),
            _ => new CallAgent(extension),
        };
        return new InboundCall
        {
            Channel = exchange.Channel,
            ExternalCallId = id,
            CallId = Placed(told),
            Direction = outbound ? CallDirection.Outbound : CallDirection.Inbound,
            Phase = state == "Connected" && abonent && !outbound ? CallPhase.Answered : CallPhase.Ringing,
            Party = Addresses.Phone(Text(told[outbound ? "to" : "from"]?["number"])),
            Line = Text(told["to"]?["line_number"]),
            Queue = Text(told["location"]) == "queue" ? Text(told["to"]?["acd_group"]) : null,
            Agents = agent is null ? [] : [agent],
            StartedAt = state == "Appeared" ? at : null,
            AnsweredAt = state == "Connected" && abonent && !outbound ? at : null,
        };
    }

    private static InboundCall Summary(CloudOptions exchange, string id, JsonNode told)
    {
        var outbound = Number(told["call_direction"]) == 2;
        var (created, answered, ended) = (Instant(told["create_time"]), Instant(told["talk_time"]), Instant(told["end_time"]));
        var spoke = Number(told["entry_result"]) == 1;
        var extension = Text(told[outbound ? "from" : "to"]?["extension"]);
        return new InboundCall
        {
            Channel = exchange.Channel,
            ExternalCallId = id,
            CallId = Placed(told),
            Direction = outbound ? CallDirection.Outbound : CallDirection.Inbound,
            Phase = CallPhase.Ended,
            Party = Addresses.Phone(Text(told[outbound ? "to" : "from"]?["number"])),
            Line = Text(told["line_number"]),
            Agents = extension is null ? [] : [new CallAgent(extension, AnsweredAt: spoke ? answered : null, StoppedAt: answered ?? ended, LeftAt: spoke ? ended : null)],
            StartedAt = created,
            AnsweredAt = spoke ? answered : null,
            EndedAt = ended,
            Outcome = spoke ? CallOutcome.Answered : CallOutcome.Abandoned,
        };
    }

    private static CallId? Placed(JsonNode told) =>
        Text(told["command_id"]) is { } command && command.StartsWith(Ours, StringComparison.Ordinal) && Guid.TryParseExact(command.AsSpan(Ours.Length), "N", out var id) ? new CallId(id) : null;

    // Numbers come as numbers or as text, and zero stands for "did not happen".
    private static long? Number(JsonNode? node) => long.TryParse(Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTimeOffset? Instant(JsonNode? node) => Number(node) is { } seconds and > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.ToString() is { Length: > 0 and <= 200 } text ? text : null;
}
