namespace MedCrm.Patients.Identification;

/// <summary>How common the names in question are among the patients: «Иванова Елена» proves less than «Вознесенская Аглая».</summary>
/// <param name="Patients">How many patients there are.</param>
/// <param name="Counts">Of each term that was asked for (<see cref="Terms"/>), how many of them have it; a term left out is had by nobody.</param>
internal sealed record NameFrequencies(int Patients, IReadOnlyDictionary<string, int> Counts)
{
    /// <summary>The terms of a person, the same for the one who is looked for and the one who is found; nobody's swapped fields are counted apart.</summary>
    public static IEnumerable<string> Terms(Facts person) =>
        new[] { person.Family.Length > 0 ? Family(person.Family) : null, person.Patronymic.Length > 0 ? Patronymic(person.Patronymic) : null }
            .Concat(person.Given.Select(Given)).OfType<string>().Distinct();

    public static string Family(string key) => $"f:{key}";

    public static string Given(string key) => $"g:{key}";

    public static string Patronymic(string stem) => $"p:{stem}";

    /// <summary>The share of patients who have any of the terms; of an unheard-of one as if one had it.</summary>
    public double Share(IEnumerable<string> terms) => Math.Clamp((double)Math.Max(1, terms.Sum(term => Counts.GetValueOrDefault(term))) / Math.Max(Patients, Smallest), 1.0 / Math.Max(Patients, Smallest), 0.5);

    // In a clinic of twenty patients one "Мария" is not proof of anything.
    private const int Smallest = 1000;
}
