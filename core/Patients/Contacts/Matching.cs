using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Contacts;

/// <summary>Grades patients that the MIS found by address. A phone is a household: without the full name nothing is ever certain.</summary>
internal static class Matching
{
    public sealed record Match(MisPatient Patient, MatchGrade Grade, IReadOnlyList<string> Reasons);

    public static IEnumerable<Match> Grade(IReadOnlyList<MisPatient> found, string? name, string? phone, string? email)
    {
        var words = Words(name);
        var matches = found.Select(patient => Of(patient, words, phone, email, found)).OrderByDescending(match => match.Grade).ThenBy(match => match.Patient.Id, StringComparer.Ordinal).ToList();
        // Two that are equally sure are both in doubt: father and son may share the whole name.
        return matches is [{ Grade: MatchGrade.Certain }, { Grade: MatchGrade.Certain }, ..]
            ? matches.Select(match => match.Grade == MatchGrade.Certain ? match with { Grade = MatchGrade.Probable } : match)
            : matches;
    }

    private static Match Of(MisPatient patient, HashSet<string> words, string? phone, string? email, IReadOnlyList<MisPatient> found)
    {
        var reasons = new List<string>();
        if (phone is not null && patient.Phone == phone)
        {
            reasons.Add("phone");
        }

        if (email is not null && string.Equals(patient.Email, email, StringComparison.OrdinalIgnoreCase))
        {
            reasons.Add("email");
        }

        var surname = words.Contains(Fold(patient.Family));
        var given = words.Contains(Fold(patient.Given));
        // A patronymic that contradicts is another person; one that was not given says nothing.
        var patronymic = patient.Patronymic is not { } p || words.Count < 3 || words.Contains(Fold(p));
        reasons.AddRange(surname && given ? ["full-name"] : surname ? ["surname"] : []);
        var shared = phone is not null && found.Count(other => other.Phone == phone) > 1;
        if (shared)
        {
            reasons.Add("shared-phone");
        }

        var grade = (surname && given, patronymic) switch
        {
            (true, true) => MatchGrade.Certain,
            (true, false) => MatchGrade.Possible,
            // The address alone: likely if it is one patient's and no other name was given, else one of a family.
            _ when words.Count == 0 && !shared => MatchGrade.Probable,
            _ => MatchGrade.Possible,
        };
        return new Match(patient, grade, reasons);
    }

    private static HashSet<string> Words(string? name) =>
        name is null ? [] : [.. name.Split([' ', ',', '.', '\t', '\u00a0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Fold)];

    private static string Fold(string text) => text.ToLowerInvariant().Replace('ё', 'е');
}
