using MedCrm.Hosting.Names;

namespace MedCrm.Patients.Identification;

/// <summary>What is known about a person, as it was told or as the MIS has it.</summary>
internal sealed record Person
{
    public string? Family { get; init; }

    public string? Given { get; init; }

    public string? Patronymic { get; init; }

    /// <summary>The surname before marriage (FHIR: name.use = old).</summary>
    public string? PreviousFamily { get; init; }

    public DateOnly? BirthOn { get; init; }

    public Sex? Sex { get; init; }

    public IReadOnlyList<string> Phones { get; init; } = [];

    public IReadOnlyList<string> Emails { get; init; } = [];

    public string? Snils { get; init; }

    public string? OmsPolicy { get; init; }

    public string FullName => string.Join(' ', new[] { Family, Given, Patronymic }.Where(part => !string.IsNullOrWhiteSpace(part)));
}

/// <summary>The same, ready to be compared: names as keys, addresses and numbers each written one way.</summary>
internal sealed class Facts
{
    private readonly Person _person;

    private Facts(Person person)
    {
        Name = NameKeys.Of(person.Family, person.Given, person.Patronymic, person.Sex);
        FamilyStem = Surnames.Stem(Family);
        PreviousFamily = NameText.Key(person.PreviousFamily);
        BirthOn = person.BirthOn;
        _person = person;
        Phones = [.. person.Phones.Select(Documents.Phone).OfType<string>().Distinct()];
        Emails = [.. person.Emails.Select(Documents.Email).OfType<string>().Distinct()];
        Snils = Documents.Snils(person.Snils);
        OmsPolicy = Documents.OmsPolicy(person.OmsPolicy);
    }

    public NameKeys Name { get; }

    public string Family => Name.Family;

    public string FamilyStem { get; }

    public string PreviousFamily { get; }

    public string GivenKey => Name.GivenKey;

    /// <summary>The full names the given one may stand for.</summary>
    public IReadOnlyList<string> Given => Name.Given;

    /// <summary>The stem; empty when not given.</summary>
    public string Patronymic => Name.Patronymic;

    public DateOnly? BirthOn { get; }

    public IReadOnlyList<string> Phones { get; }

    public IReadOnlyList<string> Emails { get; }

    public string? Snils { get; }

    public string? OmsPolicy { get; }

    public bool HasName => Family.Length > 0 || GivenKey.Length > 0;

    public static Facts Of(Person person) => new(person);

    /// <summary>The same person, had they told the date of birth too.</summary>
    public Facts Born(DateOnly on) => new(_person with { BirthOn = on });
}
