namespace MedCrm.Patients.Slots;

/// <summary>A person's names in every case, as far as they decline. Lower case, ё as е.</summary>
internal static class RussianNames
{
    private static readonly string[] Vowels = ["о", "е", "у", "ю", "и", "ы", "э"];

    /// <summary>All forms of a family name. A woman's <c>Белова</c> and a man's <c>Белов</c> decline differently, and a woman's <c>Крюк</c> not at all.</summary>
    public static IReadOnlyCollection<string> Family(string name, bool woman) => name switch
    {
        [.. var stem, 'а'] when woman && (Ends(stem, "ов") || Ends(stem, "ев") || Ends(stem, "ин") || Ends(stem, "ын")) => Forms(stem, "а", "ой", "у", "ою"),
        [.. var stem, 'а', 'я'] => Forms(stem, "ая", "ой", "ую", "ою"),
        [.. var stem, 'я', 'я'] => Forms(stem, "яя", "ей", "юю"),
        _ when !woman && (Ends(name, "ов") || Ends(name, "ев") || Ends(name, "ин") || Ends(name, "ын")) => Forms(name, "", "а", "у", "ым", "е", "ом"),
        [.. var stem, 'к' or 'г' or 'х', 'и', 'й'] when !woman => Forms(name[..^2], "ий", "ого", "ому", "им", "ом"),
        [.. var stem, 'ы' or 'о', 'й'] when !woman => Forms(stem, "ый", "ой", "ого", "ому", "ым", "ом"),
        _ => Given(name, woman),
    };

    /// <summary>All forms of a given name or a patronymic.</summary>
    public static IReadOnlyCollection<string> Given(string name, bool woman) => name switch
    {
        [.. var stem, 'а'] => Forms(stem, "а", "ы", "и", "е", "у", "ой", "ей"),
        [.. var stem, 'и', 'я'] => Forms(stem, "ия", "ии", "ию", "ией"),
        [.. var stem, 'я'] => Forms(stem, "я", "и", "е", "ю", "ей", "ьи"),
        [.. var stem, 'ь'] => woman ? Forms(stem, "ь", "и", "ью") : Forms(stem, "ь", "я", "ю", "ем", "е"),
        [.. var stem, 'й'] when !woman => Forms(stem, "й", "я", "ю", "ем", "е", "и"),
        _ when woman || Vowels.Any(vowel => Ends(name, vowel)) => [name],
        _ => Forms(name, "", "а", "у", "ом", "ем", "е"),
    };

    private static bool Ends(string text, string ending) => text.EndsWith(ending, StringComparison.Ordinal);

    private static string[] Forms(string stem, params string[] endings) => [.. endings.Select(ending => stem + ending)];
}
