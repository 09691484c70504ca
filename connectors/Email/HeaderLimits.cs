namespace MedCrm.Connectors.Email;

/// <summary>
/// Shortens headers that would take the parser too long. It copies a folded header anew for each of its lines, so one of a megabyte in lines of two letters took twelve to
/// twenty seconds, during which no other mail of the mailbox was read. What goes on beyond the limits, which nobody's mail program writes, is left out of what is parsed; the raw mail stays as it is.
/// </summary>
internal static class HeaderLimits
{
    private const int LongestField = 64 * 1024;

    // Looser: what looks like the header of a part may be the text of an attachment that was sent unencoded.
    private const int LongestFieldOfPart = 256 * 1024;
    private const int LongestFoldsOfAll = 4 * 1024 * 1024;
    private const int Buffer = 64 * 1024;

    /// <summary>The mail to parse: the spool itself, or a copy in memory where there was something to leave out.</summary>
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

    /// <returns>Whether there was something to leave out; without a copy it stops there.</returns>
    private static bool Copy(Stream mail, Stream? to)
    {
        var buffer = new byte[Buffer];
        var (kept, cut) = (0, false);
        var (inHeader, limit, field, folds) = (true, LongestField, 0L, 0L);
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
                var isFold = false;
                if (line.StartsWith("--"u8))
                {
                    (inHeader, limit, field) = (true, LongestFieldOfPart, 0);
                }
                else if (inHeader)
                {
                    inHeader = line.TrimEnd("\r\n"u8).Length > 0;
                    isFold = line is [(byte)' ' or (byte)'\t', ..];
                    field = isFold ? field + line.Length : line.Length;
                    folds += isFold ? line.Length : 0;
                }

                if (isFold && (field > limit || folds > LongestFoldsOfAll))
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
