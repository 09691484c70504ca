using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Telegram;

/// <summary>Takes one update in, however it came: understands it, fetches its file, hands it to the sink; only then answers the person.</summary>
internal sealed class UpdateIntake(
    IInboundSink sink, IPersonalDataVault vault, Downloads downloads, Courtesies courtesies, Bots bots, TimeProvider clock, ILogger<UpdateIntake> log) : IRawInputMapper
{
    private const int Attempts = 3;
    private const string MediaType = "application/json";

    // Only updates in trouble are in here.
    private readonly ConcurrentDictionary<(string Channel, string Key), int> _failed = new();

    /// <returns>When it is stored, or is nothing for a manager.</returns>
    /// <exception cref="ConnectorNotReadyException">Not stored: do not confirm, come again.</exception>
    public async Task TakeAsync(Bot bot, JsonElement update, Checkpoint? checkpoint, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var number = update.GetProperty("update_id").GetInt64();
        var read = new UpdateReader(bot.Channel, vault.HashOf).Read(update);
        if (read.PassOver is { } why)
        {
            log.PassedOver(bot.Channel, number, why);
            Answer(bot, read);
            return;
        }

        var failures = _failed.GetValueOrDefault((bot.Channel, read.Key));
        var raw = RawInput.FromBytes(bot.Channel, read.Key, MediaType, Encoding.UTF8.GetBytes(update.GetRawText()));
        var reason = failures >= 2 * Attempts ? "not-storable" : read.QuarantineReason;
        if (reason is not null)
        {
            log.Quarantined(bot.Channel, number, reason);
            await sink.AcceptAsync(raw with { QuarantineReason = reason }, [], checkpoint, ct);
            _failed.TryRemove((bot.Channel, read.Key), out _);
            return;
        }

        var result = await StoreAsync(bot, number, read, raw, failures, checkpoint, ct);
        log.Accepted(bot.Channel, number, result.ToString(), clock.GetElapsedTime(started).TotalMilliseconds);
        Answer(bot, read);
        if (result == AcceptResult.Accepted)
        {
            courtesies.AskPhone(bot, read.Event!);
        }
    }

    /// <summary>Keeps what Telegram sent and nobody can read.</summary>
    public Task<AcceptResult> QuarantineAsync(Bot bot, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        sink.AcceptAsync(RawInput.FromBytes(bot.Channel, vault.HashOf(Convert.ToHexString(SHA256.HashData(body.Span))), MediaType, body) with { QuarantineReason = "broken-json" }, [], checkpoint: null, ct);

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        await using var content = await raw.OpenAsync(ct);
        if (bots.Find(raw.Channel) is not { Options.Enabled: true } bot)
        {
            return new MappedInput([], "unknown-bot");
        }

        try
        {
            var read = new UpdateReader(raw.Channel, vault.HashOf).Read(await JsonSerializer.DeserializeAsync<JsonElement>(content, cancellationToken: ct));
            return read switch
            {
                { Event: { } e, File: { } file } => new MappedInput([await downloads.AddAsync(bot, e, file, giveUp: true, ct)]),
                { Event: { } e } => new MappedInput([e]),
                _ => new MappedInput([], read.QuarantineReason ?? read.PassOver),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new MappedInput([], "broken-json");
        }
    }

    private async Task<AcceptResult> StoreAsync(Bot bot, long number, ReadUpdate read, RawInput raw, int failures, Checkpoint? checkpoint, CancellationToken ct)
    {
        try
        {
            var happened = read.File is { } file ? await FetchAsync(bot, number, read, file, failures, ct) : read.Event!;
            var result = await sink.AcceptAsync(raw, [happened], checkpoint, ct);
            _failed.TryRemove((bot.Channel, read.Key), out _);
            return result;
        }
        catch (Exception e) when (e is not ConnectorException and not OperationCanceledException)
        {
            // A store that is down says so by ConnectorNotReadyException. Anything else may be this very update: after some attempts it steps aside.
            log.NotStored(bot.Channel, number, _failed.AddOrUpdate((bot.Channel, read.Key), 1 + Attempts, (_, before) => before + 1), e.GetType().Name);
            throw new ConnectorNotReadyException($"{bot.Channel}: обновление {number} не удалось сохранить ({e.GetType().Name}). Telegram пришлёт его снова; смотрите журнал MedCrm.");
        }
    }

    private async Task<InboundEvent> FetchAsync(Bot bot, long number, ReadUpdate read, RemoteFile file, int failures, CancellationToken ct)
    {
        try
        {
            return await downloads.AddAsync(bot, read.Event!, file, giveUp: failures >= Attempts - 1, ct);
        }
        catch (ConnectorNotReadyException e)
        {
            log.FileNotFetched(bot.Channel, number, _failed.AddOrUpdate((bot.Channel, read.Key), 1, (_, before) => before + 1), e.Message);
            throw;
        }
    }

    private void Answer(Bot bot, ReadUpdate read)
    {
        if (read.CallbackId is { } pressed)
        {
            courtesies.Confirm(bot, pressed);
        }

        if (read.Answered is var (chat, message))
        {
            courtesies.TakeButtons(bot, chat, message);
        }
    }
}
