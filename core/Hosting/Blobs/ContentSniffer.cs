namespace MedCrm.Hosting.Blobs;

/// <summary>Tells a file's type by its first bytes, because senders are mistaken and attackers lie.</summary>
internal static class ContentSniffer
{
    public const int Head = 512;

    private static readonly (byte[] Start, string MediaType)[] Signatures =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ("GIF8"u8.ToArray(), "image/gif"),
        ("BM"u8.ToArray(), "image/bmp"),
        ("%PDF-"u8.ToArray(), "application/pdf"),
        ("OggS"u8.ToArray(), "audio/ogg"),
        ("ID3"u8.ToArray(), "audio/mpeg"),
        ("MZ"u8.ToArray(), "application/x-msdownload"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "application/x-executable"),
        ("#!"u8.ToArray(), "text/x-shellscript"),
    ];

    private static readonly string[] Zipped = ["application/vnd.openxmlformats-", "application/vnd.oasis.", "application/zip", "application/epub+zip"];

    // What a browser would run if it believed the sender.
    private static readonly byte[][] Markup = ["<!doctype"u8.ToArray(), "<html"u8.ToArray(), "<script"u8.ToArray(), "<svg"u8.ToArray(), "<?xml"u8.ToArray()];

    /// <param name="head">The first bytes.</param>
    /// <param name="declared">As the sender said.</param>
    public static string MediaTypeOf(ReadOnlySpan<byte> head, string declared)
    {
        foreach (var (start, mediaType) in Signatures)
        {
            if (head.StartsWith(start))
            {
                return mediaType;
            }
        }

        if (head.StartsWith("RIFF"u8) && head.Length >= 12)
        {
            return head[8..12].SequenceEqual("WEBP"u8) ? "image/webp" : head[8..12].SequenceEqual("WAVE"u8) ? "audio/wav" : "application/octet-stream";
        }

        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return head[8..11].SequenceEqual("hei"u8) ? "image/heic" : "video/mp4";
        }

        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            return Array.Exists(Zipped, zipped => declared.StartsWith(zipped, StringComparison.OrdinalIgnoreCase)) ? Bare(declared) : "application/zip";
        }

        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        foreach (var tag in Markup)
        {
            if (text.Length >= tag.Length && System.Text.Ascii.EqualsIgnoreCase(text[..tag.Length], tag))
            {
                return tag[1] == 's' && tag[2] == 'v' ? "image/svg+xml" : tag[1] == '?' ? "application/xml" : "text/html";
            }
        }

        // No signature, though its kind has one: it is not what it is said to be.
        var bare = Bare(declared);
        return bare is "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "application/pdf" ? "application/octet-stream" : bare;
    }

    private static string Bare(string mediaType)
    {
        var bare = mediaType.Split(';')[0].Trim().ToLowerInvariant();
        return bare.Length is > 2 and < 128 && bare.Contains('/', StringComparison.Ordinal) && bare.All(c => char.IsAsciiLetterOrDigit(c) || "/+-._".Contains(c, StringComparison.Ordinal))
            ? bare
            : "application/octet-stream";
    }
}
