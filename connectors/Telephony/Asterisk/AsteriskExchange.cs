using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>Watches one Asterisk and places calls on it. The book of calls outlives the line: after a cut it is set right by a snapshot and by the exchange's own records.</summary>
internal sealed class AsteriskExchange : IInboundSource
{
    /// <summary>How many calls are stored side by side.</summary>
    private const int Together = 8;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(30);

    // Records may be written a little after the call, and clocks differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private readonly AsteriskOptions _options;
    private readonly IInboundSink _sink;
    private readonly ICheckpointStore _checkpoints;
    private readonly IKnownCalls _known;
    private readonly CallRecords _records;
    private readonly ChannelHealth _health;
    private readonly TimeProvider _clock;
    private readonly ILogger<AsteriskExchange> _log;
    private readonly AsteriskNames _names;
    private readonly AsteriskCalls _calls;
    private readonly Recordings _recordings;
    private volatile AmiClient? _line;

    public AsteriskExchange(
        AsteriskOptions options, IInboundSink sink, ICheckpointStore checkpoints, IKnownCalls known, IHttpClientFactory clients, ChannelHealth health, TimeProvider clock, ILogger<AsteriskExchange> log)
    {
        (_options, _sink, _checkpoints, _known, _health, _clock, _log) = (options, sink, checkpoints, known, health, clock, log);
        _records = new CallRecords(options, clients);
        _recordings = new Recordings(options, sink, clients, clock, log);
        _names = new AsteriskNames(new Regex(options.Extensions, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        _calls = new AsteriskCalls(options.Channel, _names, options.Grace, clock);
    }

    public string Channel => _options.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var line = await AmiClient.ConnectAsync(_options, _clock, ct);
        await CatchUpAsync(line, ct);
        _line = line;
        _health.Connected(Channel);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pings = PingAsync(line, ended.Token);
        var fetching = _recordings.RunAsync(ended.Token);
        try
        {
            await WatchAsync(line, ct);
        }
        finally
        {
            _line = null;
            await ended.CancelAsync();
            await Task.WhenAll(pings, fetching);
        }
    }

    /// <summary>Rings the agent's telephone; once it is picked up, the dialplan dials the contact.</summary>
    public async Task<PlacedCall> PlaceAsync(CallToPlace call, CancellationToken ct)
    {
        if (_line is not { } line)
        {
            throw new ConnectorNotReadyException($"{Channel}: сейчас нет связи с АТС. Подождите или проверьте канал в «Каналах».");
        }

        if (_names.Extension(call.Extension) is null)
        {
            throw new ConnectorMisconfiguredException($"{Channel}: добавочный сотрудника не похож на номера этой АТС (Extensions).");
        }

        // Our own id becomes that of the channel, and so of the whole call; while it lives, a repeat is refused by the exchange itself.
        var id = $"{AsteriskNames.Ours}{call.CallId.Value:N}";
        var number = string.Format(CultureInfo.InvariantCulture, _options.OriginateNumber, call.To, call.To.TrimStart('+'));
        var answer = await line.SendAsync(
            id,
            "Originate",
            [
                ("Channel", string.Format(CultureInfo.InvariantCulture, _options.OriginateChannel, call.Extension)),
                ("Context", _options.OriginateContext),
                ("Exten", number),
                ("Priority", "1"),
                ("CallerID", call.To),
                ("ChannelId", id),
                ("Timeout", "30000"),
                ("Async", "true"),
            ],
            ct);
        return answer["Response"] == "Success"
            ? new PlacedCall(Channel, id)
            : throw new ConnectorMisconfiguredException($"{Channel}: АТС отказывает в Originate. Дайте пользователю в manager.conf класс write originate.");
    }

    private async Task CatchUpAsync(AmiClient line, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var channels = await line.ListAsync("CoreShowChannels", ct);
        var alive = channels.Select(channel => channel["Uniqueid"]).OfType<string>().ToHashSet();
        var live = channels.Select(AsteriskCalls.CallOf).OfType<string>().ToHashSet();
        var open = await _known.OpenAsync(Channel, ct);
        var position = await _checkpoints.ReadAsync(Channel, ct);
        var since = position is not null && DateTimeOffset.TryParse(position.Position, CultureInfo.InvariantCulture, out var at) ? at : now;
        var records = await RecordsAsync(since - Overlap, ct);
        foreach (var record in records.Where(record => AsteriskCalls.CallOf(record) is { } id && !live.Contains(id)))
        {
            _calls.Take(record);
        }

        foreach (var channel in channels)
        {
            _calls.Take(channel);
        }

        var gone = _calls.Open.ToList();
        foreach (var call in gone)
        {
            call.Vanish(alive.Contains, now);
            _calls.Touch(call);
        }

        await TellAsync(ct);

        // From before our own restart, and not in the exchange's records either: nothing more will ever be known.
        foreach (var id in open.Where(id => !live.Contains(id) && !_calls.Knows(id)))
        {
            await _sink.AcceptAsync(
                RawInput.FromBytes(Channel, $"{id}/lost", "text/plain", "The exchange does not know this call any more."u8.ToArray()),
                [new InboundCall { Channel = Channel, ExternalCallId = id, Phase = CallPhase.Ended, EndedAt = now, Outcome = CallOutcome.Failed }],
                new Checkpoint(Channel, now.ToString("O", CultureInfo.InvariantCulture)),
                ct);
        }

        _log.Watching(Channel, alive.Count, open.Count, records.Count);
    }

    private async Task<IReadOnlyList<AmiMessage>> RecordsAsync(DateTimeOffset since, CancellationToken ct)
    {
        try
        {
            return await _records.SinceAsync(since, ct);
        }
        catch (ConnectorNotReadyException e)
        {
            _log.RecordsUnreadable(Channel, e.Message);
            return [];
        }
    }

    private async Task WatchAsync(AmiClient line, CancellationToken ct)
    {
        var waiting = line.Events.WaitToReadAsync(ct).AsTask();
        while (true)
        {
            var next = await TellAsync(ct);
            if (next is { } soon)
            {
                using var tick = CancellationTokenSource.CreateLinkedTokenSource(ct);
                await Task.WhenAny(waiting, Task.Delay(soon > TimeSpan.Zero ? soon : TimeSpan.FromMilliseconds(1), _clock, tick.Token));
                await tick.CancelAsync();
                ct.ThrowIfCancellationRequested();
                if (!waiting.IsCompleted)
                {
                    continue;
                }
            }

            if (!await waiting)
            {
                throw new ConnectorNotReadyException($"{Channel}: связь с АТС прервалась. Восстановится сама; если повторяется, проверьте сеть и журнал Asterisk.");
            }

            while (line.Events.TryRead(out var message))
            {
                _calls.Take(message);
            }

            waiting = line.Events.WaitToReadAsync(ct).AsTask();
        }
    }

    private async Task<TimeSpan?> TellAsync(CancellationToken ct)
    {
        while (true)
        {
            var (news, next) = _calls.Due();
            if (news.Count == 0)
            {
                return next;
            }

            await Parallel.ForEachAsync(news, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = ct }, async (item, stop) => await TellAsync(item.Call, item.News, stop));
            foreach (var (call, told) in news)
            {
                _calls.Told(call, told);
            }
        }
    }

    private async Task TellAsync(AsteriskCall call, InboundCall news, CancellationToken ct)
    {
        var raw = Encoding.UTF8.GetBytes(call.Raw);
        var key = $"{call.LinkedId}/{Convert.ToHexStringLower(SHA256.HashData(raw).AsSpan(0, 8))}/{news.Phase}";
        var checkpoint = news.Phase == CallPhase.Ended ? new Checkpoint(Channel, call.HeardAt.ToString("O", CultureInfo.InvariantCulture)) : null;
        await _sink.AcceptAsync(RawInput.FromBytes(Channel, key, "text/plain", raw), [news], checkpoint, ct);
        _log.CallTold(Channel, call.LinkedId, news.Phase.ToString());
        if (news is { Phase: CallPhase.Ended, Outcome: CallOutcome.Answered } && call.Recording is { } path)
        {
            _recordings.Fetch(call.LinkedId, path);
        }
    }

    /// <summary>A line that is dead without a word (a router that forgot us) is found out by asking.</summary>
    private async Task PingAsync(AmiClient line, CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(PingEvery, _clock);
            while (await timer.WaitForNextTickAsync(ct))
            {
                await line.SendAsync("Ping", [], ct);
            }
        }
        catch (ConnectorNotReadyException)
        {
            line.Cut();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
