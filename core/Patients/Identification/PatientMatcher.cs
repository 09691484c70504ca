using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Names;

namespace MedCrm.Patients.Identification;

/// <summary>A patient to compare with.</summary>
internal sealed record KnownPatient(string Id, Person Person, Facts Facts);

/// <param name="Score">Bits of evidence: the logarithm (base 2) of the odds that it is the same person.</param>
/// <param name="Reasons">Why, field by field, as stable words (<see cref="MatchReason"/>).</param>
internal sealed record PatientMatch(KnownPatient Patient, MatchGrade Grade, double Score, IReadOnlyList<string> Reasons);

/// <param name="Grade">Of the best match.</param>
/// <param name="Matches">Best first, at most five.</param>
/// <param name="AskBirthOn">The date of birth would change the grade: ask for it.</param>
internal sealed record Verdict(MatchGrade Grade, IReadOnlyList<PatientMatch> Matches, bool AskBirthOn)
{
    public static Verdict Nobody { get; } = new(MatchGrade.None, [], false);
}

/// <summary>
/// Fellegi and Sunter's sum of evidence with the frequencies of names, and guards above it. The sum takes fields for independent; inside a
/// family they are not (one phone, one surname, one father), so a sum alone links wives to husbands and twins to each other. The guards say
/// what must agree whatever the sum.
/// </summary>
internal static class PatientMatcher
{
    private const int Most = 5;

    // Bits. 6.6 is a chance of 99 in 100 if fields were independent.
    private const double Sure = 6.6;
    private const double SureOfAStranger = 12;
    private const double Margin = 3;
    private const double WorthShowing = -9;

    public static Verdict Grade(Facts asked, IReadOnlyCollection<KnownPatient> candidates, NameFrequencies names)
    {
        var verdict = GradeAsTold(asked, candidates, names);
        return verdict with { AskBirthOn = BirthWouldTell(asked, verdict, candidates, names) };
    }

    /// <summary>Would any candidate's own date of birth, told now, change the grade? When nobody was found it may find them.</summary>
    private static bool BirthWouldTell(Facts asked, Verdict verdict, IReadOnlyCollection<KnownPatient> candidates, NameFrequencies names)
    {
        if (asked.BirthOn is not null || verdict.Grade == MatchGrade.Certain || !asked.HasName)
        {
            return false;
        }

        return verdict.Matches.Count == 0
            || verdict.Matches.Any(match => match.Patient.Facts.BirthOn is { } birth && GradeAsTold(asked.Born(birth), candidates, names).Grade > verdict.Grade);
    }

    private static Verdict GradeAsTold(Facts asked, IReadOnlyCollection<KnownPatient> candidates, NameFrequencies names)
    {
        var household = new Household(asked, candidates);
        var scored = candidates
            .Select(patient => (patient, fields: Comparison.Of(asked, patient.Facts)))
            .Select(pair => (pair.patient, pair.fields, score: Score(asked, pair.patient.Facts, pair.fields, names, household)))
            .OrderByDescending(one => IsPlausible(one.fields)).ThenByDescending(one => one.score).ThenBy(one => one.patient.Id, StringComparer.Ordinal)
            .ToList();
        if (scored.Count == 0)
        {
            return Verdict.Nobody;
        }

        var matches = new List<PatientMatch>();
        for (var i = 0; i < scored.Count && matches.Count < Most; i++)
        {
            var (patient, fields, score) = scored[i];
            if (score < WorthShowing && fields is not { Phone: Agreement.Equal } and not { Email: Agreement.Equal })
            {
                continue;
            }

            var margin = scored.Where((other, at) => at != i && IsPlausible(other.fields)).Select(other => score - other.score).DefaultIfEmpty(double.PositiveInfinity).Min();
            var namesake = scored.Where((_, at) => at != i).Any(other => IsNamesake(other.fields, fields));
            matches.Add(new PatientMatch(patient, GradeOf(asked, fields, score, margin, namesake, household), score, MatchReason.Of(fields, household, patient.Facts)));
        }

        // Two that are equally sure are both in doubt.
        if (matches.Count(match => match.Grade == MatchGrade.Certain) > 1)
        {
            matches = [.. matches.Select(match => match.Grade == MatchGrade.Certain ? match with { Grade = MatchGrade.Probable } : match)];
        }

        matches = [.. matches.OrderByDescending(match => match.Grade)];
        return new Verdict(matches is [var best, ..] ? best.Grade : MatchGrade.None, matches, false);
    }

    private static MatchGrade GradeOf(Facts asked, Comparison fields, double score, double margin, bool namesake, Household household)
    {
        var named = fields.Given >= Agreement.Close && fields.Patronymic != Agreement.Differs && !fields.SexDiffers;
        var contradicted = fields.Snils == Agreement.Differs || fields.OmsPolicy == Agreement.Differs || fields.Birth is Agreement.Differs or Agreement.Similar;
        var reached = fields.Phone == Agreement.Equal || fields.Email == Agreement.Equal;
        var number = fields.Snils == Agreement.Equal || fields.OmsPolicy == Agreement.Equal;
        // Surname, name and date of birth alone are shared by strangers, now and then.
        var enough = reached || number || fields.Patronymic >= Agreement.Close ? Sure : SureOfAStranger;
        if (named && !contradicted && score >= enough && margin >= Margin
            && ((number && fields.Birth is Agreement.Equal or Agreement.Unknown or Agreement.Close && fields.Given == Agreement.Equal)
                || (fields.Birth == Agreement.Equal && (fields.Family >= Agreement.Close || reached))
                || (fields.Birth == Agreement.Unknown && reached && IsWholeName(fields) && !namesake && !MayBeNamedAfterFather(asked))))
        {
            return MatchGrade.Certain;
        }

        if (!asked.HasName)
        {
            // An address alone: likely if it is one patient's, else one of a family.
            return reached && household.Size == 1 ? MatchGrade.Probable : MatchGrade.Possible;
        }

        return named && !contradicted && fields.Family != Agreement.Differs && margin > 0 && (reached || number || fields.Birth >= Agreement.Close || score >= Sure)
            && (fields.Family >= Agreement.Close || fields.Given == Agreement.Equal)
            ? MatchGrade.Probable
            : MatchGrade.Possible;
    }

    /// <summary>Иван Иванович: his father, and perhaps his son, answers to the same three words.</summary>
    private static bool MayBeNamedAfterFather(Facts asked) =>
        asked.Given.Append(asked.GivenKey).Any(name => name.Length > 0 && name.AsSpan().CommonPrefixLength(asked.Patronymic) >= Math.Min(4, asked.Patronymic.Length));

    /// <summary>Surname, name and patronymic letter for letter.</summary>
    private static bool IsWholeName(Comparison fields) =>
        fields is { Family: Agreement.Equal, Patronymic: Agreement.Equal, IsSameGivenLetterForLetter: true };

    /// <summary>Another patient who answers to the same name in the same household or at all.</summary>
    private static bool IsNamesake(Comparison other, Comparison best) =>
        other.Given >= Agreement.Close && other.Patronymic != Agreement.Differs && !other.SexDiffers
        && (other.Family >= Agreement.Close || (other.Phone == Agreement.Equal && best.Phone == Agreement.Equal));

    /// <summary>Nothing says that it is somebody else.</summary>
    private static bool IsPlausible(Comparison fields) =>
        fields is { Given: not Agreement.Differs, Patronymic: not Agreement.Differs, SexDiffers: false, Birth: not Agreement.Differs, Snils: not Agreement.Differs, OmsPolicy: not Agreement.Differs };

    private static double Score(Facts asked, Facts known, Comparison fields, NameFrequencies names, Household household)
    {
        var score = Math.Log2(PriorOfBeingAPatient / Math.Max(names.Patients, 1000));
        score += fields.Family switch
        {
            Agreement.Equal => Math.Log2(0.80 / names.Share([NameFrequencies.Family(known.Family)])),
            Agreement.Close => Math.Log2(0.12 / 0.004),
            Agreement.Similar => Math.Log2(0.02 / 0.015),
            Agreement.Differs => Math.Log2(0.06 / 0.98),
            _ => 0,
        };
        score += fields.Given switch
        {
            Agreement.Equal => Math.Log2(0.93 / names.Share((fields.IsShortForm ? asked.Given : known.Given).Select(NameFrequencies.Given))),
            Agreement.Close => Math.Log2(0.04 / 0.004),
            Agreement.Similar => Math.Log2(0.02 / 0.1),
            Agreement.Differs => Math.Log2(0.015 / 0.93),
            _ => 0,
        };
        score += fields.Patronymic switch
        {
            Agreement.Equal => Math.Log2(0.92 / names.Share([NameFrequencies.Patronymic(known.Patronymic)])),
            Agreement.Close => Math.Log2(0.06 / 0.01),
            Agreement.Similar => Math.Log2(0.02 / 0.1),
            Agreement.Differs => Math.Log2(0.015 / 0.93),
            _ => 0,
        };
        score += fields.Birth switch
        {
            Agreement.Equal => Math.Log2(0.94 / (1.0 / 20_000)),
            Agreement.Close => Math.Log2(0.045 / 0.002),
            Agreement.Similar => Math.Log2(0.005 / 0.012),
            Agreement.Differs => Math.Log2(0.004 / 0.985),
            _ => 0,
        };
        score += fields.Phone switch
        {
            // What a household shares proves the household; which of its members it is, the other fields must say.
            Agreement.Equal => Math.Log2(0.9 * Math.Max(names.Patients, 1000) / Math.Pow(Math.Max(1, household.OnPhone), 2)),
            Agreement.Differs => Math.Log2(0.2),
            _ => 0,
        };
        score += fields.Email switch
        {
            Agreement.Equal => Math.Log2(0.9 * Math.Max(names.Patients, 1000) / Math.Pow(Math.Max(1, household.OnEmail), 2)),
            Agreement.Differs => Math.Log2(0.3),
            _ => 0,
        };
        score += Number(fields.Snils, names) + Number(fields.OmsPolicy, names);
        return fields.SexDiffers && fields.Given is not Agreement.Differs ? score - 4 : score;
    }

    private const double PriorOfBeingAPatient = 0.7;

    private static double Number(Agreement agreement, NameFrequencies names) => agreement switch
    {
        Agreement.Equal => Math.Log2(0.98 * Math.Max(names.Patients, 1000)),
        Agreement.Differs => Math.Log2(0.01),
        _ => 0,
    };
}

/// <summary>How many patients share the addresses that were told.</summary>
internal sealed class Household(Facts asked, IReadOnlyCollection<KnownPatient> candidates)
{
    public int OnPhone { get; } = candidates.Count(patient => patient.Facts.Phones.Any(asked.Phones.Contains));

    public int OnEmail { get; } = candidates.Count(patient => patient.Facts.Emails.Any(asked.Emails.Contains));

    public int Size { get; } = candidates.Count(patient => patient.Facts.Phones.Any(asked.Phones.Contains) || patient.Facts.Emails.Any(asked.Emails.Contains));
}
