using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>MAX posts an update. 200 only once it is stored; anything else makes MAX come again for eight hours.</summary>
internal sealed class MaxWebhook(MaxApi api, UpdateIntake intake) : IWebhook
{
    public const string Route = "/hooks/max/{key}";
    public const string SecretHeader = "X-Max-Bot-Api-Secret";

    public static string PathOf(MaxBotOptions bot) => $"/hooks/max/{bot.Key}";

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        if (api.Bots.FirstOrDefault(bot => bot.Options.Key == incoming.Values["key"] && bot.Options is { Enabled: true, IsCalled: true }) is not { } bot)
        {
            return new(StatusCodes.Status404NotFound);
        }

        if (!CryptographicOperations.FixedTimeEquals(Hash(incoming.Headers[SecretHeader].ToString()), Hash(bot.Options.WebhookSecret!)))
        {
            return WebhookAnswer.Unauthorized;
        }

        if (Parse(incoming.Body) is not { } update)
        {
            await intake.QuarantineAsync(bot, incoming.Body, ct);
            return WebhookAnswer.Ok;
        }

        await intake.TakeAsync(bot, update, intake.Read(bot, update), checkpoint: null, ct);
        return WebhookAnswer.Ok;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <returns>Null: not even JSON.</returns>
    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // A parser lets wrong bytes inside of a text pass, and whoever reads that text falls over them.
            return Utf8.IsValid(body.Span) ? JsonSerializer.Deserialize<JsonElement>(body.Span) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Tells MAX where to post, and looks now and then whether it still knows.</summary>
internal sealed class WebhookRegistration(MaxBot bot, ChannelHealth health, TimeProvider clock, ILogger<WebhookRegistration> log) : IInboundSource
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    public string Channel => bot.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var url = bot.Options.WebhookUrl!.TrimEnd('/') + MaxWebhook.PathOf(bot.Options);

        // MAX does not tell the secret it was given, so it is given again at each start.
        for (var isKnown = false; ; isKnown = (await Subscriptions.ListAsync(bot, ct)).Contains(url))
        {
            if (!isKnown)
            {
                await bot.AskAsync(HttpMethod.Post, "/subscriptions", new { Url = url, Secret = bot.Options.WebhookSecret, UpdateTypes = UpdateReader.Kinds }, ct);
                log.WebhookSet(Channel);
            }

            health.Connected(Channel);
            await Task.Delay(Look, clock, ct);
        }
    }
}
