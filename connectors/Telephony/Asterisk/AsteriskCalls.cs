using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>All calls of an exchange that are under way or have just ended. Survives a cut line; used by one reader at a time.</summary>
internal sealed class AsteriskCalls(string channel, AsteriskNames names, TimeSpan grace, TimeProvider clock)
{
    /// <summary>What belongs together in an instant (ten telephones that begin to ring) is told together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40);

    // Late words about an ended call must find it, or they would look like a new one.
    private static readonly TimeSpan KeepClosed = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepSilent = TimeSpan.FromHours(12);
    private const int MostCalls = 20_000;

    private readonly Dictionary<string, AsteriskCall> _calls = [];
    private readonly Dictionary<AsteriskCall, DateTimeOffset> _touched = [];
    private DateTimeOffset _tidiedAt;

    /// <summary>Calls whose end is awaited.</summary>
    public IEnumerable<AsteriskCall> Open => _calls.Values.Where(call => !call.Closed);

    public bool Knows(string linkedId) => _calls.ContainsKey(linkedId);

    /// <summary>To which call an event belongs. Null: to none.</summary>
    public static string? CallOf(AmiMessage message) =>
        message["Linkedid"] ?? message["DestLinkedid"] ?? message["TransfererLinkedid"] ?? message["OrigTransfererLinkedid"]
        ?? (message.Event == "OriginateResponse" && message["ActionID"] is { } id && id.StartsWith(AsteriskNames.Ours, StringComparison.Ordinal) ? id : null);

    public void Take(AmiMessage message)
    {
        if (CallOf(message) is not { Length: <= 150 } id)
        {
            return;
        }

        if (!_calls.TryGetValue(id, out var call))
        {
            if (_calls.Count >= MostCalls)
            {
                return;
            }

            _calls[id] = call = new AsteriskCall(id, names);
        }

        var now = clock.GetUtcNow();
        call.Take(message, now);
        _touched.TryAdd(call, now);
    }

    /// <summary>Looks at calls again though nothing was said of them.</summary>
    public void Touch(AsteriskCall call) => _touched.TryAdd(call, clock.GetUtcNow());

    /// <summary>Calls with something to tell now, and how long to wait for the next. Null: until something is said.</summary>
    public (IReadOnlyList<(AsteriskCall Call, InboundCall News)> News, TimeSpan? Next) Due()
    {
        var now = clock.GetUtcNow();
        Tidy(now);
        var due = new List<(AsteriskCall, InboundCall)>();
        TimeSpan? next = null;
        foreach (var (call, since) in _touched.ToArray())
        {
            if (since + Gathering - now is { Ticks: > 0 } gathering)
            {
                next = next < gathering ? next : gathering;
                continue;
            }

            var quiet = call.HeardAt + grace - now;
            if (call.IsOver && quiet > TimeSpan.Zero)
            {
                // Told once, as ended, rather than twice.
                next = next < quiet ? next : quiet;
            }
            else if (call.News(channel, call.IsOver) is { } news)
            {
                due.Add((call, news));
            }
            else
            {
                _touched.Remove(call);
            }
        }

        return (due, next);
    }

    /// <summary>The news was stored.</summary>
    public void Told(AsteriskCall call, InboundCall news)
    {
        call.Told(news);
        _touched.Remove(call);
    }

    private void Tidy(DateTimeOffset now)
    {
        if (now - _tidiedAt < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _tidiedAt = now;
        foreach (var (id, call) in _calls.Where(pair => now - pair.Value.HeardAt > (pair.Value.Closed ? KeepClosed : KeepSilent)).ToArray())
        {
            _calls.Remove(id);
            _touched.Remove(call);
        }
    }
}
