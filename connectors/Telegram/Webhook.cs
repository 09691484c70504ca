using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Telegram.Bot;
using Telegram.Bot.Requests;

namespace MedCrm.Connectors.Telegram;

/// <summary>Telegram posts an update. 200 only once it is stored; anything else makes Telegram come again.</summary>
internal static class WebhookEndpoint
{
    private const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";
    private const int LargestUpdate = 1024 * 1024;

    public static void MapWebhook(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/telegram/{key}", PostAsync).AllowAnonymous().ProducesProblem(401).ProducesProblem(404).ProducesProblem(503);

    public static string PathOf(BotOptions bot) => $"/webhooks/telegram/{bot.Key}";

    private static async Task<IResult> PostAsync(string key, HttpContext http, Bots bots, UpdateIntake intake, CancellationToken ct)
    {
        if (bots.All.FirstOrDefault(bot => bot.Options.Key == key && bot.Options is { Enabled: true, Mode: BotMode.Webhook }) is not { } bot)
        {
            return Results.Problem(title: "webhook.unknown", statusCode: StatusCodes.Status404NotFound);
        }

        if (!CryptographicOperations.FixedTimeEquals(Hash(http.Request.Headers[SecretHeader].ToString()), Hash(bot.Options.WebhookSecret!)))
        {
            return Results.Problem(title: "webhook.unauthorized", statusCode: StatusCodes.Status401Unauthorized);
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = LargestUpdate;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, ct);
        try
        {
            if (Parse(body.ToArray()) is { } update)
            {
                await intake.TakeAsync(bot, update, checkpoint: null, ct);
            }
            else
            {
                await intake.QuarantineAsync(bot, body.ToArray(), ct);
            }

            return Results.Ok();
        }
        catch (ConnectorException)
        {
            return Results.Problem(title: "webhook.not-stored", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <returns>Null: not an update.</returns>
    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(body);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("update_id", out var id) && id.TryGetInt64(out _) ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Tells Telegram where to post, and looks now and then whether it still knows.</summary>
internal sealed class WebhookRegistration(Bot bot, ChannelHealth health, TimeProvider clock, ILogger<WebhookRegistration> log) : IInboundSource
{
    private const int MostConnections = 8;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    public string Channel => bot.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var url = bot.Options.WebhookUrl!.TrimEnd('/') + WebhookEndpoint.PathOf(bot.Options);
        while (true)
        {
            var info = await bot.AskAsync(client => client.GetWebhookInfo(ct), ct);
            if (info.Url != url || info.LastErrorDate > clock.GetUtcNow() - Look)
            {
                await bot.AskAsync(client => client.SendRequest(
                    new SetWebhookFor { Url = url, SecretToken = bot.Options.WebhookSecret, MaxConnections = MostConnections, AllowedUpdates = UpdateReader.Kinds }, ct), ct);
                log.WebhookSet(Channel, info.PendingUpdateCount);
            }

            health.Connected(Channel);
            await Task.Delay(Look, clock, ct);
        }
    }

    /// <summary>setWebhook with the kinds of updates by their names on the wire, the same list as for polling.</summary>
    private sealed class SetWebhookFor() : RequestBase<bool>("setWebhook")
    {
        public string? Url { get; set; }

        public string? SecretToken { get; set; }

        public int? MaxConnections { get; set; }

        public IReadOnlyList<string>? AllowedUpdates { get; set; }
    }
}
