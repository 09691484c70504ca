namespace MedCrm.Patients.Slots;

/// <summary>What patients and managers call doctors. A word means every specialty of the MIS whose own name begins with one of the same stems.</summary>
internal static class SpecialtyWords
{
    // The first stems are how a MIS writes the specialty, all stems are how people say it. A trailing dot: the whole word and its cases only.
    private static readonly string[][] Meanings =
    [
        ["терапевт", "терапи", "участков", "общей практики"],
        ["оториноларинголог", "отоларинголог", "лор.", "лора.", "лору.", "лором.", "лоре.", "лоры.", "лоров.", "лор-врач", "отоларин", "оторинола", "ухо", "уха.", "ушной", "ушному", "горло", "горла.", "ухогорлонос", "нос.", "носа."],
        ["кардиолог", "кардиол", "сердц", "сердеч"],
        ["педиатр", "педиат", "детский", "детскому", "детского", "детским", "детск"],
        ["стоматолог", "стоматол", "зубн", "зуб.", "зубы.", "зубу.", "зуба.", "зубов.", "зубник", "дантист"],
        ["невролог", "неврол", "невропатолог"],
        ["гинеколог", "гинекол", "акушер", "женскому", "женский", "женского"],
        ["уролог", "урол", "мужскому", "мужской"],
        ["офтальмолог", "офтальм", "окулист", "глазн", "глаз.", "глаза.", "глазу.", "зрение", "зрения"],
        ["дерматолог", "дермато", "дерматовен", "кожн", "кожник"],
        ["хирург", "хирур"],
        ["травматолог", "травмато", "ортопед"],
        ["эндокринолог", "эндокрин", "щитовид"],
        ["гастроэнтеролог", "гастро", "желуд"],
        ["ультразвук", "узи.", "узист", "узд."],
        ["психотерапевт", "психотерап"],
        ["психолог"],
        ["психиатр"],
        ["аллерголог", "аллерго"],
        ["пульмонолог", "пульмо"],
        ["ревматолог", "ревмато"],
        ["онколог", "онкол"],
        ["маммолог", "маммол"],
        ["проктолог", "прокто", "колопрокто"],
        ["нефролог", "нефрол"],
        ["массаж", "массажист"],
        ["логопед"],
        ["физиотерапевт", "физиотерап"],
        ["косметолог", "космето"],
    ];

    private const int ShortestTypo = 7;

    /// <summary>Specialties of the MIS that a word (or two, joined by a blank) means. Empty: none.</summary>
    public static IReadOnlyList<string> Find(string words, IReadOnlyList<(string Id, string Name)> specialties)
    {
        var meanings = Meanings.Where(stems => stems.Any(stem => Says(words, stem))).ToList();
        if (meanings.Count == 0 && words.Length >= ShortestTypo)
        {
            meanings = [.. Meanings.Where(stems => Near(words, stems[0]))];
        }

        var found = specialties.Where(specialty => meanings.Any(stems => stems.Any(stem => Says(specialty.Name, stem)))).Select(specialty => specialty.Id).ToList();
        // A specialty that nobody taught us is found by its own name.
        return found.Count > 0 ? found : [.. specialties.Where(specialty => words.Length > 5 && Stem(specialty.Name) is { Length: > 4 } stem && words.StartsWith(stem, StringComparison.Ordinal)).Select(specialty => specialty.Id)];
    }

    private static bool Says(string word, string stem) => stem.EndsWith('.') ? word == stem[..^1] : word.StartsWith(stem, StringComparison.Ordinal);

    private static string Stem(string name)
    {
        var first = name.Split(' ')[0];
        return first.Length > 5 ? first[..^1] : first;
    }

    /// <summary>One letter wrong, missing, doubled or swapped, whatever the ending.</summary>
    private static bool Near(string word, string name)
    {
        for (var length = name.Length - 1; length <= Math.Min(name.Length + 1, word.Length); length++)
        {
            if (length > 0 && Distance(word[..length], name) <= 1)
            {
                return true;
            }
        }

        return false;
    }

    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }
}
