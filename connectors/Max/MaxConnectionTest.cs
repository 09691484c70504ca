using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Max;

/// <summary>Asks MAX who each bot is; reads and sends nothing.</summary>
internal sealed class MaxConnectionTest(MaxApi api) : IConnectionTest
{
    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) => await Task.WhenAll(api.Bots.Select(bot => TestAsync(bot, ct)));

    private static async Task<ConnectionReport> TestAsync(MaxBot bot, CancellationToken ct)
    {
        if (!bot.Options.Enabled)
        {
            return new(bot.Channel, true, "Выключен в настройках (Enabled: false): не читает и не отправляет.");
        }

        try
        {
            var me = await bot.AskAsync(HttpMethod.Get, "/me", null, ct);
            var how = (await Subscriptions.ListAsync(bot, ct)).Count > 0 ? "webhook" : "long polling";
            return new(bot.Channel, true, $"Бот «{(me.TryGetProperty("name", out var name) ? name.GetString() : "без имени")}» отвечает ({how}).");
        }
        catch (ConnectorException e)
        {
            return new(bot.Channel, false, e.Message);
        }
    }
}
