using System.Globalization;
using MedCrm.Hosting.Names;

namespace MedCrm.Patients.Identification;

/// <summary>
/// Who is compared with whom at all: two people with no key in common are strangers. One key survives each usual mistake: a typed-over
/// surname, a married one, a short form, swapped fields, a missing or wrong date, another phone.
/// </summary>
internal static class BlockingKeys
{
    public static IReadOnlyCollection<string> Of(Facts person)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        keys.UnionWith(person.Phones.Select(Phone));
        keys.UnionWith(person.Emails.Select(Email));
        if (person.Snils is { } snils)
        {
            keys.Add($"snils:{snils}");
        }

        if (person.OmsPolicy is { } policy)
        {
            keys.Add($"oms:{policy}");
        }

        AddNames(keys, person, person.FamilyStem, person.Given);
        if (person.PreviousFamily.Length > 0)
        {
            AddNames(keys, person, Surnames.Stem(person.PreviousFamily), person.Given);
        }

        // A form whose fields were mixed up: what stands for a surname is somebody's name.
        if (person.Family.Length > 0 && GivenNames.IsKnown(person.Family))
        {
            AddNames(keys, person, Surnames.Stem(person.GivenKey), GivenNames.FullNames(person.Family));
        }

        if (person.BirthOn is { } birth)
        {
            keys.Add(Birth(birth));
        }

        return keys;
    }

    /// <summary>Whoever has this surname; for the search box, where a person reads the list.</summary>
    public static string Surname(string familyKey) => $"family:{Surnames.Stem(familyKey)}";

    public static string Phone(string phone) => $"phone:{phone}";

    public static string Email(string email) => $"email:{email}";

    public static string Birth(DateOnly on) => $"birth:{on:yyyyMMdd}";

    private static void AddNames(HashSet<string> keys, Facts person, string family, IReadOnlyList<string> given)
    {
        var year = person.BirthOn?.Year.ToString(CultureInfo.InvariantCulture);
        if (family.Length > 0)
        {
            var (head, skeleton) = (Head(family, 4), Surnames.Skeleton(family));
            foreach (var name in given)
            {
                keys.Add($"head+given:{head}.{name}");
                keys.Add($"bones+given:{skeleton}.{name}");
                // A consonant lost, added or another: one fewer is common to both.
                for (var gone = 0; skeleton.Length is >= 4 and <= 8 && gone < skeleton.Length; gone++)
                {
                    keys.Add($"bones+given:{skeleton.Remove(gone, 1)}.{name}");
                }
            }

            foreach (var initial in given.Append(person.GivenKey).Where(name => name.Length > 0).Select(name => name[0]).Distinct())
            {
                keys.Add($"family+initial:{family}.{initial}");
            }

            if (person.Patronymic.Length > 0)
            {
                keys.Add($"family+patronymic:{family}.{person.Patronymic}");
            }

            if (year is not null)
            {
                keys.Add($"head+year:{head}.{year}");
            }
        }

        if (person.Patronymic.Length > 0 && year is not null)
        {
            foreach (var name in given)
            {
                keys.Add($"given+patronymic+year:{name}.{Head(person.Patronymic, 4)}.{year}");
            }
        }
    }

    private static string Head(string key, int length) => key.Length <= length ? key : key[..length];
}
