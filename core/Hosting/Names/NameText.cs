using System.Globalization;
using System.Text;

namespace MedCrm.Hosting.Names;

/// <summary>
/// Writes a name as a key: Latin letters by sound, the same for «Наталья», «Наталия», "Natalia" and "Natalya". Case, ё and е, look-alike
/// letters of the other alphabet, soft signs and doubled letters do not count. Only for comparing; nobody is ever shown a key.
/// </summary>
public static class NameText
{
    private const string Cyrillic = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";

    private static readonly string[] Sounds =
        ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "c", "ch", "sh", "sh", "", "i", "", "e", "u", "a"];

    // The longest first: "shch" is щ, not ш and ч.
    private static readonly (string Letters, string Sound)[] Digraphs =
    [
        ("shch", "sh"), ("sch", "sh"), ("sh", "sh"), ("zh", "zh"), ("kh", "h"), ("ch", "ch"), ("ts", "c"), ("tc", "c"), ("tz", "c"), ("cz", "c"), ("ck", "k"), ("ph", "f"),
    ];

    // Drawn alike, typed on the wrong layout or by a scanner.
    private const string LatinLooks = "aceopxykmthb";
    private const string CyrillicLooks = "асеорхукмтнв";

    /// <summary>Words of a name as it was typed, without what is not a name: titles, digits, brackets.</summary>
    public static IReadOnlyList<string> Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? [] : [.. Split(Composed(text)).Where(word => word.Any(char.IsLetter))];

    /// <summary>The key of a whole name, in whatever order: the same for «Пётр Петров» and «ПЕТРОВ ПЕТР». Empty: no name in it.</summary>
    public static string KeyOfAll(string? text) => string.Join(' ', Words(text).Select(Key).Order(StringComparer.Ordinal));

    /// <summary>The key of one word; a hyphen stays. Empty when nothing of it can be heard.</summary>
    public static string Key(string? word)
    {
        if (string.IsNullOrWhiteSpace(word))
        {
            return "";
        }

        var letters = OneAlphabet(Composed(word).ToLowerInvariant());
        var key = new StringBuilder(letters.Length + 4);
        for (var i = 0; i < letters.Length; i++)
        {
            var letter = letters[i];
            if (letter is '-' or '‐' or '–' or '—')
            {
                key.Append('-');
            }
            else if (Cyrillic.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var index)
            {
                // At the beginning it is heard: Яна is not Анна.
                Append(key, key.Length == 0 && letter is ('я' or 'ю') ? $"i{Sounds[index]}" : Sounds[index]);
            }
            else if (char.IsAsciiLetterLower(letter))
            {
                i += AppendLatin(key, letters, i) - 1;
            }
            else if (Plain(letter) is { } plain)
            {
                Append(key, plain);
            }
        }

        return key.ToString().Trim('-');
    }

    private static int AppendLatin(StringBuilder key, string letters, int at)
    {
        foreach (var (digraph, sound) in Digraphs)
        {
            if (string.CompareOrdinal(letters, at, digraph, 0, digraph.Length) == 0)
            {
                Append(key, sound);
                return digraph.Length;
            }
        }

        var next = at + 1 < letters.Length ? letters[at + 1] : '\0';
        switch (letters[at])
        {
            // "yo" is ё at the beginning and after a consonant (Fyodor), й and о after a vowel (Mayorov).
            case 'y' or 'j' when next == 'o' && (key.Length == 0 || !IsVowel(key[^1])):
                Append(key, "e");
                return 2;
            case 'y' or 'j' when next == 'e' && key.Length == 0:
                return 1;
            case 'y' or 'j':
                Append(key, "i");
                return 1;
            case 'c':
                Append(key, next is 'e' or 'i' or 'y' ? "c" : "k");
                return 1;
            case 'x':
                Append(key, "ks");
                return 1;
            case 'w':
                Append(key, "v");
                return 1;
            case 'q':
                Append(key, "k");
                return 1;
            default:
                Append(key, letters[at].ToString());
                return 1;
        }
    }

    /// <summary>One sound more: doubled ones are one, and an и before another vowel is not heard apart (Наталия, Наталья).</summary>
    private static void Append(StringBuilder key, string sound)
    {
        if (sound.Length == 0)
        {
            return;
        }

        if (key.Length > 1 && key[^1] == 'i' && IsVowel(sound[0]))
        {
            key.Length--;
        }

        if (sound.Length == 1 && key.Length > 0 && key[^1] == sound[0])
        {
            return;
        }

        key.Append(sound);
    }

    // Halves of pictures and what Unicode calls no character cannot be normalised, and are no letters.
    private static string Composed(string text) =>
        (text.Any(IsNoCharacter) ? string.Concat(text.Where(letter => !IsNoCharacter(letter))) : text).Normalize(NormalizationForm.FormC);

    private static bool IsNoCharacter(char letter) =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;

    private static bool IsVowel(char sound) => sound is 'a' or 'e' or 'i' or 'o' or 'u';

    private static string OneAlphabet(string word)
    {
        var (latin, cyrillic) = (0, 0);
        foreach (var letter in word)
        {
            latin += char.IsAsciiLetterLower(letter) ? 1 : 0;
            cyrillic += Cyrillic.Contains(letter, StringComparison.Ordinal) ? 1 : 0;
        }

        if (latin == 0 || cyrillic == 0)
        {
            return word;
        }

        var (from, to) = cyrillic >= latin ? (LatinLooks, CyrillicLooks) : (CyrillicLooks, LatinLooks);
        return string.Create(word.Length, (word, from, to), static (span, mixed) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                var look = mixed.from.IndexOf(mixed.word[i], StringComparison.Ordinal);
                span[i] = look < 0 ? mixed.word[i] : mixed.to[look];
            }
        });
    }

    /// <summary>A letter without its accents: é is e.</summary>
    private static string? Plain(char letter)
    {
        // Composing may bring halves in: a few Chinese characters are made of them.
        if (char.IsSurrogate(letter))
        {
            return null;
        }

        var bare = letter.ToString().Normalize(NormalizationForm.FormD)[0];
        return char.IsAsciiLetterLower(bare) ? bare.ToString() : null;
    }

    private static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var depth = 0;
        foreach (var letter in text)
        {
            depth += letter is '(' or '[' ? 1 : letter is ')' or ']' && depth > 0 ? -1 : 0;
            if (depth == 0 && (char.IsLetter(letter) || letter is '-' or '\'' or '’' or '`' || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark))
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString().Trim('-', '\'');
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString().Trim('-', '\'');
        }
    }
}
