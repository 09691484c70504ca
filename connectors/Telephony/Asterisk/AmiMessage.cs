using System.Globalization;
using System.Text;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>One block of the Asterisk Manager Interface: a response or an event.</summary>
internal sealed class AmiMessage
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>As it came, without carriage returns.</summary>
    public required string Raw { get; init; }

    /// <summary>The first value of a header. Null: absent, empty, or the exchange's word for "nothing".</summary>
    public string? this[string name] => _fields.TryGetValue(name, out var value) && value is not ("" or "<unknown>") ? value : null;

    public string? Event => this["Event"];

    /// <summary>An event may carry a Response of its own (OriginateResponse), so the event comes first.</summary>
    public bool IsResponse => Event is null && this["Response"] is not null;

    /// <summary>When the exchange says it happened (timestampevents=yes in manager.conf). Null: it does not say.</summary>
    public DateTimeOffset? Timestamp =>
        decimal.TryParse(this["Timestamp"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;

    /// <summary>Reads the lines of a block. A line without a colon (the greeting, a broken line) is passed over.</summary>
    public static AmiMessage Parse(ReadOnlySpan<byte> block)
    {
        // Bytes that are not UTF-8 become question marks: a broken name must not cost the call.
        var message = new AmiMessage { Raw = Encoding.UTF8.GetString(block) };
        foreach (var line in message.Raw.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                message._fields.TryAdd(line[..colon].Trim().ToString(), line[(colon + 1)..].Trim().ToString());
            }
        }

        return message;
    }

    /// <summary>An event made of facts from elsewhere: a stored call record, a snapshot.</summary>
    public static AmiMessage Of(params (string Name, string? Value)[] fields)
    {
        var raw = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            raw.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }

        return Parse(Encoding.UTF8.GetBytes(raw.ToString()));
    }
}
