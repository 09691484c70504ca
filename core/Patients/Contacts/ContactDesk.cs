using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Mis;
using Wolverine;

namespace MedCrm.Patients.Contacts;

/// <summary>Writes a decision to the contacts it touches and tells the requests; all of it leaves with the caller's transaction.</summary>
public sealed class ContactDesk(ContactLog log, PatientSearch patients, IPersonalDataVault vault, TimeProvider clock)
{
    public Task<ContactView?> ViewAsync(ContactId id, CancellationToken ct) => log.LockAsync(id, ct);

    public async Task<bool> KnowsPatientAsync(string patientId, CancellationToken ct) => await patients.GetAsync(patientId, ct) is not null;

    internal async Task<(ContactAnswer, OutgoingMessages)> DecideAsync(
        ContactView view, ContactChange change, Agent by, CancellationToken ct, params (ContactId Id, Func<Provenance, object> Happened)[] decisions)
    {
        var from = new Provenance(null, by, clock.GetUtcNow());
        foreach (var (id, happened) in decisions)
        {
            await log.AppendAsync(id, happened(from), ct);
        }

        return (new ContactAnswer(view.Id), await TellAsync(view.Id, change, by, ct));
    }

    /// <summary>The MIS has merged a card into another: whoever was linked to the one that is gone is linked to the one that remains.</summary>
    internal async Task<OutgoingMessages> ReplacePatientAsync(string gone, MisPatient remains, Agent by, IQuerySession session, CancellationToken ct)
    {
        await patients.ReplaceAsync(gone, remains, ct);
        OutgoingMessages told = [];
        foreach (var contact in await session.QueryAsync<Contact>("where data -> 'patient' ->> 'value' = ?", ct, gone))
        {
            if (await ViewAsync(contact.ContactId, ct) is { } view)
            {
                told.AddRange((await DecideAsync(view, ContactChange.Linked, by, ct, (contact.ContactId, from => new PatientLinked(remains.Id, from)))).Item2);
            }
        }

        return told;
    }

    /// <summary>What the requests of a contact show from now on. What is certain now, is linked.</summary>
    internal async Task<OutgoingMessages> TellAsync(ContactId id, ContactChange change, Agent by, CancellationToken ct)
    {
        if (await log.ViewAsync(id, ct) is not { Subject: { } subject } view)
        {
            return [];
        }

        await vault.EnsureKeyAsync(subject, ct);
        var (verdict, _) = await patients.IdentifyAsync(view, null, ct);
        var now = clock.GetUtcNow();
        if (verdict.Grade == MatchGrade.Certain && view.Patient is null)
        {
            await log.AppendAsync(view.Id, new PatientLinked(verdict.Matches[0].Patient.Id, new Provenance(null, null, now)), ct);
        }

        return [new ContactChanged(subject, view.Id, view.MemberIds, change, verdict.Grade, patients.Seal(verdict, subject), by, now)];
    }
}
