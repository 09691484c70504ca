using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Pager;

/// <summary>The service calls us. Its signature covers the time and the bytes: <c>X-Pager-Signature: t={unix seconds},v1={hex HMAC-SHA-256 of "t.body"}</c>.</summary>
internal sealed class PagerWebhook(IInboundSink sink, IOptions<PagerOptions> options, ChannelHealth health, TimeProvider clock) : IWebhook
{
    public const string SignatureHeader = "X-Pager-Signature";
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    public long MaxBodyBytes => 4 * 1024 * 1024;

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        if (!IsSigned(incoming))
        {
            return WebhookAnswer.Unauthorized;
        }

        health.Connected(PagerConnector.Channel);
        if (Ping(incoming.Body) is { } ping)
        {
            return new(200, JsonSerializer.Serialize(new { pong = ping }));
        }

        var mapped = PagerMapper.Map(incoming.Body);
        var raw = RawInput.FromBytes(PagerConnector.Channel, PagerMapper.KeyOf(incoming.Body), PagerMapper.MediaType, incoming.Body) with { QuarantineReason = mapped.QuarantineReason };
        await sink.AcceptAsync(raw, mapped.Events, checkpoint: null, ct);
        return WebhookAnswer.Ok;
    }

    /// <summary>The value of the header for a body sent at an instant.</summary>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var time = at.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private bool IsSigned(WebhookCall incoming)
    {
        var given = incoming.Headers[SignatureHeader].ToString();
        if (!given.StartsWith("t=", StringComparison.Ordinal) || !long.TryParse(given.AsSpan(2, Math.Max(0, given.IndexOf(',', StringComparison.Ordinal) - 2)), out var time)
            || Math.Abs(time - clock.GetUtcNow().ToUnixTimeSeconds()) > Fresh.TotalSeconds)
        {
            return false;
        }

        var expected = Sign(options.Value.WebhookSecret!, DateTimeOffset.FromUnixTimeSeconds(time), incoming.Body.Span);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(given));
    }

    private static string? Ping(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement is { ValueKind: JsonValueKind.Object } message && message.TryGetProperty("ping", out var ping) && ping.ValueKind == JsonValueKind.String ? ping.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
