using System.Globalization;

namespace MedCrm.Connectors.Email;

/// <summary>Where we stand in a folder, as a checkpoint: <c>uidvalidity=17;uid=4711;since=2026-01-31T08:00:00Z</c>.</summary>
/// <param name="UidValidity">The numbering the uid belongs to (RFC 3501 §2.3.1.1).</param>
/// <param name="Uid">The last mail that was stored.</param>
/// <param name="Since">Where the very first start began. After a renumbering the folder is read again from here and not from its beginning, which holds mail that never was ours to bring.</param>
/// <param name="RescanBelow">Mails below this uid were there when the folder was found renumbered; of them only those since <paramref name="Since"/> are read. 0: it never was.</param>
internal sealed record FolderPosition(uint UidValidity, uint Uid, DateTimeOffset Since, uint RescanBelow = 0)
{
    /// <summary>Reads a position. Null: none, or not ours.</summary>
    public static FolderPosition? Parse(string? position)
    {
        var values = (position ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(g => g.Key, g => g.First()[1]);
        return uint.TryParse(values.GetValueOrDefault("uidvalidity"), NumberStyles.None, CultureInfo.InvariantCulture, out var validity)
            && uint.TryParse(values.GetValueOrDefault("uid"), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            ? new(validity, uid, DateTimeOffset.TryParse(values.GetValueOrDefault("since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since.ToUniversalTime() : DateTimeOffset.MinValue, uint.TryParse(values.GetValueOrDefault("rescan"), NumberStyles.None, CultureInfo.InvariantCulture, out var rescan) ? rescan : 0)
            : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"uidvalidity={UidValidity};uid={Uid};since={Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") + (RescanBelow > Uid ? string.Create(CultureInfo.InvariantCulture, $";rescan={RescanBelow}") : "");
}
