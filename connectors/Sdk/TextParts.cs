namespace MedCrm.Connectors.Sdk;

/// <summary>Cuts a long answer into messages, at a line or a word where there is one, never inside a letter.</summary>
public static class TextParts
{
    /// <summary>The parts in their order, without the blanks around each. Empty: the text is blank.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="longest">What the channel takes in one message, in UTF-16 units.</param>
    public static IReadOnlyList<string> Of(string text, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 2);
        var parts = new List<string>();
        var rest = text.AsMemory();
        while (rest.Length > longest)
        {
            var cut = Cut(rest.Span[..longest]);
            Add(rest[..cut]);
            rest = rest[cut..];
        }

        Add(rest);
        return parts;

        // Messengers refuse a message of blanks, and trim the others themselves.
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
        // A break that is too early makes a stub of a message.
        var earliest = window.Length / 2;
        var line = window.LastIndexOf('\n');
        if (line >= earliest)
        {
            return line + 1;
        }

        var word = window.LastIndexOfAny(' ', '\t', '\u00A0');
        return word >= earliest ? word + 1 : char.IsHighSurrogate(window[^1]) ? window.Length - 1 : window.Length;
    }
}
