using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Identification;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Contacts;

/// <summary>Looks for the patient behind a contact: what the MIS says now, and everybody the index knows.</summary>
public sealed class PatientSearch(IMisGateway mis, PatientIndex index, IPersonalDataVault vault, TimeProvider clock)
{
    /// <summary>The patient a person was linked to is certain; otherwise the matcher speaks.</summary>
    /// <param name="view">Everything known of the person.</param>
    /// <param name="name">As they named themselves this time. Null: the latest name they gave.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The verdict, and whether the MIS had its say; while it is out of reach the index speaks alone.</returns>
    internal async Task<(Verdict Verdict, bool MisAnswered)> IdentifyAsync(ContactView view, string? name, CancellationToken ct)
    {
        await vault.PrefetchAsync(view.Points.Select(pair => pair.Point.Value.Value.Subject).Concat(view.Names.Select(known => known.Value.Subject)), ct);
        var asked = Told(view, name);
        var answered = await AskMisAsync(asked, ct);
        if (view.Patient is { } linked)
        {
            var sure = await index.GetAsync(linked.Value, ct) is { } patient
                ? new Verdict(MatchGrade.Certain, [new PatientMatch(patient, MatchGrade.Certain, 0, [linked.From.Agent is null ? "linked" : "confirmed"])], false)
                : Verdict.Nobody;
            return (sure, answered);
        }

        var facts = Facts.Of(asked);
        var (candidates, names) = await index.FindAsync(facts, ct);
        return (PatientMatcher.Grade(facts, [.. candidates.Where(candidate => !view.NotPatients.Contains(candidate.Id))], names), answered);
    }

    /// <summary>Candidates as they travel, under the key of the person who asked.</summary>
    internal IReadOnlyList<PatientCandidate> Seal(Verdict verdict, DataSubjectId subject) =>
    [
        .. verdict.Matches.Select(match => new PatientCandidate(
            match.Patient.Id,
            vault.Seal(subject, match.Patient.Person.FullName),
            match.Patient.Person.BirthOn is { } birth ? vault.Seal(subject, birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : null,
            match.Grade,
            match.Reasons)),
    ];

    internal Task<KnownPatient?> GetAsync(string patientId, CancellationToken ct) => index.GetAsync(patientId, ct);

    internal Task<IReadOnlyList<KnownPatient>> SearchAsync(string words, CancellationToken ct) => index.SearchAsync(words, Today, ct);

    /// <summary>One card went into another.</summary>
    internal async Task ReplaceAsync(string gone, MisPatient remains, CancellationToken ct)
    {
        await index.PutAsync([(remains.Id, PatientOfMis.Person(remains))], ct);
        await index.RemoveAsync(gone, ct);
    }

    internal DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <returns>False: the MIS is out of reach.</returns>
    private async Task<bool> AskMisAsync(Person asked, CancellationToken ct)
    {
        if (asked.Phones.Count == 0 && asked.Emails.Count == 0)
        {
            return true;
        }

        try
        {
            var found = await mis.FindPatientsAsync(asked.Phones.Count > 0 ? asked.Phones[0] : null, asked.Emails.Count > 0 ? asked.Emails[0] : null, ct);
            await index.PutAsync([.. found.Select(patient => (patient.Id, PatientOfMis.Person(patient)))], ct);
            return true;
        }
        catch (MisUnavailableException)
        {
            return false;
        }
    }

    private Person Told(ContactView view, string? name)
    {
        var read = PersonName.Read(name ?? (view.Names is [.., var latest] ? vault.Open(latest.Value) : null));
        return new Person
        {
            Family = read.Family,
            Given = read.Given,
            Patronymic = read.Patronymic,
            BirthOn = view.BirthOn is { } birth && DateOnly.TryParseExact(vault.Open(birth.Value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : null,
            Phones = Open(ContactPointSystem.Phone),
            Emails = Open(ContactPointSystem.Email),
        };

        // The latest told first.
        string[] Open(ContactPointSystem system) =>
            [.. view.Points.Where(pair => pair.Point.Value.System == system).OrderByDescending(pair => pair.Point.From.At).Select(pair => vault.Open(pair.Point.Value.Value)).OfType<string>()];
    }
}

internal static class PatientOfMis
{
    public static Person Person(MisPatient patient) => new()
    {
        Family = patient.Family,
        Given = patient.Given,
        Patronymic = patient.Patronymic,
        BirthOn = patient.BirthOn,
        Phones = patient.Phone is { } phone ? [phone] : [],
        Emails = patient.Email is { } email ? [email] : [],
    };
}
