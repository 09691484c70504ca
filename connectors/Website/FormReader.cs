using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace MedCrm.Connectors.Website;

/// <summary>Reads a body in whatever notation a site sends it. Never throws for what a site sent: it says why it could not read it.</summary>
internal static partial class FormReader
{
    private const int DeepestJson = 32;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Cyrillic = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    public static async Task<FormReading> ReadAsync(string? contentType, ReadOnlyMemory<byte> body, int maxFields, CancellationToken ct)
    {
        try
        {
            var fields = new Fields(maxFields);
            var media = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed : null;
            switch (Notation(media, body.Span))
            {
                case "json":
                    ReadJson(Utf8(body, media), fields);
                    break;
                case "urlencoded":
                    ReadUrlEncoded(body.Span, Charset(media), fields);
                    break;
                case "multipart":
                    return await ReadMultipartAsync(media!, body, fields, ct);
                default:
                    return FormReading.Unreadable("unsupported-media-type");
            }

            return new(new(fields.Items, []), null);
        }
        catch (TooManyFieldsException)
        {
            return FormReading.Unreadable("too-many-fields");
        }
        catch (JsonException)
        {
            return FormReading.Unreadable("broken-json");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return FormReading.Unreadable("broken-multipart");
        }
    }

    // What is declared counts, except where senders are known to declare nonsense: the webhook of Contact Form 7 and
    // navigator.sendBeacon call their JSON text/plain, and some send no type at all.
    private static string? Notation(MediaTypeHeaderValue? media, ReadOnlySpan<byte> body)
    {
        var type = media?.MediaType.Value?.ToLowerInvariant();
        if (type == "application/x-www-form-urlencoded")
        {
            return "urlencoded";
        }

        if (type == "multipart/form-data")
        {
            return "multipart";
        }

        if (type is "application/json" or "text/json" || type?.EndsWith("+json", StringComparison.Ordinal) == true)
        {
            return "json";
        }

        var start = body.TrimStart("\uFEFF \t\r\n"u8);
        return type is null or "text/plain" or "application/octet-stream"
            ? start.StartsWith("{"u8) ? "json" : type is null && start.Contains((byte)'=') ? "urlencoded" : null
            : null;
    }

    private static Encoding? Charset(MediaTypeHeaderValue? media)
    {
        var name = media?.Charset.Value?.Trim('"');
        if (string.IsNullOrEmpty(name) || name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // UTF-8 whenever it is UTF-8, for old Russian sites declare one and send the other.
    private static string Decode(ReadOnlySpan<byte> bytes, Encoding? declared)
    {
        if (declared is { IsSingleByte: false } and not UTF8Encoding)
        {
            return declared.GetString(bytes);
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return (declared ?? Cyrillic).GetString(bytes);
        }
    }

    private static ReadOnlyMemory<byte> Utf8(ReadOnlyMemory<byte> body, MediaTypeHeaderValue? media)
    {
        var span = body.Span;
        if (span.StartsWith("\uFEFF"u8))
        {
            return body[3..];
        }

        return System.Text.Unicode.Utf8.IsValid(span) && Charset(media) is null or { IsSingleByte: true }
            ? body
            : Encoding.UTF8.GetBytes(Decode(span, Charset(media)).TrimStart('\uFEFF'));
    }

    private static void ReadJson(ReadOnlyMemory<byte> json, Fields fields)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = DeepestJson,
        });
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            throw new JsonException("A form is an object.");
        }

        ReadValue(ref reader, "", fields);
        if (reader.Read())
        {
            throw new JsonException("More than one value.");
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, string path, Fields fields)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Text(ref reader);
                reader.Read();
                ReadValue(ref reader, path.Length == 0 ? name : $"{path}.{name}", fields);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            // The ticked boxes of a group become one field.
            var ticked = new List<string>();
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    ReadValue(ref reader, path.Length == 0 ? $"{i}" : $"{path}.{i}", fields);
                }
                else
                {
                    ticked.Add(Text(ref reader));
                }
            }

            if (ticked.Count > 0)
            {
                fields.Add(path, string.Join(", ", ticked));
            }
        }
        else
        {
            fields.Add(path, Text(ref reader));
        }
    }

    // Numbers as they were written: the ClientID of Metrika exceeds what a double holds.
    private static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return reader.TokenType == JsonTokenType.Null ? "" : Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half an emoji, cut by a script that counts UTF-16 units.
            var whole = HalfSurrogate().Replace(Encoding.UTF8.GetString(reader.ValueSpan), @"\uFFFD");
            return JsonSerializer.Deserialize<string>($"\"{whole}\"") ?? "";
        }
    }

    private static void ReadUrlEncoded(ReadOnlySpan<byte> body, Encoding? declared, Fields fields)
    {
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var equals = pair.IndexOf((byte)'=');
            fields.Add(Unescape(equals < 0 ? pair : pair[..equals], declared), equals < 0 ? "" : Unescape(pair[(equals + 1)..], declared));
        }
    }

    private static string Unescape(ReadOnlySpan<byte> escaped, Encoding? declared)
    {
        var bytes = new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '%' && i + 2 < escaped.Length && char.IsAsciiHexDigit((char)escaped[i + 1]) && char.IsAsciiHexDigit((char)escaped[i + 2]))
            {
                bytes[length++] = (byte)((Hex(escaped[i + 1]) << 4) | Hex(escaped[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = escaped[i] == '+' ? (byte)' ' : escaped[i];
            }
        }

        return Decode(bytes.AsSpan(0, length), declared);
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static async Task<FormReading> ReadMultipartAsync(MediaTypeHeaderValue media, ReadOnlyMemory<byte> body, Fields fields, CancellationToken ct)
    {
        var boundary = HeaderUtilities.RemoveQuotes(media.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
        {
            return FormReading.Unreadable("broken-multipart");
        }

        var files = new List<SubmittedFile>();
        using var stream = HttpMessage.Open(body);
        var reader = new MultipartReader(boundary, stream);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            var start = (int)section.BaseStreamOffset!.Value;
            var length = await LengthAsync(section.Body, ct);
            var content = body.Slice(start, length);
            var disposition = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var parsed) ? parsed : null;
            var name = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).Value ?? "";
            var fileName = Latin1AsUtf8((disposition?.FileNameStar ?? default) is { Length: > 0 } star ? star.Value : HeaderUtilities.RemoveQuotes(disposition?.FileName ?? default).Value);
            if (fileName is null)
            {
                fields.Add(name, Decode(content.Span, Charset(MediaTypeHeaderValue.TryParse(section.ContentType, out var type) ? type : null)));
            }
            else if (fileName.Length > 0 || length > 0)
            {
                fields.Count();
                files.Add(new(name, fileName.Length > 0 ? fileName : "file", section.ContentType ?? "application/octet-stream", content));
            }
        }

        return new(new(fields.Items, files), null);
    }

    private static async Task<int> LengthAsync(Stream section, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        int read;
        while ((read = await section.ReadAsync(buffer, ct)) > 0)
        {
            length += read;
        }

        return length;
    }

    private static string? Latin1AsUtf8(string? text) =>
        text is not null && text.Any(c => c > 0x7F) && text.All(c => c <= 0xFF) ? Decode(Encoding.Latin1.GetBytes(text), null) : text;

    /// <summary>Without NUL and other control characters, with one kind of line end, and with whole characters only.</summary>
    private static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001F') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\u007F'))
        {
            return text.Trim();
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune))
            {
                clean.Append(rune);
            }
        }

        return clean.ToString().Trim();
    }

    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}")]
    private static partial Regex HalfSurrogate();

    private sealed class TooManyFieldsException : Exception;

    private sealed class Fields(int max)
    {
        private const int LongestName = 200;
        private int _count;

        public List<SubmittedField> Items { get; } = [];

        public void Count()
        {
            if (++_count > max)
            {
                throw new TooManyFieldsException();
            }
        }

        public void Add(string name, string value)
        {
            Count();
            var clean = Clean(name);
            Items.Add(new(clean.Length > LongestName ? clean[..LongestName] : clean, Clean(value)));
        }
    }
}
