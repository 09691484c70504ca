namespace MedCrm.Connectors.Email;

/// <summary>
/// Shortens what makes reading a header slow. A header may go on for thousands of lines of nothing but blanks (RFC 5322 §4.2 allows it, nobody writes it), and the
/// parser looks back over all of them at each one: a megabyte took twelve seconds. Runs of such lines in headers, those of parts included, are cut to a few; the raw mail stays as it is.
/// </summary>
internal static class HeaderRuns
{
    private const int Longest = 64;
    private const int Buffer = 64 * 1024;

    /// <summary>The mail to parse: the spool itself, or a copy in memory where there was something to cut.</summary>
    public static Stream Open(Spool spool)
    {
        using (var mail = spool.Open())
        {
            if (!Copy(mail, to: null))
            {
                return spool.Open();
            }
        }

        var copy = new MemoryStream();
        using (var mail = spool.Open())
        {
            Copy(mail, copy);
        }

        copy.Position = 0;
        return copy;
    }

    /// <returns>Whether there was something to cut; without a copy it stops there.</returns>
    private static bool Copy(Stream mail, Stream? to)
    {
        var buffer = new byte[Buffer];
        var (kept, cut) = (0, false);
        var (run, inHeader) = (0, true);
        for (int read; (read = mail.Read(buffer, kept, buffer.Length - kept)) > 0 || kept > 0;)
        {
            var piece = buffer.AsSpan(0, kept + read);
            while (piece.Length > 0)
            {
                var end = piece.IndexOf((byte)'\n') + 1;
                if (end == 0 && read > 0 && piece.Length < buffer.Length)
                {
                    break;
                }

                // A line that fills the buffer, or is the last, is taken as it stands.
                var line = piece[..(end == 0 ? piece.Length : end)];
                var isBlank = line.TrimEnd("\r\n"u8) is [(byte)' ' or (byte)'\t', ..] filled && filled.Trim(" \t"u8).IsEmpty;
                run = isBlank ? run + 1 : 0;
                inHeader = line.StartsWith("--"u8) || (inHeader && line.TrimEnd("\r\n"u8).Length > 0);
                if (inHeader && run > Longest)
                {
                    if (to is null)
                    {
                        return true;
                    }

                    cut = true;
                }
                else
                {
                    to?.Write(line);
                }

                piece = piece[line.Length..];
            }

            kept = piece.Length;
            piece.CopyTo(buffer);
        }

        return cut;
    }
}
