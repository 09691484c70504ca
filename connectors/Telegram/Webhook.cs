using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Telegram.Bot;
using Telegram.Bot.Requests;

namespace MedCrm.Connectors.Telegram;

/// <summary>Telegram posts an update. 200 only once it is stored; anything else makes Telegram come again.</summary>
internal sealed class TelegramWebhook(Bots bots, UpdateIntake intake) : IWebhook
{
    public const string Route = "/webhooks/telegram/{key}";
    private const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";

    public static string PathOf(BotOptions bot) => $"/webhooks/telegram/{bot.Key}";

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        if (bots.All.FirstOrDefault(bot => bot.Options.Key == incoming.Values["key"] && bot.Options is { Enabled: true, Mode: BotMode.Webhook }) is not { } bot)
        {
            return new(StatusCodes.Status404NotFound);
        }

        if (!CryptographicOperations.FixedTimeEquals(Hash(incoming.Headers[SecretHeader].ToString()), Hash(bot.Options.WebhookSecret!)))
        {
            return WebhookAnswer.Unauthorized;
        }

        if (Parse(incoming.Body) is { } update)
        {
            await intake.TakeAsync(bot, update, checkpoint: null, ct);
        }
        else
        {
            await intake.QuarantineAsync(bot, incoming.Body, ct);
        }

        return WebhookAnswer.Ok;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <returns>Null: not an update.</returns>
    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(body.Span);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("update_id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _) ? json : null;
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
        var url = bot.Options.WebhookUrl!.TrimEnd('/') + TelegramWebhook.PathOf(bot.Options);
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
