using MedCrm.Contracts.Requests;

namespace MedCrm.Requests.Notices;

/// <summary>Reads «да», «не приду» and the like in an answer to a question of ours. Only what is said plainly counts; everything else is for a person.</summary>
internal static class AnswerWords
{
    /// <summary>Who writes more than this has more to say than yes or no.</summary>
    private const int MostWords = 8;

    private static readonly HashSet<string> Yes =
    [
        "да", "ага", "угу", "дада", "ок", "окей", "оке", "ok", "okay", "yes", "хорошо", "конечно", "обязательно", "подтверждаю", "подтверждаем", "подтвердить", "подтверждено", "приду", "придем", "прийду", "буду", "будем", "приедем", "приеду",
        "согласен", "согласна", "согласны", "верно", "непременно", "+", "1", "👍", "✅", "👌",
    ];

    private static readonly HashSet<string> No =
    [
        "нет", "no", "неа", "отмена", "отмените", "отменить", "отменяю", "отменяем", "отмени", "отказываюсь", "отказ", "-", "2", "👎", "❌",
    ];

    /// <summary>After «не» they are a refusal: «не приду», «не смогу прийти».</summary>
    private static readonly HashSet<string> Refused =
        ["приду", "придем", "прийду", "буду", "будем", "приеду", "приедем", "смогу", "сможем", "получится", "могу", "можем", "согласен", "согласна", "подтверждаю", "надо", "нужно", "получается"];

    /// <summary>They say neither and take nothing back.</summary>
    private static readonly HashSet<string> Neutral =
    [
        "спасибо", "большое", "благодарю", "здравствуйте", "добрый", "день", "вечер", "утро", "доброе", "пожалуйста", "визит", "запись", "прием", "мой", "мою", "мы", "я", "на", "к", "вам", "все", "всё", "в", "силе", "силу", "точно",
        "прийти", "подойти", "приехать", "завтра", "сегодня", "извините", "простите", "увы", "сожалению", "наш", "нашу", "свою", "вовремя", "там", "ну",
    ];

    /// <summary>Words that make an answer a question or a wish: a person must read it.</summary>
    private static readonly HashSet<string> Doubt =
        ["но", "а", "если", "перенести", "перенесите", "перенос", "другое", "другой", "время", "можно", "когда", "сколько", "где", "опоздаю", "опаздываю", "позже", "раньше", "или", "возможно", "наверное", "наверно", "постараюсь", "попробую", "думаю", "врач", "?"];

    public static NoticeAnswer Read(string? text)
    {
        var words = Words(text);
        if (words.Count is 0 or > MostWords || words.Exists(Doubt.Contains))
        {
            return NoticeAnswer.Other;
        }

        var (yes, no) = (0, 0);
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word == "не" && i + 1 < words.Count && Refused.Contains(words[i + 1]))
            {
                no++;
                i++;
            }
            else if (Yes.Contains(word))
            {
                yes++;
            }
            else if (No.Contains(word))
            {
                no++;
            }
            else if (!Neutral.Contains(word))
            {
                return NoticeAnswer.Other;
            }
        }

        // «Да, отмените» is no confirmation; which of the two it is, a person will see.
        return (yes, no) switch
        {
            ( > 0, 0) => NoticeAnswer.Yes,
            (0, > 0) => NoticeAnswer.No,
            _ => NoticeAnswer.Other,
        };
    }

    /// <summary>What stands before a quoted mail, or below a quote that begins the message, as messengers and some mail programs put it; in words without case, ё and punctuation. A question mark is a word.</summary>
    private static List<string> Words(string? text)
    {
        var words = new List<string>();
        foreach (var line in (text ?? "").Split('\n').Select(line => line.Trim()).SkipWhile(line => line.Length == 0 || line.StartsWith('>')).TakeWhile(line => !IsQuote(line)))
        {
            foreach (var token in line.ToLowerInvariant().Replace('ё', 'е').Replace("?", " ? ", StringComparison.Ordinal).Split([' ', '\t', ',', '.', '!', ';', ':', '(', ')', '"', '«', '»', '\u00a0', '—'], StringSplitOptions.RemoveEmptyEntries))
            {
                words.Add(token);
            }
        }

        return words;
    }

    private static bool IsQuote(string line) => line.Length == 0 || line.StartsWith('>') || line.StartsWith("--", StringComparison.Ordinal) || line.EndsWith("пишет:", StringComparison.OrdinalIgnoreCase) || line.EndsWith("wrote:", StringComparison.OrdinalIgnoreCase);
}
