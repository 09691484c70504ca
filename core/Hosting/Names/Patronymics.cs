namespace MedCrm.Hosting.Names;

/// <summary>A father's name in a person's own: Петрович and Петровна are one stem and two sexes.</summary>
internal static class Patronymics
{
    // As keys, the longest first. A surname may end like this too (Абрамович): where the word stands decides, see PersonName.
    private static readonly (string Ending, Sex Sex)[] Endings =
    [
        ("inichna", Sex.Female), ("ovich", Sex.Male), ("evich", Sex.Male), ("ichna", Sex.Female), ("ovna", Sex.Female), ("evna", Sex.Female), ("ich", Sex.Male),
    ];

    private const int ShortestStem = 2;

    public static bool LooksLike(string key) => Ending(key) is not null;

    public static Sex? SexOf(string key) => Ending(key)?.Sex;

    public static string Stem(string key) => Ending(key) is { } found ? key[..^found.Ending.Length] : key;

    private static (string Ending, Sex Sex)? Ending(string key)
    {
        foreach (var one in Endings)
        {
            if (key.Length >= one.Ending.Length + ShortestStem && key.EndsWith(one.Ending, StringComparison.Ordinal))
            {
                return one;
            }
        }

        return null;
    }
}
