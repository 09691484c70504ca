using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Utils;

namespace MedCrm.Connectors.Email;

/// <summary>Reads Russian text whose charset is missing or wrong: strict UTF-8 first, then the single-byte charset in which the letters look most like Russian.</summary>
internal static partial class Charsets
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding[] Cyrillic;
    private static readonly Encoding Western;

    /// <summary>Natural logarithms of how often a letter stands in Russian text; Ukrainian and Belarusian letters are rare, not impossible.</summary>
    private static readonly FrozenDictionary<char, double> Letters = Frequencies();

    static Charsets()
    {
        Register();
        Cyrillic = [Encoding.GetEncoding(1251), Encoding.GetEncoding("koi8-r"), Encoding.GetEncoding(866)];
        Western = Encoding.GetEncoding(1252);
    }

    /// <summary>Must run before the first use of MimeKit, which remembers for ever that a charset is unknown.</summary>
    public static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Decodes bytes whose declared charset may lie.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="declared">As declared. Null: not declared.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? declared)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
            declared = "utf-8";
        }

        var named = Named(declared);
        if (named is not null && (!named.IsSingleByte && named is not UTF8Encoding))
        {
            return named.GetString(bytes); // ISO-2022-JP, GB 18030, UTF-16: nobody declares these by accident
        }

        if (!bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        if (TryUtf8(bytes, declaredUtf8: named is UTF8Encoding) is { } text)
        {
            return text;
        }

        return Guess(bytes, named).GetString(bytes);
    }

    /// <summary>A header value as bytes that MimeKit understands for certain: undeclared 8-bit bytes become UTF-8, and each encoded word is read with the charset it really has.</summary>
    public static byte[] RepairHeader(byte[] raw)
    {
        // The library's time grows with the square of words that are torn: 128 KiB of them took seven seconds.
        const int longest = 16 * 1024;
        var value = raw.AsSpan(0, Math.Min(raw.Length, longest));
        var text = Decode(value, null).Replace("\0", "", StringComparison.Ordinal);
        if (text.Contains("=?", StringComparison.Ordinal))
        {
            text = EncodedWords().Replace(text, Repair);
        }

        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>A header value decoded for people, on one line.</summary>
    public static string Header(Header? header) =>
        header is null ? "" : OneLine(Rfc2047.DecodeText(RepairHeader(header.RawValue)));

    /// <summary>The first of the headers of this kind, decoded for people. Empty: there is none.</summary>
    public static string Header(HeaderList headers, HeaderId id) => Header(headers.FirstOrDefault(header => header.Id == id));

    /// <summary>The first of the headers of this name, decoded for people. Empty: there is none.</summary>
    public static string Header(HeaderList headers, string field) => Header(headers.FirstOrDefault(header => header.Field.Equals(field, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Without line breaks and control characters, spaces collapsed.</summary>
    public static string OneLine(string text) => Spaces().Replace(text, " ").Trim();

    /// <summary>The encoding behind a declared name. Null: none or unknown.</summary>
    private static Encoding? Named(string? declared)
    {
        if (string.IsNullOrWhiteSpace(declared))
        {
            return null;
        }

        var name = declared.Trim().Trim('"', '\'').ToLowerInvariant();
        try
        {
            var encoding = name is "utf8" ? StrictUtf8
                : CodePage().Match(name) is { Success: true } page ? Encoding.GetEncoding(int.Parse(page.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                : Encoding.GetEncoding(name);
            return encoding.CodePage == Encoding.UTF8.CodePage ? StrictUtf8 : encoding;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? TryUtf8(ReadOnlySpan<byte> bytes, bool declaredUtf8)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // A truncated or slightly damaged UTF-8 text is still UTF-8; in other charsets nearly nothing decodes.
            var lossy = Encoding.UTF8.GetString(bytes);
            int lost = 0, good = 0;
            foreach (var c in lossy)
            {
                lost += c == '\uFFFD' ? 1 : 0;
                good += c is > '\u007f' and not '\uFFFD' ? 1 : 0;
            }

            return good > lost * (declaredUtf8 ? 4 : 9) ? lossy : null;
        }
    }

    private static Encoding Guess(ReadOnlySpan<byte> bytes, Encoding? named)
    {
        var sample = bytes[..Math.Min(bytes.Length, 64 * 1024)];
        var declaresNothing = named is null or UTF8Encoding || named.CodePage is 20127 or 28591 or 28605 or 1252;
        if (!declaresNothing && !IsCyrillic(named!))
        {
            return named!;
        }

        var best = named is not null && IsCyrillic(named) ? named : null;
        var bestScore = best is null ? double.NegativeInfinity : Score(best.GetString(sample)) + 0.2; // the declared one wins a draw
        foreach (var candidate in Cyrillic)
        {
            var score = Score(candidate.GetString(sample));
            if (score > bestScore)
            {
                (best, bestScore) = (candidate, score);
            }
        }

        // "café", "Grüße": letters of both halves within one word are a western text.
        return declaresNothing && MixesHalves(sample) ? Western : best!;
    }

    private static bool IsCyrillic(Encoding encoding) => encoding.CodePage is 1251 or 20866 or 21866 or 866 or 28595 or 10007;

    /// <summary>The average likelihood of the letters beyond ASCII; a capital after a small letter counts against it, which is how KOI8-R read as 1251 shows.</summary>
    private static double Score(string text)
    {
        double sum = 0;
        var count = 0;
        var previous = ' ';
        foreach (var c in text)
        {
            if (c > '\u007f')
            {
                count++;
                sum += Letters.TryGetValue(char.ToLowerInvariant(c), out var likelihood) ? likelihood : c is '«' or '»' or '—' or '–' or '№' or '\u00a0' or '“' or '”' or '…' ? -5 : -12;
                sum -= char.IsUpper(c) && char.IsLower(previous) ? 5 : 0;
            }

            previous = c;
        }

        return count == 0 ? double.NegativeInfinity : sum / count;
    }

    private static bool MixesHalves(ReadOnlySpan<byte> bytes)
    {
        int mixed = 0, pure = 0, high = 0, low = 0;
        for (var i = 0; i <= bytes.Length; i++)
        {
            var b = i < bytes.Length ? bytes[i] : (byte)' ';
            if (b >= 0x80)
            {
                high++;
            }
            else if (char.IsAsciiLetter((char)b))
            {
                low++;
            }
            else
            {
                mixed += high > 0 && low > 0 ? 1 : 0;
                pure += high > 1 && low == 0 ? 1 : 0;
                (high, low) = (0, 0);
            }
        }

        return mixed > pure;
    }

    private static string Repair(Match run)
    {
        // One character may be torn between two neighbouring words: join what has the same charset, then decode.
        var result = new StringBuilder();
        var bytes = new List<byte>();
        string? charset = null;
        foreach (Match word in EncodedWord().Matches(run.Value))
        {
            var its = word.Groups[1].Value.Split('*')[0];
            if (charset is not null && !its.Equals(charset, StringComparison.OrdinalIgnoreCase))
            {
                Flush();
            }

            charset = its;
            bytes.AddRange(word.Groups[2].Value is "B" or "b" ? Base64(word.Groups[3].Value) : QuotedPrintable(word.Groups[3].Value));
        }

        Flush();
        return result.ToString();

        void Flush()
        {
            if (bytes.Count > 0)
            {
                var text = Decode(CollectionsMarshal.AsSpan(bytes), charset);
                result.Append(result.Length == 0 ? "" : " ").Append("=?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))).Append("?=");
                bytes.Clear();
            }
        }
    }

    private static byte[] Base64(string text) => Run(new Base64Decoder(), text);

    private static byte[] QuotedPrintable(string text) => Run(new QuotedPrintableDecoder(rfc2047: true), text);

    private static byte[] Run(IMimeDecoder decoder, string text)
    {
        var input = Encoding.Latin1.GetBytes(text);
        var output = new byte[decoder.EstimateOutputLength(input.Length)];
        var length = decoder.Decode(input, 0, input.Length, output);
        return output[..length];
    }

    private static FrozenDictionary<char, double> Frequencies()
    {
        const string order = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";
        double[] perThousand = [109.8, 84.8, 80, 73.7, 67, 63.2, 54.7, 47.5, 45.3, 43.4, 34.9, 32, 29.8, 28, 26, 20, 19, 17.4, 16.9, 16.4, 15.9, 14.5, 12, 9.7, 9.4, 7.2, 6.4, 4.9, 3.6, 3.3, 2.7, 0.4, 0.4];
        var letters = order.Zip(perThousand).ToDictionary(x => x.First, x => Math.Log(x.Second / 1000));
        foreach (var neighbour in "іїєґў")
        {
            letters[neighbour] = -6;
        }

        return letters.ToFrozenDictionary();
    }

    [GeneratedRegex(@"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=(?:\s*=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)*", RegexOptions.None, 2000)]
    private static partial Regex EncodedWords();

    [GeneratedRegex(@"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=", RegexOptions.None, 2000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"^(?:x-)?(?:cp|windows|win|ibm)[-_]?(\d{3,5})$")]
    private static partial Regex CodePage();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Spaces();
}
