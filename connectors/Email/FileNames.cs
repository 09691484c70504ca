using System.Globalization;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>Names of attachments that are safe to show and to save under.</summary>
internal static class FileNames
{
    private const int MaxLength = 120;

    /// <summary>The name of a part, repaired and harmless.</summary>
    /// <param name="entity">The part.</param>
    /// <param name="number">Its number in the mail, for a part without a name.</param>
    public static string Of(MimeEntity entity, int number) => Safe(Declared(entity), entity.ContentType.MimeType, number);

    /// <summary>Without path, control and direction characters, reserved names and excessive length.</summary>
    public static string Safe(string? declared, string mediaType, int number)
    {
        var name = new string([.. (declared ?? "").Normalize().Where(IsHarmless).Select(c => c is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? '_' : c)]);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim().Trim('.').Trim();
        if (name.Length == 0)
        {
            MimeTypes.TryGetExtension(mediaType, out var known);
            return $"attachment-{number}{known}";
        }

        var extension = Path.GetExtension(name);
        extension = extension.Length > 12 ? "" : extension;
        var stem = name[..^extension.Length];
        if (stem.Split('.')[0].ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL" or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'])
        {
            stem = "_" + stem;
        }

        var longest = MaxLength - extension.Length;
        if (stem.Length > longest)
        {
            stem = stem[..(char.IsHighSurrogate(stem[longest - 1]) ? longest - 1 : longest)];
        }

        return stem + extension;
    }

    /// <summary>MimeKit's own reading is lost where the bytes are 8-bit without a charset, so the header is repaired and read again.</summary>
    private static string? Declared(MimeEntity entity)
    {
        if (entity.Headers.Contains(HeaderId.ContentDisposition)
            && ContentDisposition.TryParse(Repaired(entity, HeaderId.ContentDisposition), out var disposition) && disposition.FileName is { Length: > 0 } fileName)
        {
            return fileName;
        }

        return entity.Headers.Contains(HeaderId.ContentType) && ContentType.TryParse(Repaired(entity, HeaderId.ContentType), out var type) ? type.Name : null;
    }

    private static byte[] Repaired(MimeEntity entity, HeaderId id)
    {
        foreach (var header in entity.Headers)
        {
            if (header.Id == id)
            {
                return Charsets.RepairHeader(header.RawValue);
            }
        }

        return [];
    }

    private static bool IsHarmless(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);
}
