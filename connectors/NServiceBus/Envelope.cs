using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>A message of NServiceBus: headers and a body. At rest a line for each header, an empty line, the body as it came; so a person can read it, and it can be understood a second time.</summary>
internal sealed record Envelope(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public const string MediaType = "application/vnd.medcrm.nservicebus";
    public const string MessageId = "NServiceBus.MessageId";
    public const string EnclosedMessageTypes = "NServiceBus.EnclosedMessageTypes";
    public const string TimeSent = "NServiceBus.TimeSent";
    public const string CorrelationId = "NServiceBus.CorrelationId";
    public const string ReplyToAddress = "NServiceBus.ReplyToAddress";
    public const string ContentType = "NServiceBus.ContentType";
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss:ffffff 'Z'";
    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>As RabbitMQ delivers it. Where a property and a header say the same, the property counts, as for NServiceBus itself.</summary>
    public static Envelope Of(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
        {
            headers[name] = TextOf(value);
        }

        Set(MessageId, properties.MessageId, over: true);
        Set(CorrelationId, properties.CorrelationId, over: true);
        Set(ReplyToAddress, properties.ReplyTo, over: true);
        Set(EnclosedMessageTypes, properties.Type, over: false);
        Set(ContentType, properties.ContentType, over: false);

        // The client takes its buffer back.
        return new(headers, body.ToArray());

        void Set(string header, string? value, bool over)
        {
            if (!string.IsNullOrWhiteSpace(value) && (over || !headers.ContainsKey(header)))
            {
                headers[header] = value;
            }
        }
    }

    public string? Find(string header) => Headers.GetValueOrDefault(header);

    /// <summary>Full names of the .NET types it may be read as, without their assemblies; the nearest first.</summary>
    public IEnumerable<string> Types => (Find(EnclosedMessageTypes) ?? "").Split(';').Select(type => type.Split(',')[0].Trim());

    /// <summary>UTC instant at which it was sent. Null: not told, or a nonsense.</summary>
    public DateTimeOffset? SentAt =>
        DateTimeOffset.TryParseExact(Find(TimeSent), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    public static string Wire(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        foreach (var (name, value) in Headers)
        {
            bytes.Write(Utf8.GetBytes($"{Escape(name)}: {Escape(value)}\n"));
        }

        bytes.WriteByte((byte)'\n');
        bytes.Write(Body.Span);
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static Envelope Parse(ReadOnlyMemory<byte> bytes)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (bytes.Span.IndexOf((byte)'\n') is var end and > 0)
        {
            if (Utf8.GetString(bytes.Span[..end]).Split(": ", 2) is [var name, var value])
            {
                headers[Unescape(name)] = Unescape(value);
            }

            bytes = bytes[(end + 1)..];
        }

        return new(headers, bytes.Length > 0 ? bytes[1..] : bytes);
    }

    private static string Escape(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);

    private static string Unescape(string text) => Uri.UnescapeDataString(text);

    private static string TextOf(object? value) => value switch
    {
        byte[] bytes => Utf8.GetString(bytes),
        null => "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
