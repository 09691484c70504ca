using MedCrm.Connectors.Sdk;
using Telegram.Bot;
using Telegram.Bot.Exceptions;

namespace MedCrm.Connectors.Telegram;

/// <summary>Asks Telegram who each bot is; reads and sends nothing.</summary>
internal sealed class TelegramConnectionTest(Bots bots, TimeProvider clock) : IConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) => await Task.WhenAll(bots.All.Select(bot => TestAsync(bot, ct)));

    private async Task<ConnectionReport> TestAsync(Bot bot, CancellationToken ct)
    {
        if (!bot.Options.Enabled)
        {
            return new ConnectionReport(bot.Channel, true, "Выключен в настройках (Enabled: false): не читает и не отправляет.");
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var me = await bot.AskAsync(client => client.GetMe(limit.Token), ct);
            var info = await bot.AskAsync(client => client.GetWebhookInfo(limit.Token), ct);
            var how = info.Url.Length > 0 ? $"webhook, ждут {info.PendingUpdateCount}" : "long polling";
            var error = info is { LastErrorDate: { } at, LastErrorMessage: { } words } ? $" Последняя ошибка webhook ({at:u}): {words}" : "";
            return new ConnectionReport(bot.Channel, true, $"@{me.Username} отвечает ({how}).{error}");
        }
        catch (ConnectorException e)
        {
            return new ConnectionReport(bot.Channel, false, e.Message);
        }
        catch (ApiRequestException e)
        {
            return new ConnectionReport(bot.Channel, false, $"Telegram отказал: {e.ErrorCode}.");
        }
    }
}
