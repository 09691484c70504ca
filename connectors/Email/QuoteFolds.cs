using System.Text.RegularExpressions;
using MedCrm.Contracts.Chat;

namespace MedCrm.Connectors.Email;

/// <summary>
/// Finds what of a mail's text is somebody's earlier mail, and what is its signature, so that the window may fold it; nothing is taken away.
/// It works on the plain text that people read, for mails of both kinds: <see cref="HtmlText"/> writes quotes with ">". In doubt nothing is folded:
/// a mail that was forwarded, answers between the quoted lines, a signature with a question behind it.
/// </summary>
internal static partial class QuoteFolds
{
    private const int LongestIntroLines = 4;
    private const int LongestSignatureLines = 14;
    private const int LongestLine = 1000;
    private const int MostLines = 20_000;

    /// <param name="subject">The subject line, which tells a forwarded mail.</param>
    /// <param name="text">As <see cref="MailBody"/> made it: LF alone ends a line.</param>
    /// <returns>In the order of the text, without overlaps.</returns>
    public static IReadOnlyList<Fold> Of(string subject, string text)
    {
        var lines = Lines(text);
        if (lines.Count > MostLines || ForwardedSubject().IsMatch(subject) || lines.Exists(line => Forwarded().IsMatch(line.Bare)))
        {
            return [];
        }

        var quote = Quote(lines);
        var folds = new List<Fold>();
        var own = quote is { } found ? lines.Where((_, i) => i < found.From || i >= found.To).ToList() : lines;
        if (own.TrueForAll(line => line.IsBlank))
        {
            return [];
        }

        // The signature stands at the end of what the author wrote, before the quote or behind it.
        var before = (0, quote?.From ?? 0);
        var after = (quote?.To ?? 0, lines.Count);
        foreach (var (from, to) in new[] { before, after })
        {
            var others = own.Count(line => !line.IsBlank) - Filled(lines, from, to);
            if (Signature(lines, from, to, others > 0) is { } at)
            {
                folds.Add(Range(lines, at, to, FoldKind.Signature));
            }
        }

        if (quote is { } whole)
        {
            folds.Add(Range(lines, whole.From, whole.To, FoldKind.Quote));
        }

        return [.. folds.OrderBy(fold => fold.Start)];
    }

    /// <summary>Lines of the earlier mail, with the words that introduce it. Null: there is none, or it is answered line by line.</summary>
    private static (int From, int To)? Quote(List<Line> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].IsBlank)
            {
                continue;
            }

            if (IntroEnd(lines, i) is not { } end)
            {
                if (!lines[i].IsQuoted)
                {
                    continue;
                }

                end = i;
            }

            // The author's last line may stand right before the introduction; only what belongs to it counts.
            while (i + 1 < end && IntroEnd(lines, i + 1) == end)
            {
                i++;
            }

            return Extent(lines, i, end) is { } to ? (Widened(lines, i), to) : null;
        }

        return null;
    }

    /// <summary>Where the quote ends that is introduced up to a line. Null: the author's words stand between its lines.</summary>
    private static int? Extent(List<Line> lines, int from, int introEnd)
    {
        var first = introEnd;
        while (first < lines.Count && (lines[first].IsBlank || !lines[first].IsQuoted))
        {
            if (!lines[first].IsBlank)
            {
                // Outlook and at times Mail.ru: the earlier mail follows as it was, to the end.
                return lines.Count;
            }

            first++;
        }

        var last = first;
        var runs = 0;
        for (var i = first; i < lines.Count; i++)
        {
            if (lines[i].IsQuoted && (i == first || !lines[i - 1].IsQuoted))
            {
                runs += Enumerable.Range(last, i - last).Any(n => !lines[n].IsBlank && !lines[n].IsQuoted) ? 1 : 0;
            }

            last = lines[i].IsQuoted ? i + 1 : last;
        }

        // Between two quoted lines somebody answered: what belongs together stays together.
        return runs > 0 ? null : Math.Max(last, introEnd);
    }

    /// <summary>Behind the words that introduce an earlier mail ("… написал:", a block От/Отправлено/Кому/Тема, a line of dashes with a title). Null: none begin here.</summary>
    private static int? IntroEnd(List<Line> lines, int at)
    {
        if (Original().IsMatch(lines[at].Bare))
        {
            return at + 1;
        }

        if (HeaderBlockEnd(lines, at) is { } block)
        {
            return block;
        }

        // Mail programs break the line that tells who wrote when; the address may land on the next one.
        var words = "";
        for (var i = at; i < Math.Min(lines.Count, at + LongestIntroLines) && !lines[i].IsBlank; i++)
        {
            if (i > at && lines[i].IsQuoted != lines[at].IsQuoted)
            {
                break;
            }

            words = $"{words} {lines[i].Bare}".Trim();
            if (words.Length > LongestLine)
            {
                break;
            }

            // "Пишите мне до 12:00 02.03, жалобы вот:" is no introduction: it takes an address right there, or a quote behind it.
            var isDated = HasTime().IsMatch(words) && HasDate().IsMatch(words);
            if (words.EndsWith(':') && isDated && (AddressAtEnd().IsMatch(words) || ((Wrote().IsMatch(words) || FromWhom().IsMatch(words)) && IsQuotedAfter(lines, i + 1))))
            {
                return i + 1;
            }
        }

        return null;
    }

    private static bool IsQuotedAfter(List<Line> lines, int at)
    {
        while (at < lines.Count && lines[at].IsBlank)
        {
            at++;
        }

        return at < lines.Count && lines[at].IsQuoted;
    }

    private static int? HeaderBlockEnd(List<Line> lines, int at)
    {
        if (!From().IsMatch(lines[at].Bare))
        {
            return null;
        }

        var (keys, i) = (1, at + 1);
        for (var skipped = 0; i < lines.Count && i - at < 14; i++)
        {
            if (Header().IsMatch(lines[i].Bare))
            {
                (keys, skipped) = (keys + 1, 0);
            }
            else if (lines[i].IsBlank ? keys >= 3 : ++skipped > 2)
            {
                break;
            }
        }

        return keys >= 3 ? i : null;
    }

    /// <summary>Takes in the lines that only lead over to the quote: a rule of dashes, Яндекс's "Кому:" and "Тема:".</summary>
    private static int Widened(List<Line> lines, int from)
    {
        var first = from;
        for (var i = from - 1; i >= 0 && from - i <= LongestIntroLines; i--)
        {
            if (Rule().IsMatch(lines[i].Bare) || Header().IsMatch(lines[i].Bare) || (lines[i].IsQuoted && lines[i].Bare.Length == 0))
            {
                first = i;
            }
            else if (!lines[i].IsBlank)
            {
                break;
            }
        }

        return first;
    }

    /// <summary>The first line of the signature in a part of the text. Null: none, or there is something behind it that must be read.</summary>
    private static int? Signature(List<Line> lines, int from, int to, bool mayBeAll)
    {
        for (var i = from; i < to; i++)
        {
            var isDevice = Device().IsMatch(lines[i].Bare);
            if (!isDevice && !Delimiter().IsMatch(lines[i].Text) && !Regards().IsMatch(lines[i].Bare))
            {
                continue;
            }

            if ((!mayBeAll && Filled(lines, from, i) == 0) || Filled(lines, i, to) > LongestSignatureLines)
            {
                return null;
            }

            // Nothing that must be read goes into the fold.
            return Enumerable.Range(i + 1, Math.Max(0, to - i - 1)).Any(n => Worthy().IsMatch(lines[n].Bare)) ? null : i;
        }

        return null;
    }

    private static int Filled(List<Line> lines, int from, int to) => lines.Take(to).Skip(from).Count(line => !line.IsBlank);

    private static Fold Range(List<Line> lines, int from, int to, FoldKind kind)
    {
        while (to > from && lines[to - 1].IsBlank)
        {
            to--;
        }

        var last = lines[to - 1];
        return new Fold(lines[from].Start, last.Start + last.Text.Length - lines[from].Start, kind);
    }

    private static List<Line> Lines(string text)
    {
        var lines = new List<Line>();
        var start = 0;
        foreach (var line in text.Split('\n'))
        {
            lines.Add(new Line(start, line));
            start += line.Length + 1;
        }

        return lines;
    }

    private readonly record struct Line(int Start, string Text)
    {
        public bool IsQuoted { get; } = Text.AsSpan().TrimStart() is ['>', ..];

        /// <summary>Without ">", stars of bold type and spaces around; very long lines are no mail program's words.</summary>
        public string Bare { get; } = Text.Length > LongestLine ? "" : Text.Trim(' ', '\t', '>', '*', '\u00a0');

        public bool IsBlank => Bare.Length == 0 && Text.Length <= LongestLine && !IsQuoted;
    }

    [GeneratedRegex(@"^\s*(fwd?|fw|wg|tr|пересл(ано|анное)?|перес|перенаправлено|пересылаемое сообщение)\s*(\[\d+\])?\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex ForwardedSubject();

    [GeneratedRegex(@"^-{2,}\s*(пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|forwarded message)\s*-{2,}|^(начало (переадресованного|пересылаемого|пересланного) сообщения|begin forwarded message)\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Forwarded();

    [GeneratedRegex(@"^-{2,}\s*(исходное сообщение|первоначальное сообщение|оригинальное сообщение|original message)\s*-{2,}$", RegexOptions.IgnoreCase)]
    private static partial Regex Original();

    [GeneratedRegex(@"(написал(\(а\)|а|и)?|пишет|wrote)\s*:$", RegexOptions.IgnoreCase)]
    private static partial Regex Wrote();

    [GeneratedRegex(@"\b\d{1,2}:\d{2}\b")]
    private static partial Regex HasTime();

    [GeneratedRegex(@"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.?\s+(янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+\d{1,2}\b", RegexOptions.IgnoreCase)]
    private static partial Regex HasDate();

    [GeneratedRegex(@"[^\s<>@]@[^\s<>@]+>?\)?\s*((написал(\(а\)|а|и)?|пишет|wrote)\s*)?:$", RegexOptions.IgnoreCase)]
    private static partial Regex AddressAtEnd();

    [GeneratedRegex(@"[+-]\d{2}:\d{2}\s+от\s+\S", RegexOptions.IgnoreCase)]
    private static partial Regex FromWhom();

    [GeneratedRegex(@"^(от|from)\s*:\*?\s*\S", RegexOptions.IgnoreCase)]
    private static partial Regex From();

    [GeneratedRegex(@"^(от|кому|копия|тема|дата|отправлено|важность|from|to|cc|subject|date|sent|importance)\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex(@"^[-_—=]{3,}$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"^--\s*$|^—\s*$|^_{5,}$")]
    private static partial Regex Delimiter();

    [GeneratedRegex(@"^(с (наилучшими |большим |искренним |глубоким )?(уважением|пожеланиями|благодарностью|любовью)|всего (доброго|хорошего|наилучшего)|(best|kind|warm) regards|regards|sincerely)\b[^?]{0,80}$", RegexOptions.IgnoreCase)]
    private static partial Regex Regards();

    [GeneratedRegex(@"^(-{1,2}\s*)?(отправлено (с|из)\s[^?]{0,60}(iphone|ipad|android|mail|почт|outlook|яндекс|samsung|galaxy|xiaomi|redmi|huawei|honor|устройств|приложени|телефон|смартфон|планшет)[^?]{0,40}|получить outlook для\s.{0,40}|sent from\s.{0,60}|get outlook for\s.{0,40})$", RegexOptions.IgnoreCase)]
    private static partial Regex Device();

    [GeneratedRegex(@"\?|^(p\.?\s?s|з\.?\s?ы|пс)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Worthy();
}
