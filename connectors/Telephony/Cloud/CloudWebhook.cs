using System.Security.Cryptography;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>Where exchanges in the cloud tell of calls. Proven on the raw bytes before anything else; 200 only once what was told is durable.</summary>
internal sealed class CloudWebhook(IOptions<TelephonyOptions> options, IInboundSink sink, CloudRecordings recordings, TimeProvider clock, ILogger<CloudWebhook> log) : IWebhook
{
    public const string Route = "/webhooks/telephony/{key}/{**path}";

    // Providers that read the answer want an object (Mango); to the others it is nothing.
    private static readonly WebhookAnswer Taken = WebhookAnswer.Ok with { Body = "{}" };

    public static IReadOnlyDictionary<CloudProvider, IDialect> Dialects { get; } = new Dictionary<CloudProvider, IDialect>
    {
        [CloudProvider.Mango] = new MangoDialect(),
        [CloudProvider.Uis] = new UisDialect(),
        [CloudProvider.Megafon] = new MegafonDialect(),
        [CloudProvider.Zadarma] = new ZadarmaDialect(),
    };

    public long MaxBodyBytes => 256 * 1024;

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        if (options.Value.Cloud.Find(exchange => exchange.Key == incoming.Values["key"]) is not { } exchange)
        {
            return new(StatusCodes.Status404NotFound);
        }

        var path = incoming.Values.GetValueOrDefault("path") ?? "";
        var notification = new Notification(path.Trim('/'), incoming.Query.ToDictionary(pair => pair.Key, pair => pair.Value), incoming.Headers["Signature"].FirstOrDefault(), incoming.Body);
        switch (Dialects[exchange.Provider].Read(exchange, notification, clock.GetUtcNow()))
        {
            case Verdict.Refused refused:
                log.NotificationRefused(exchange.Channel, refused.Reason);
                return WebhookAnswer.Unauthorized;
            case Verdict.Echo echo:
                return new(StatusCodes.Status200OK, echo.Answer, "text/plain");
            case Verdict.Genuine genuine:
                if (genuine.Recording is { } recording && exchange.Recordings)
                {
                    await recordings.AwaitAsync(exchange, recording, ct);
                }

                if (genuine.Call is not null || genuine.Unreadable)
                {
                    await StoreAsync(exchange, path, incoming.Body, genuine, ct);
                }

                return Taken;
            default:
                throw new InvalidOperationException("A verdict without an answer.");
        }
    }

    private async Task StoreAsync(CloudOptions exchange, string path, ReadOnlyMemory<byte> body, Verdict.Genuine genuine, CancellationToken ct)
    {
        var id = $"{path}/{Convert.ToHexStringLower(SHA256.HashData(body.Span))}";
        var raw = RawInput.FromBytes(exchange.Channel, id.Length <= 200 ? id : id[^200..], "text/plain", body) with { QuarantineReason = genuine.Unreadable ? "unreadable" : null };
        var result = await sink.AcceptAsync(raw, genuine.Call is { } call ? [call] : [], checkpoint: null, ct);
        log.NotificationTaken(exchange.Channel, raw.ExternalId, result);
    }
}
