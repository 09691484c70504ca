using System.Collections.Concurrent;

namespace MedCrm.Connectors.Sdk;

/// <summary>Counts what arrives per sender and minute, in this process only: it flags, and a flag that is missed once does no harm.</summary>
public sealed class ArrivalRates(TimeProvider clock)
{
    private const int MostSenders = 50_000;
    private readonly ConcurrentDictionary<(string Door, string Sender), Minute> _senders = new();
    private long _swept;

    /// <summary>Counts one arrival.</summary>
    /// <param name="door">What is counted apart: a form, a chat.</param>
    /// <param name="sender">An address or telephone.</param>
    /// <param name="perMinute">0: not counted.</param>
    /// <returns>True when there were more than <paramref name="perMinute"/> of them within this minute.</returns>
    public bool IsExceeded(string door, string sender, int perMinute)
    {
        if (perMinute == 0)
        {
            return false;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref _swept, now) != now || _senders.Count > MostSenders)
        {
            Sweep(now);
        }

        return _senders.AddOrUpdate((door, sender), _ => new(now, 1), (_, seen) => seen.At == now ? new(now, seen.Count + 1) : new(now, 1)).Count > perMinute;
    }

    private void Sweep(long now)
    {
        var crowded = _senders.Count > MostSenders;
        foreach (var (sender, seen) in _senders)
        {
            if (seen.At != now || crowded)
            {
                _senders.TryRemove(sender, out _);
            }
        }
    }

    private sealed record Minute(long At, int Count);
}
