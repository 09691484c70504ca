namespace MedCrm.Hosting.Names;

/// <summary>The parts of a name. Null: not given.</summary>
public sealed record PersonName(string? Family, string? Given, string? Patronymic)
{
    public static PersonName Unknown { get; } = new(null, null, null);

    /// <summary>How many of them are given.</summary>
    public int Parts => (Family is null ? 0 : 1) + (Given is null ? 0 : 1) + (Patronymic is null ? 0 : 1);

    public bool IsEmpty => Parts == 0;

    /// <summary>Takes a name apart as people type it, in any order: «Петрова Анна Сергеевна», «Аня», «Анна Сергеевна», "Anna Petrova", «Петрова А. С.».</summary>
    public static PersonName Read(string? text)
    {
        var words = NameText.Words(text).Take(4).ToList();
        if (words.Count == 0)
        {
            return Unknown;
        }

        var keys = words.Select(NameText.Key).ToList();
        var given = keys.FindIndex(GivenNames.IsKnown);
        // After the given name first: in «Абрамович Роман Аркадьевич» two words look alike.
        var patronymic = keys.FindIndex(given + 1, IsPatronymic);
        if (patronymic < 0 && given > 0)
        {
            patronymic = keys.FindIndex(0, given, key => IsPatronymic(key) && (keys.Count > 2 || Patronymics.SexOf(key) == Sex.Female));
        }

        if (given < 0)
        {
            // An initial, else what stands before the patronymic, else the second word: «Фамилия Имя» is how forms are filled in.
            given = keys.FindIndex(key => key.Length == 1);
            given = given >= 0 ? given
                : patronymic > 0 ? words.Count == 2 && Surnames.LooksLike(keys[0]) ? -1 : patronymic - 1
                : patronymic == 0 ? -1
                : words.Count > 1 ? 1
                : Surnames.LooksLike(keys[0]) ? -1 : 0;
        }

        if (patronymic < 0 && given >= 0 && given + 1 < keys.Count && keys[given].Length == 1 && keys[given + 1].Length == 1)
        {
            patronymic = given + 1;
        }

        var family = Enumerable.Range(0, words.Count).FirstOrDefault(index => index != given && index != patronymic, -1);
        return new PersonName(At(family), At(given), At(patronymic));

        bool IsPatronymic(string key) => Patronymics.LooksLike(key) && !GivenNames.IsKnown(key);
        string? At(int index) => index < 0 ? null : words[index];
    }

    /// <summary>
    /// The two cannot be one person's: «Пётр Петров» and «Анна Петрова», two surnames. «Анна» contradicts neither «Анна Петрова» nor
    /// «Петрова»: what one of them does not tell cannot differ, nor do a short form, another alphabet, swapped fields and a slip of the finger.
    /// </summary>
    public bool Contradicts(PersonName other) => Comparisons(other).All(Contradict);

    /// <summary>Nothing contradicts, and the given name or the surname agrees: «Анна» may be «Анна Петрова».</summary>
    public bool Agrees(PersonName other) =>
        Comparisons(other).Any(fields => !Contradict(fields) && (fields.Given >= Agreement.Similar || fields.Family >= Agreement.Close));

    /// <summary>A lone word that no list of given names knows, «Мельник», may be the surname of whoever tells both.</summary>
    private IEnumerable<NameComparison> Comparisons(PersonName other)
    {
        yield return Compare(other);
        if (MayBeSurname && other.IsWhole)
        {
            yield return new PersonName(Given, null, null).Compare(other);
        }
        else if (other.MayBeSurname && IsWhole)
        {
            yield return Compare(new PersonName(other.Given, null, null));
        }
    }

    private bool MayBeSurname => this is { Family: null, Given: { } lone, Patronymic: null } && !GivenNames.IsKnown(NameText.Key(lone));

    private bool IsWhole => this is { Family: not null, Given: not null };

    private NameComparison Compare(PersonName other) => NameComparison.Of(NameKeys.Of(Family, Given, Patronymic), NameKeys.Of(other.Family, other.Given, other.Patronymic));

    private static bool Contradict(NameComparison fields) =>
        fields is { Given: Agreement.Differs } or { Patronymic: Agreement.Differs } or { SexDiffers: true }
        // A surname may change; the father's name does not.
        || fields is { Family: Agreement.Differs, Patronymic: not Agreement.Equal }
        // All they tell is a surname each.
        || fields is { Family: Agreement.Similar, Given: Agreement.Unknown };
}
