using System.CommandLine;
using System.Globalization;
using MedCrm.Contracts.Patients;
using MedCrm.Load.Identity;
using MedCrm.Patients.Identification;

namespace MedCrm.Load.Verbs;

/// <summary>Does the hub know who writes? Made-up households with the mistakes people make, compared with the truth.</summary>
internal static class IdentifyVerb
{
    private const int Households = 18_000;
    private const int IndexHouseholds = 180_000;
    private static readonly int[] Seeds = [42, 7, 11];

    public static Command Command()
    {
        var seeds = new Option<int[]>("--seeds") { Description = "Of the households.", DefaultValueFactory = _ => Seeds, AllowMultipleArgumentsPerToken = true };
        var households = new Option<int>("--households") { Description = "How many, about 2.8 patients each.", DefaultValueFactory = _ => Households };
        var examples = new Option<int>("--examples") { Description = "How many wrong links to show.", DefaultValueFactory = _ => 0 };
        var index = new Option<int>("--index") { Description = "Households in the index of patients of a real database, whose speed is measured. 0: not measured.", DefaultValueFactory = _ => IndexHouseholds };
        var command = new Command("identify", "Identification of patients: precision, recall, duplicates missed, completeness of blocking; speed at half a million.") { seeds, households, examples, index };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var seed in parsed.GetRequiredValue(seeds))
            {
                await JudgeAsync(report, seed, parsed.GetRequiredValue(households), parsed.GetRequiredValue(examples));
            }

            if (parsed.GetRequiredValue(index) > 0)
            {
                await IndexSpeed.MeasureAsync(report, parsed.GetRequiredValue(index));
            }
        }));
        return command;
    }

    public static async Task JudgeAsync(Report report, int seed, int households, int examples)
    {
        await Waiting.SayAsync($"identify: seed {seed}, {households} households");
        var clinic = Clinic.Make(seed, households);
        var patients = new PatientsInMemory(clinic);
        var setting = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {patients.Count:N0} patients");
        var told = Trial.Run(clinic, patients, askForBirth: false);
        report.Add("identify", setting, "approaches (of them by patients)", $"{Report.Number(told.Approaches)} ({Report.Number(told.ByPatients)})");
        Add("as told", told, recall: 0.40, missed: 5);
        var asked = Trial.Run(clinic, patients, askForBirth: true);
        report.Add("identify", setting, "asked for the date of birth", Part(asked.Asked, asked.Approaches));
        Add("date of birth asked", asked, recall: 0.90, missed: 0.5);
        foreach (var channel in clinic.Approaches.Select(approach => approach.Channel).Distinct().Order())
        {
            var (one, two) = (Trial.Run(clinic, patients, false, approach => approach.Channel == channel), Trial.Run(clinic, patients, true, approach => approach.Channel == channel));
            report.Add("identify", setting, $"{channel}: precision, recall, missed; with the date of birth",
                string.Create(CultureInfo.InvariantCulture, $"{one.Precision:F4}, {one.Recall:F3}, {100.0 * one.Missed / one.ByPatients:F2} %; {two.Precision:F4}, {two.Recall:F3}, {100.0 * two.Missed / two.ByPatients:F2} %"));
        }

        var phoneOnly = clinic.Approaches.Where(approach => approach.Told.Phones.Count > 0)
            .Count(approach => patients.Identify(new Person { Phones = approach.Told.Phones }).Grade == MatchGrade.Certain);
        report.Expect("identify", setting, "links by the phone alone", phoneOnly, 0);
        var (pairs, found, candidates) = (0, 0, 0L);
        foreach (var approach in clinic.Approaches.Where(approach => patients.Knows(approach.Who.Id) && Fields(approach.Told) >= 2))
        {
            var block = patients.Candidates(Facts.Of(approach.Told));
            pairs++;
            candidates += block.Count;
            found += block.Any(patient => patient.Id == PatientsInMemory.IdOf(approach.Who.Id)) ? 1 : 0;
        }

        Ratio(report, setting, "completeness of blocking", (double)found / pairs, 0.99);
        report.Add("identify", setting, "candidates compared, on average", Report.Number((double)candidates / pairs));

        void Add(string how, Trial trial, double recall, double missed)
        {
            Ratio(report, setting, $"{how}: precision of links", trial.Precision, 0.999);
            report.Add("identify", setting, $"{how}: wrong links (in the family)", $"{Report.Number(trial.Wrong)} ({Report.Number(trial.WrongInFamily)})");
            Ratio(report, setting, $"{how}: recall of links", trial.Recall, recall);
            report.Add("identify", setting, $"{how}: shown to a person (the patient among them)", $"{Part(trial.Shown, trial.Approaches)} ({Report.Number(trial.ShownRight)})");
            report.Add("identify", setting, $"{how}: patients nobody was shown for", Part(trial.MissedSilently, trial.ByPatients));
            report.Add("identify", setting, $"{how}: patients neither linked nor among the five", Math.Round(100.0 * trial.Missed / trial.ByPatients, 2), "%", missed);
            foreach (var example in trial.Examples.Take(examples))
            {
                Console.WriteLine($"{how}: {example}");
            }
        }
    }

    private static int Fields(Person told) =>
        new[] { told.Family is not null, told.Given is not null, told.Patronymic is not null, told.BirthOn is not null, told.Phones.Count > 0, told.Emails.Count > 0, told.Snils is not null, told.OmsPolicy is not null }.Count(given => given);

    private static void Ratio(Report report, string setting, string what, double value, double limit) =>
        report.Add("identify", setting, what, value, limit);

    private static string Part(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F2} %");
}
