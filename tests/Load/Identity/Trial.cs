using MedCrm.Contracts.Patients;
using MedCrm.Patients.Identification;

namespace MedCrm.Load.Identity;

/// <summary>What the matcher made of a clinic's approaches, against the truth.</summary>
internal sealed class Trial
{
    public int Approaches { get; private set; }

    /// <summary>Of them by patients, whom the MIS knows.</summary>
    public int ByPatients { get; private set; }

    public int Right { get; private set; }

    public int Wrong { get; private set; }

    public int WrongInFamily { get; private set; }

    public int Asked { get; private set; }

    /// <summary>A list was shown instead of a link.</summary>
    public int Shown { get; private set; }

    /// <summary>The patient was on the list.</summary>
    public int ShownRight { get; private set; }

    /// <summary>A patient is known, and is neither linked nor on the list of five.</summary>
    public int Missed { get; private set; }

    /// <summary>A patient is known, and nobody at all was shown.</summary>
    public int MissedSilently { get; private set; }

    public List<string> Examples { get; } = [];

    public double Precision => (double)Right / Math.Max(1, Right + Wrong);

    public double Recall => (double)Right / Math.Max(1, ByPatients);

    public static Trial Run(Clinic clinic, PatientsInMemory patients, bool askForBirth, Func<Approach, bool>? only = null)
    {
        var trial = new Trial();
        foreach (var approach in clinic.Approaches.Where(only ?? (_ => true)))
        {
            var told = approach.Told;
            var verdict = patients.Identify(told);
            if (askForBirth && verdict.AskBirthOn)
            {
                trial.Asked++;
                verdict = patients.Identify(told with { BirthOn = approach.WhenAsked });
            }

            trial.Count(approach, verdict, patients);
        }

        return trial;
    }

    private void Count(Approach approach, Verdict verdict, PatientsInMemory patients)
    {
        Approaches++;
        var truth = patients.Knows(approach.Who.Id) ? PatientsInMemory.IdOf(approach.Who.Id) : null;
        ByPatients += truth is null ? 0 : 1;
        if (verdict.Grade == MatchGrade.Certain)
        {
            var linked = verdict.Matches[0].Patient;
            if (linked.Id == truth)
            {
                Right++;
                return;
            }

            Wrong++;
            WrongInFamily += patients.HouseholdOf(linked.Id) == approach.Who.Household ? 1 : 0;
            Examples.Add($"{approach.Channel}: told {Line(approach.Told)}; truth {Line(approach.Who.Person)} {(truth is null ? "(no patient)" : "")}; linked {Line(linked.Person)} {verdict.Matches[0].Score:F1} {string.Join(',', verdict.Matches[0].Reasons)}");
            return;
        }

        Shown += verdict.Matches.Count > 0 ? 1 : 0;
        if (truth is not null)
        {
            var found = verdict.Matches.Any(match => match.Patient.Id == truth);
            ShownRight += found ? 1 : 0;
            Missed += found ? 0 : 1;
            MissedSilently += verdict.Matches.Count == 0 ? 1 : 0;
        }
    }

    private static string Line(Person person) => $"[{person.FullName} {person.BirthOn:yyyy-MM-dd} {string.Join(' ', person.Phones)} {string.Join(' ', person.Emails)}]";
}

/// <summary>The index of patients without a database: the same keys, the same matcher, every patient in a dictionary.</summary>
internal sealed class PatientsInMemory
{
    private readonly Dictionary<string, List<int>> _blocks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly List<KnownPatient> _patients = [];
    private readonly Dictionary<string, int> _households = new(StringComparer.Ordinal);

    public PatientsInMemory(Clinic clinic)
    {
        foreach (var resident in clinic.Patients)
        {
            var patient = new KnownPatient(IdOf(resident.Id), resident.Person, Facts.Of(resident.Person));
            _households[patient.Id] = resident.Household;
            foreach (var key in BlockingKeys.Of(patient.Facts))
            {
                (_blocks.TryGetValue(key, out var block) ? block : _blocks[key] = []).Add(_patients.Count);
            }

            foreach (var term in NameFrequencies.Terms(patient.Facts))
            {
                _terms[term] = _terms.GetValueOrDefault(term) + 1;
            }

            _patients.Add(patient);
        }
    }

    public int Count => _patients.Count;

    public static string IdOf(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public bool Knows(int id) => _households.ContainsKey(IdOf(id));

    public int HouseholdOf(string id) => _households[id];

    public IReadOnlyList<KnownPatient> Candidates(Facts asked) =>
        [.. BlockingKeys.Of(asked).SelectMany(key => _blocks.TryGetValue(key, out var block) ? block : []).Distinct().Select(index => _patients[index])];

    public Verdict Identify(Person told)
    {
        var asked = Facts.Of(told);
        return PatientMatcher.Grade(asked, Candidates(asked), new NameFrequencies(_patients.Count, _terms));
    }
}
