namespace MedCrm.Hosting.Names;

/// <summary>Two names side by side, field by field.</summary>
public sealed record NameComparison(Agreement Family, Agreement Given, Agreement Patronymic)
{
    private const double CloseName = 0.93;
    private const double SimilarName = 0.86;

    /// <summary>The same name in another form: Саша and Александр.</summary>
    public bool IsShortForm { get; private init; }

    /// <summary>Surname and name stand in each other's field.</summary>
    public bool IsSwapped { get; private init; }

    public bool SexDiffers { get; private init; }

    public static NameComparison Of(NameKeys asked, NameKeys known)
    {
        var family = Surname(asked.Family, known.Family);
        var given = GivenName(asked.GivenKey, asked.Given, known.GivenKey, known.Given);
        var swapped = false;
        if (family is not (Agreement.Equal or Agreement.Close) && asked.Family.Length > 0)
        {
            var crossedFamily = Surname(asked.GivenKey, known.Family);
            var crossedGiven = GivenName(asked.Family, GivenNames.FullNames(asked.Family), known.GivenKey, known.Given);
            if (crossedFamily >= Agreement.Close && crossedGiven >= Agreement.Close)
            {
                (family, given, swapped) = (crossedFamily, crossedGiven, true);
            }
        }

        return new NameComparison(family, given, Fathers(asked, known))
        {
            IsSwapped = swapped,
            IsShortForm = given == Agreement.Equal && (swapped ? asked.Family : asked.GivenKey) != known.GivenKey,
            SexDiffers = asked.Sex is { } one && known.Sex is { } other && one != other,
        };
    }

    private static Agreement Surname(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return Agreement.Unknown;
        }

        if (a == b)
        {
            return Agreement.Equal;
        }

        if (a.Length == 1 || b.Length == 1)
        {
            return a[0] == b[0] ? Agreement.Similar : Agreement.Differs;
        }

        if (Surnames.Stem(a) == Surnames.Stem(b) || IsPartOf(a, b) || IsPartOf(b, a))
        {
            return Agreement.Close;
        }

        return Alike(Surnames.Stem(a), Surnames.Stem(b));
    }

    /// <summary>Иванова and Иванова-Петрова.</summary>
    private static bool IsPartOf(string part, string whole) => whole.Contains('-', StringComparison.Ordinal) && whole.Split('-').Contains(part);

    private static Agreement GivenName(string a, IReadOnlyList<string> fullA, string b, IReadOnlyList<string> fullB)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return Agreement.Unknown;
        }

        if (a == b || fullA.Any(fullB.Contains))
        {
            // Some call an Ирина Арина; but of two sisters one may be each.
            return a != b && GivenNames.IsFull(a) && GivenNames.IsFull(b) ? Agreement.Similar : Agreement.Equal;
        }

        if (a.Length == 1 || b.Length == 1)
        {
            return a[0] == b[0] ? Agreement.Similar : Agreement.Differs;
        }

        // Мария and Марина are two people, not a slip of the finger.
        return GivenNames.IsKnown(a) && GivenNames.IsKnown(b) ? Agreement.Differs
            // Nor is Петров a slip of Пётр.
            : Alike(a, b) is Agreement.Close && !IsOneSlip(a, b) ? Agreement.Similar : Alike(a, b);
    }

    private static Agreement Fathers(NameKeys asked, NameKeys known)
    {
        var (a, b) = (asked.Patronymic, known.Patronymic);
        return a.Length == 0 || b.Length == 0 ? Agreement.Unknown
            : a == b ? Agreement.Equal
            : a.Length == 1 || b.Length == 1 ? a[0] == b[0] ? Agreement.Similar : Agreement.Differs
            : Alike(a, b) is Agreement.Similar ? Agreement.Close : Alike(a, b);
    }

    private static Agreement Alike(string a, string b) => Similarity.JaroWinkler(a, b) switch
    {
        >= CloseName => Agreement.Close,
        >= SimilarName => IsOneSlip(a, b) ? Agreement.Close : Agreement.Similar,
        _ => IsOneSlip(a, b) ? Agreement.Close : Agreement.Differs,
    };

    /// <summary>One letter more, less, other, or two neighbours swapped (Damerau).</summary>
    private static bool IsOneSlip(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1 || Math.Min(a.Length, b.Length) < 4)
        {
            return false;
        }

        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }

        var (restA, restB) = (a.Length - head - tail, b.Length - head - tail);
        return (restA <= 1 && restB <= 1) || (restA == 2 && restB == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]);
    }
}
