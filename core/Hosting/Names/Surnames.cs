namespace MedCrm.Hosting.Names;

public static class Surnames
{
    private static readonly string[] Endings = ["ov", "ev", "in", "ova", "eva", "ina", "ski", "ska", "skoi", "enko", "uk", "chuk", "ih", "dze", "shvili"];

    /// <summary>Ends as surnames do; a given name nobody knows may too.</summary>
    public static bool LooksLike(string key) => key.Length > 4 && Endings.Any(ending => key.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Without the ending that tells the sex: Петров and Петрова, Ковальский and Ковальская.</summary>
    public static string Stem(string key) => key switch
    {
        { Length: > 4 } when key.EndsWith("ova", StringComparison.Ordinal) || key.EndsWith("eva", StringComparison.Ordinal) || key.EndsWith("ina", StringComparison.Ordinal) => key[..^1],
        { Length: > 4 } when key.EndsWith("ska", StringComparison.Ordinal) || key.EndsWith("ski", StringComparison.Ordinal) => key[..^1],
        { Length: > 5 } when key.EndsWith("skoi", StringComparison.Ordinal) => key[..^2],
        _ => key,
    };

    /// <summary>Consonants only, the beginning kept: what most slips of the finger leave alone.</summary>
    public static string Skeleton(string key) =>
        key.Length < 2 ? key : key[0] + string.Concat(key.Skip(1).Where(letter => letter is not ('a' or 'e' or 'i' or 'o' or 'u' or '-')));
}
