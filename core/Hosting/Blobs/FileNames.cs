using System.Text;

namespace MedCrm.Hosting.Blobs;

/// <summary>Names of files as they may be shown and saved.</summary>
internal static class FileNames
{
    private const int Longest = 120;

    /// <summary>Without a path, without what Windows forbids, without what turns the reading direction (so that "exe.pdf" is not shown as "fdp.exe"), and not too long.</summary>
    public static string Safe(string declared)
    {
        var name = declared[(declared.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            safe.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format || rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*'
                ? "_"
                : rune.ToString());
        }

        var trimmed = safe.ToString().Trim().TrimStart('.').TrimEnd('.', ' ');
        if (trimmed.Length > Longest)
        {
            var extension = Path.GetExtension(trimmed);
            extension = extension.Length > 10 ? "" : extension;
            var cut = Longest - extension.Length;
            trimmed = trimmed[..(char.IsHighSurrogate(trimmed[cut - 1]) ? cut - 1 : cut)] + extension;
        }

        return trimmed.Length == 0 ? "файл" : trimmed;
    }
}
