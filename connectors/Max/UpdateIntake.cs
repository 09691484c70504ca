using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>Takes one update in, however it came: fetches its files, hands it to the sink; only then answers the person.</summary>
internal sealed class UpdateIntake(IInboundSink sink, IPersonalDataVault vault, Downloads downloads, Courtesies courtesies, MaxApi api, ILogger<UpdateIntake> log) : IRawInputMapper
{
    private const int Attempts = 3;
    private const string MediaType = "application/json";

    // Only updates in trouble are in here.
    private readonly ConcurrentDictionary<(string Channel, string Key), int> _failed = new();

    public ReadUpdate Read(MaxBot bot, JsonElement update) => new UpdateReader(bot.Channel, bot.Options.Token, vault.HashOf).Read(update);

    /// <returns>When it is stored, or is nothing for a manager.</returns>
    /// <exception cref="ConnectorNotReadyException">Not stored: do not confirm, come again.</exception>
    public async Task TakeAsync(MaxBot bot, JsonElement update, ReadUpdate read, Checkpoint? checkpoint, CancellationToken ct)
    {
        if (read.PassOver is { } why)
        {
            log.PassedOver(bot.Channel, why);
            Confirm(bot, read);
            return;
        }

        var failures = _failed.GetValueOrDefault((bot.Channel, read.Key));
        var raw = RawInput.FromBytes(bot.Channel, read.Key, MediaType, Encoding.UTF8.GetBytes(update.GetRawText()));
        if ((failures >= 2 * Attempts ? "not-storable" : read.QuarantineReason) is { } reason)
        {
            log.Quarantined(bot.Channel, reason);
            await sink.AcceptAsync(raw with { QuarantineReason = reason }, [], checkpoint, ct);
            _failed.TryRemove((bot.Channel, read.Key), out _);
            return;
        }

        var result = await StoreAsync(bot, read, raw, failures, checkpoint, ct);
        log.Accepted(bot.Channel, result);
        Confirm(bot, read);
        if (result == AcceptResult.Accepted)
        {
            courtesies.Meet(bot, read);
        }
    }

    /// <summary>Keeps what came with the right secret and is no update.</summary>
    public Task<AcceptResult> QuarantineAsync(MaxBot bot, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        sink.AcceptAsync(RawInput.FromBytes(bot.Channel, $"raw.{vault.HashOf(Convert.ToHexString(SHA256.HashData(body.Span)))}", MediaType, body) with { QuarantineReason = "broken-json" }, [], checkpoint: null, ct);

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        if (api.Find(raw.Channel) is not { Options.Enabled: true } bot)
        {
            return new MappedInput([], "unknown-bot");
        }

        await using var content = await raw.OpenAsync(ct);
        try
        {
            var read = Read(bot, await JsonSerializer.DeserializeAsync<JsonElement>(content, cancellationToken: ct));
            return read.Event is { } e ? new MappedInput([await downloads.AddAsync(bot, e, read.Files, giveUp: true, ct)]) : new MappedInput([], read.QuarantineReason ?? read.PassOver);
        }
        catch (JsonException)
        {
            return new MappedInput([], "broken-json");
        }
    }

    private async Task<AcceptResult> StoreAsync(MaxBot bot, ReadUpdate read, RawInput raw, int failures, Checkpoint? checkpoint, CancellationToken ct)
    {
        try
        {
            var happened = await FetchAsync(bot, read, failures, ct);
            var result = await sink.AcceptAsync(raw, [happened], checkpoint, ct);
            _failed.TryRemove((bot.Channel, read.Key), out _);
            return result;
        }
        catch (Exception e) when (e is not ConnectorException and not OperationCanceledException)
        {
            // A store that is down says so by ConnectorNotReadyException. Anything else may be this very update: after some attempts it steps aside.
            log.NotStored(bot.Channel, _failed.AddOrUpdate((bot.Channel, read.Key), 1 + Attempts, (_, before) => before + 1), e.GetType().Name);
            throw new ConnectorNotReadyException($"{bot.Channel}: сообщение не удалось сохранить ({e.GetType().Name}).");
        }
    }

    private async Task<InboundEvent> FetchAsync(MaxBot bot, ReadUpdate read, int failures, CancellationToken ct)
    {
        try
        {
            return await downloads.AddAsync(bot, read.Event!, read.Files, giveUp: failures >= Attempts - 1, ct);
        }
        catch (ConnectorNotReadyException)
        {
            log.FileNotFetched(bot.Channel, _failed.AddOrUpdate((bot.Channel, read.Key), 1, (_, before) => before + 1));
            throw;
        }
    }

    private void Confirm(MaxBot bot, ReadUpdate read)
    {
        if (read.CallbackId is { } pressed)
        {
            courtesies.Confirm(bot, pressed, read.Answered);
        }
    }
}
