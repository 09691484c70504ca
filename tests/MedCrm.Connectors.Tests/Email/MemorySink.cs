using System.Collections.Concurrent;
using System.Diagnostics;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>An honest sink in memory: one lock stands for the transaction, repeats are told by their key, the checkpoint moves with the input.</summary>
internal sealed class MemorySink : IInboundSink, ICheckpointStore, IKnownCalls
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, string), Stored> _stored = [];
    private readonly ConcurrentDictionary<string, Checkpoint> _checkpoints = new();

    /// <summary>Runs before anything is stored; may throw.</summary>
    public Action<RawInput>? BeforeCommit { get; set; }

    /// <summary>Runs after all is stored; may throw, as a process that dies before it can acknowledge.</summary>
    public Action<RawInput>? AfterCommit { get; set; }

    public int Duplicates { get; private set; }

    public List<Stored> Stored
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored.Values.OrderBy(s => s.At)];
            }
        }
    }

    public IEnumerable<InboundMessage> Messages => Stored.SelectMany(s => s.Events).OfType<InboundMessage>();

    public IEnumerable<DeliveryReport> Reports => Stored.SelectMany(s => s.Events).OfType<DeliveryReport>();

    public IEnumerable<InboundCall> Calls => Stored.SelectMany(s => s.Events).OfType<InboundCall>();

    public Task<IReadOnlyList<string>> OpenAsync(string channel, CancellationToken ct) => Task.FromResult<IReadOnlyList<string>>(
        [.. Calls.Where(call => call.Channel == channel).GroupBy(call => call.ExternalCallId).Where(call => call.All(told => told.Phase != CallPhase.Ended)).Select(call => call.Key)]);

    public async Task<AcceptResult> AcceptAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct)
    {
        Assert.InRange(raw.ExternalId.Length, 1, 200);
        Assert.InRange(checkpoint?.Position.Length ?? 0, 0, 400);
        BeforeCommit?.Invoke(raw);
        var size = await DrainAsync(await raw.OpenAsync(ct), ct);
        var files = new List<(string Name, long Size)>();
        foreach (var attachment in events.OfType<InboundMessage>().SelectMany(message => message.Attachments))
        {
            files.Add((attachment.FileName, await DrainAsync(await attachment.OpenAsync(ct), ct)));
        }

        AcceptResult result;
        lock (_gate)
        {
            var isNew = _stored.TryAdd((raw.Channel, raw.ExternalId), new Stored(raw, [.. events.Select(Light)], size, files, Stopwatch.GetTimestamp()));
            Duplicates += isNew ? 0 : 1;
            if (checkpoint is not null)
            {
                _checkpoints[checkpoint.Source] = checkpoint;
            }

            result = !isNew ? AcceptResult.Duplicate : raw.QuarantineReason is not null || events.Count == 0 ? AcceptResult.Quarantined : AcceptResult.Accepted;
        }

        AfterCommit?.Invoke(raw);
        return result;
    }

    public Task<Checkpoint?> ReadAsync(string source, CancellationToken ct) => Task.FromResult(_checkpoints.GetValueOrDefault(source));

    public async Task WaitAsync(Func<MemorySink, bool> until, double seconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (!until(this))
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s: {Stored.Count} stored, {Duplicates} duplicates.");
            await Task.Delay(10);
        }
    }

    /// <summary>Without the readers of attachments, which would hold the whole mail.</summary>
    private static InboundEvent Light(InboundEvent e) => e is InboundMessage message ? message with { Attachments = [] } : e;

    private static async Task<long> DrainAsync(Stream stream, CancellationToken ct)
    {
        await using (stream)
        {
            long size = 0;
            var buffer = new byte[65536];
            for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
            {
                size += read;
            }

            return size;
        }
    }
}

internal sealed record Stored(RawInput Raw, IReadOnlyList<InboundEvent> Events, long Size, IReadOnlyList<(string Name, long Size)> Files, long At);
