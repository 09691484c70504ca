using System.Security.Cryptography;

namespace MedCrm.Connectors.Email;

/// <summary>
/// What makes a mail the same mail wherever the server keeps it: a hash over Message-ID, Date, From, Subject and body.
/// Never the Message-ID alone: broken senders give one to all their mails. A mail without a Message-ID is known by all of its bytes, the
/// Received lines included, so that a patient who writes the same two words twice is heard twice.
/// </summary>
internal static class BusinessKey
{
    private const int HeaderLimit = 1024 * 1024;
    private static readonly byte[][] Fields = ["message-id:"u8.ToArray(), "date:"u8.ToArray(), "from:"u8.ToArray(), "subject:"u8.ToArray()];

    /// <summary>The key of a whole mail, 64 hex digits.</summary>
    public static string Of(Stream mail)
    {
        var header = new byte[(int)Math.Min(HeaderLimit, mail.Length)];
        mail.ReadExactly(header);
        var end = EndOfHeader(header);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var known = AppendFields(hash, header.AsSpan(0, end));
        hash.AppendData(known ? header.AsSpan(end) : header);
        var buffer = new byte[81920];
        for (int read; (read = mail.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The key of a mail of which only the headers are known.</summary>
    public static string OfHeaders(ReadOnlySpan<byte> header, long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendFields(hash, header);
        hash.AppendData(header);
        hash.AppendData(BitConverter.GetBytes(size));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Appends the four fields as they stand, unfolded or not; their first occurrence counts.</summary>
    /// <returns>Whether there is a Message-ID.</returns>
    private static bool AppendFields(IncrementalHash hash, ReadOnlySpan<byte> header)
    {
        var known = false;
        foreach (var field in Fields)
        {
            var value = Find(header, field);
            hash.AppendData(value);
            hash.AppendData([0x1f]);
            known |= field == Fields[0] && value.Trim(" \t\r\n"u8).Length > 0;
        }

        return known;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> header, ReadOnlySpan<byte> field)
    {
        for (var start = 0; start < header.Length;)
        {
            var end = EndOfLine(header, start);
            if (end - start >= field.Length && System.Text.Ascii.EqualsIgnoreCase(header.Slice(start, field.Length), field))
            {
                while (end < header.Length && header[end] is (byte)' ' or (byte)'\t')
                {
                    end = EndOfLine(header, end);
                }

                return header[(start + field.Length)..end];
            }

            start = end;
        }

        return [];
    }

    private static int EndOfLine(ReadOnlySpan<byte> header, int start)
    {
        var length = header[start..].IndexOf((byte)'\n');
        return length < 0 ? header.Length : start + length + 1;
    }

    private static int EndOfHeader(ReadOnlySpan<byte> header)
    {
        for (var start = 0; start < header.Length;)
        {
            var end = EndOfLine(header, start);
            if (header[start..end].Trim("\r\n"u8).IsEmpty)
            {
                return start;
            }

            start = end;
        }

        return header.Length;
    }
}
