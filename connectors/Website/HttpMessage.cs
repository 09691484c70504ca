using System.Runtime.InteropServices;
using System.Text;

namespace MedCrm.Connectors.Website;

/// <summary>
/// A request as it is kept: the start line, the headers that say something about the submission, and the body untouched
/// (<c>message/http</c>, RFC 9112). One array holds it all, so that a large body is not copied to be stored or read.
/// </summary>
internal sealed class HttpMessage
{
    public const string MediaType = "message/http";
    private const string Received = "MedCrm-Received-At";
    private const string Remote = "MedCrm-Remote-Address";
    private const string Suspicious = "MedCrm-Suspicions";

    private HttpMessage(Dictionary<string, string> headers, string target, ReadOnlyMemory<byte> body)
    {
        Headers = headers;
        Target = target;
        Body = body;
    }

    private Dictionary<string, string> Headers { get; }

    /// <summary>Path and query.</summary>
    public string Target { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public string? Referrer => Headers.GetValueOrDefault("Referer");

    public string? RemoteAddress => Headers.GetValueOrDefault(Remote);

    public DateTimeOffset? ReceivedAt =>
        DateTimeOffset.TryParse(Headers.GetValueOrDefault(Received), System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : null;

    /// <summary>What could only be seen when it arrived; the body tells the rest again when it is replayed.</summary>
    public IReadOnlyList<string> Suspicions => Headers.GetValueOrDefault(Suspicious)?.Split(',') ?? [];

    public static ReadOnlyMemory<byte> Write(
        string target, string? contentType, string? referrer, string? remoteAddress, DateTimeOffset receivedAt, IReadOnlyCollection<string> suspicions, ReadOnlyMemory<byte> body)
    {
        var head = new StringBuilder().Append("POST ").Append(Line(target)).Append(" HTTP/1.1\r\n");
        Header(head, "Content-Type", contentType);
        Header(head, "Referer", referrer);
        Header(head, Remote, remoteAddress);
        Header(head, Received, receivedAt.ToString("O"));
        Header(head, Suspicious, suspicions.Count == 0 ? null : string.Join(',', suspicions));
        var start = Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
        var message = new byte[start.Length + body.Length];
        start.CopyTo(message, 0);
        body.CopyTo(message.AsMemory(start.Length));
        return message;
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and recorded requests of others.</summary>
    /// <returns>Null: not a request.</returns>
    public static HttpMessage? Parse(ReadOnlyMemory<byte> message)
    {
        var end = message.Span.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(message.Span[..end]).Split("\r\n");
        var start = lines[0].Split(' ');
        if (start.Length != 3)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return new(headers, start[1], message[(end + 4)..]);
    }

    /// <summary>A stream over memory, without a copy where the memory is an array.</summary>
    public static MemoryStream Open(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    private static void Header(StringBuilder head, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            head.Append(name).Append(": ").Append(Line(value)).Append("\r\n");
        }
    }

    private static string Line(string value) => value.ReplaceLineEndings(" ");
}
