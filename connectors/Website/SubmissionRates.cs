using System.Collections.Concurrent;

namespace MedCrm.Connectors.Website;

/// <summary>Counts submissions per visitor and minute, in this process only: it flags, and a flag that is missed once does no harm.</summary>
internal sealed class SubmissionRates(TimeProvider clock)
{
    private const int MostVisitors = 50_000;
    private readonly ConcurrentDictionary<(string Form, string Visitor), Minute> _visitors = new();
    private long _swept;

    /// <summary>Counts one submission.</summary>
    /// <returns>True when there were more than <paramref name="perMinute"/> of them.</returns>
    public bool IsExceeded(string form, string visitor, int perMinute)
    {
        if (perMinute == 0)
        {
            return false;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref _swept, now) != now || _visitors.Count > MostVisitors)
        {
            Sweep(now);
        }

        return _visitors.AddOrUpdate((form, visitor), _ => new(now, 1), (_, seen) => seen.At == now ? new(now, seen.Count + 1) : new(now, 1)).Count > perMinute;
    }

    private void Sweep(long now)
    {
        var crowded = _visitors.Count > MostVisitors;
        foreach (var (visitor, seen) in _visitors)
        {
            if (seen.At != now || crowded)
            {
                _visitors.TryRemove(visitor, out _);
            }
        }
    }

    private sealed record Minute(long At, int Count);
}
