using System.Security.Cryptography;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>Where exchanges in the cloud tell of calls. Proven on the raw bytes before anything else; 200 only once what was told is durable.</summary>
internal sealed class WebhookEndpoints(IOptions<TelephonyOptions> options, IInboundSink sink, TimeProvider clock, ILogger<WebhookEndpoints> log)
{
    private const int LongestBody = 256 * 1024;

    public static IReadOnlyDictionary<CloudProvider, IDialect> Dialects { get; } = new Dictionary<CloudProvider, IDialect>
    {
        [CloudProvider.Mango] = new MangoDialect(),
        [CloudProvider.Uis] = new UisDialect(),
        [CloudProvider.Megafon] = new MegafonDialect(),
        [CloudProvider.Zadarma] = new ZadarmaDialect(),
    };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/webhooks/telephony/{key}/{**path}", ["GET", "POST"], (string key, string? path, HttpContext http, WebhookEndpoints webhooks, CancellationToken ct) => webhooks.TakeAsync(key, path ?? "", http, ct))
            .AllowAnonymous().ExcludeFromDescription();

    private async Task<IResult> TakeAsync(string key, string path, HttpContext http, CancellationToken ct)
    {
        if (options.Value.Cloud.Find(exchange => exchange.Key == key) is not { } exchange)
        {
            return Results.Problem(title: "webhook.unknown", statusCode: StatusCodes.Status404NotFound);
        }

        if (await ReadAsync(http, ct) is not { } body)
        {
            return Results.Problem(title: "webhook.too-large", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        var notification = new Notification(path.Trim('/'), http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value), http.Request.Headers["Signature"].FirstOrDefault(), body);
        switch (Dialects[exchange.Provider].Read(exchange, notification, clock.GetUtcNow()))
        {
            case Verdict.Refused refused:
                log.NotificationRefused(exchange.Channel, refused.Reason);
                return Results.Problem(title: "webhook.refused", statusCode: StatusCodes.Status401Unauthorized);
            case Verdict.Echo echo:
                return Results.Text(echo.Answer);
            case Verdict.Genuine { Call: null, Unreadable: false }:
                return Results.Json(new { });
            case Verdict.Genuine genuine:
                return await StoreAsync(exchange, path, body, genuine, ct);
            default:
                throw new InvalidOperationException("A verdict without an answer.");
        }
    }

    private async Task<IResult> StoreAsync(CloudOptions exchange, string path, byte[] body, Verdict.Genuine genuine, CancellationToken ct)
    {
        var id = $"{path}/{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var raw = RawInput.FromBytes(exchange.Channel, id.Length <= 200 ? id : id[^200..], "text/plain", body) with { QuarantineReason = genuine.Unreadable ? "unreadable" : null };
        try
        {
            var result = await sink.AcceptAsync(raw, genuine.Call is { } call ? [call] : [], checkpoint: null, ct);
            log.NotificationTaken(exchange.Channel, raw.ExternalId, result);
            return Results.Json(new { });
        }
        catch (ConnectorNotReadyException)
        {
            return Results.Problem(title: "webhook.not-stored", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LongestBody;
        }

        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, ct);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return body.ToArray();
    }
}
