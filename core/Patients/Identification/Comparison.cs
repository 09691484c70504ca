using MedCrm.Hosting.Names;

namespace MedCrm.Patients.Identification;

/// <summary>Two people side by side, field by field.</summary>
internal sealed record Comparison(
    Agreement Family, Agreement Given, Agreement Patronymic, Agreement Birth, Agreement Phone, Agreement Email, Agreement Snils, Agreement OmsPolicy)
{
    /// <summary>The same name in another form: Саша and Александр.</summary>
    public bool IsShortForm { get; private init; }

    /// <summary>Surname and name stand in each other's field.</summary>
    public bool IsSwapped { get; private init; }

    public bool IsPreviousFamily { get; private init; }

    public bool SexDiffers { get; private init; }

    /// <summary>The name that the other one certainly is, not one of several it may stand for.</summary>
    public bool IsSameGivenLetterForLetter => Given == Agreement.Equal && !IsShortForm;

    public static Comparison Of(Facts asked, Facts known)
    {
        var names = NameComparison.Of(asked.Name, known.Name);
        var previous = names.Family is not (Agreement.Equal or Agreement.Unknown) && (IsPrevious(asked.Family, known.PreviousFamily) || IsPrevious(known.Family, asked.PreviousFamily));
        return new Comparison(
            previous ? Agreement.Close : names.Family, names.Given, names.Patronymic, Births(asked.BirthOn, known.BirthOn), Any(asked.Phones, known.Phones), Any(asked.Emails, known.Emails),
            Exact(asked.Snils, known.Snils), Exact(asked.OmsPolicy, known.OmsPolicy))
        {
            IsSwapped = names.IsSwapped,
            IsPreviousFamily = previous,
            IsShortForm = names.IsShortForm,
            SexDiffers = names.SexDiffers,
        };
    }

    private static bool IsPrevious(string family, string previous) => family.Length > 0 && family == previous;

    private static Agreement Births(DateOnly? asked, DateOnly? known)
    {
        if (asked is not { } a || known is not { } b)
        {
            return Agreement.Unknown;
        }

        if (a == b)
        {
            return Agreement.Equal;
        }

        var swapped = a.Year == b.Year && a.Month == b.Day && a.Day == b.Month;
        var wrongDigits = $"{a:yyyyMMdd}".Zip($"{b:yyyyMMdd}").Count(pair => pair.First != pair.Second);
        return swapped || wrongDigits == 1 || (wrongDigits == 2 && a.Year == b.Year) ? Agreement.Close : a.Year == b.Year ? Agreement.Similar : Agreement.Differs;
    }

    private static Agreement Any(IReadOnlyList<string> asked, IReadOnlyList<string> known) =>
        asked.Count == 0 || known.Count == 0 ? Agreement.Unknown : asked.Any(known.Contains) ? Agreement.Equal : Agreement.Differs;

    private static Agreement Exact(string? asked, string? known) =>
        asked is null || known is null ? Agreement.Unknown : asked == known ? Agreement.Equal : Agreement.Differs;
}
