namespace MedCrm.Connectors.Telegram;

/// <summary>Cuts a long answer into messages (Bot API, sendMessage: 4096 UTF-16 units), at a line or a word where there is one.</summary>
internal static class TextParts
{
    public const int Longest = 4096;

    // A break that is too early makes a stub of a message.
    private const int Earliest = Longest / 2;

    public static IReadOnlyList<string> Of(string text)
    {
        var parts = new List<string>();
        var rest = text.AsMemory();
        while (rest.Length > Longest)
        {
            var cut = Cut(rest.Span[..Longest]);
            Add(rest[..cut]);
            rest = rest[cut..];
        }

        Add(rest);
        return parts;

        // Telegram refuses a message of blanks, and trims the others itself.
        void Add(ReadOnlyMemory<char> part)
        {
            if (!part.Span.IsWhiteSpace())
            {
                parts.Add(part.Trim().ToString());
            }
        }
    }

    private static int Cut(ReadOnlySpan<char> window)
    {
        var line = window.LastIndexOf('\n');
        if (line >= Earliest)
        {
            return line + 1;
        }

        var word = window.LastIndexOfAny(' ', '\t', '\u00A0');
        return word >= Earliest ? word + 1 : char.IsHighSurrogate(window[^1]) ? window.Length - 1 : window.Length;
    }
}
