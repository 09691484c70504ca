namespace MedCrm.Hosting.Names;

/// <summary>A name ready to be compared: its parts as keys, empty where not given.</summary>
public sealed class NameKeys
{
    private NameKeys(string? family, string? given, string? patronymic, Sex? sex)
    {
        Family = NameText.Key(family);
        GivenKey = NameText.Key(given);
        Given = GivenKey.Length == 0 ? [] : GivenNames.FullNames(GivenKey);
        var father = NameText.Key(patronymic);
        Patronymic = Patronymics.Stem(father);
        Sex = sex ?? Patronymics.SexOf(father) ?? GivenNames.SexBy(Given);
    }

    public string Family { get; }

    public string GivenKey { get; }

    /// <summary>The full names the given one may stand for.</summary>
    public IReadOnlyList<string> Given { get; }

    /// <summary>The stem.</summary>
    public string Patronymic { get; }

    /// <summary>Null: the name does not tell.</summary>
    public Sex? Sex { get; }

    /// <param name="sex">As it is known. Null: what the name tells.</param>
    public static NameKeys Of(string? family, string? given, string? patronymic, Sex? sex = null) => new(family, given, patronymic, sex);
}
