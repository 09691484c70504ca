using System.Globalization;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>
/// Asks MAX for updates. What came before a marker is confirmed by asking with it, and that is done only after all of it was stored together
/// with the marker: a crash repeats, and what repeats is dropped by its key.
/// </summary>
internal sealed class MaxSource(MaxBot bot, UpdateIntake intake, ICheckpointStore checkpoints, ChannelHealth health, TimeProvider clock, ILogger<MaxSource> log) : IInboundSource
{
    private const int MostUpdates = 100;

    // A far side that answers "nothing" at once must not be asked without a pause.
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);

    public string Channel => bot.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var marker = (await checkpoints.ReadAsync(Channel, ct))?.Position;
        await UnsubscribeAsync(ct);
        log.Polling(Channel);
        while (true)
        {
            var asked = clock.GetTimestamp();
            var page = await bot.AskAsync(HttpMethod.Get, Path(marker), null, ct, bot.Options.PollTimeout);
            health.Connected(Channel);
            var next = page.TryGetProperty("marker", out var told) && told.ValueKind == JsonValueKind.Number ? told.GetInt64().ToString(CultureInfo.InvariantCulture) : marker;
            var updates = page.GetProperty("updates").EnumerateArray().Select(update => (Raw: update, Read: intake.Read(bot, update))).ToList();

            // The marker stands behind the whole page, so the last that is stored carries it.
            var last = updates.FindLastIndex(update => update.Read.PassOver is null);
            foreach (var (index, (raw, read)) in updates.Index())
            {
                await intake.TakeAsync(bot, raw, read, index == last && next is not null ? new Checkpoint(Channel, next) : null, ct);
            }

            marker = next;
            if (updates.Count == 0 && ShortestPoll - clock.GetElapsedTime(asked) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, clock, ct);
            }
        }
    }

    private string Path(string? marker) => string.Create(
        CultureInfo.InvariantCulture,
        $"/updates?limit={MostUpdates}&timeout={bot.Options.PollTimeout.TotalSeconds:0}&types={string.Join(',', UpdateReader.Kinds)}{(marker is null ? "" : $"&marker={marker}")}");

    /// <summary>MAX tells either way, never both.</summary>
    private async Task UnsubscribeAsync(CancellationToken ct)
    {
        foreach (var url in await Subscriptions.ListAsync(bot, ct))
        {
            await bot.AskAsync(HttpMethod.Delete, $"/subscriptions?url={Uri.EscapeDataString(url)}", null, ct);
        }
    }
}

/// <summary>Where MAX calls.</summary>
internal static class Subscriptions
{
    public static async Task<IReadOnlyList<string>> ListAsync(MaxBot bot, CancellationToken ct) =>
        [.. (await bot.AskAsync(HttpMethod.Get, "/subscriptions", null, ct)).GetProperty("subscriptions").EnumerateArray().Select(one => one.GetProperty("url").GetString()!)];
}
