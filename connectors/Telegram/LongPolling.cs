using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;
using Telegram.Bot;
using Telegram.Bot.Requests;

namespace MedCrm.Connectors.Telegram;

/// <summary>
/// Asks Telegram for updates (getUpdates). An update is confirmed by asking for the next one, and that is done only after it was stored
/// together with the position: a crash repeats, and what repeats is dropped by its key.
/// </summary>
internal sealed class LongPolling(Bot bot, UpdateIntake intake, ICheckpointStore checkpoints, ChannelHealth health, TimeProvider clock, ILogger<LongPolling> log) : IInboundSource
{
    private const int MostUpdates = 100;

    // A far side that answers "nothing" at once must not be asked without a pause.
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);

    public string Channel => bot.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var position = PollPosition.Parse((await checkpoints.ReadAsync(Channel, ct))?.Position);
        await bot.AskAsync(async client =>
        {
            await client.DeleteWebhook(dropPendingUpdates: false, ct);
            return true;
        }, ct);
        log.Polling(Channel, position?.Update ?? 0);
        while (true)
        {
            var asked = clock.GetTimestamp();
            var updates = await bot.AskAsync(client => client.SendRequest(
                new GetRawUpdates { Offset = position?.Offset(clock.GetUtcNow()), Limit = MostUpdates, Timeout = (int)bot.Options.PollTimeout.TotalSeconds, AllowedUpdates = UpdateReader.Kinds }, ct), ct);
            health.Connected(Channel);
            foreach (var update in updates)
            {
                position = new PollPosition(update.GetProperty("update_id").GetInt64(), clock.GetUtcNow());
                await intake.TakeAsync(bot, update, new Checkpoint(Channel, position.ToString()), ct);
            }

            if (updates.Length == 0 && ShortestPoll - clock.GetElapsedTime(asked) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, clock, ct);
            }
        }
    }

    /// <summary>getUpdates with the updates as they are on the wire: what the library does not know yet must be kept too.</summary>
    internal sealed class GetRawUpdates() : RequestBase<JsonElement[]>("getUpdates")
    {
        public int? Offset { get; set; }

        public int? Limit { get; set; }

        public int? Timeout { get; set; }

        public IReadOnlyList<string>? AllowedUpdates { get; set; }
    }
}
