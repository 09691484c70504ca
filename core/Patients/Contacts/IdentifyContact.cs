using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Contacts;

/// <summary>Who is this? Finds or begins the contact, asks the MIS, grades what it says.</summary>
public static class IdentifyContactHandler
{
    public static async Task<ContactIdentified> Handle(
        IdentifyContact command, IDocumentSession session, IMisGateway mis, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var contact = await FindOrBegin(command, session, ct);
        await vault.PrefetchAsync([command.SubjectId], ct);
        var phone = Open(ContactPointSystem.Phone);
        var email = Open(ContactPointSystem.Email);
        IReadOnlyList<PatientCandidate> candidates = [];
        if (phone is not null || email is not null)
        {
            IReadOnlyList<MisPatient> found;
            try
            {
                found = await mis.FindPatientsAsync(phone, email, ct);
            }
            catch (MisUnavailableException e)
            {
                throw new TransientFailureException("The MIS does not answer; the contact will be asked for again.", e);
            }

            var name = command.DisplayName is { } sealedName ? vault.Open(sealedName) : null;
            candidates = [.. Matching.Grade(found, name, phone, email).Take(5).Select(match => new PatientCandidate(
                match.Patient.Id,
                vault.Seal(command.SubjectId, match.Patient.FullName),
                match.Patient.BirthOn is { } birth ? vault.Seal(command.SubjectId, birth.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)) : null,
                match.Grade,
                match.Reasons))];
        }

        return new ContactIdentified(command.RequestId, command.SubjectId, contact, candidates is [var best, ..] ? best.Grade : MatchGrade.None, candidates, clock.GetUtcNow());

        string? Open(ContactPointSystem system) =>
            command.ContactPoints.FirstOrDefault(point => point.System == system) is { } point ? vault.Open(point.Value) : null;
    }

    /// <summary>The contact of the surest known address; a shared address joins nobody, so where two contacts claim the addresses the first one stands and nothing is merged.</summary>
    private static async Task<ContactId> FindOrBegin(IdentifyContact command, IDocumentSession session, CancellationToken ct)
    {
        var keys = command.ContactPoints.Select(point => point.Key.Value).ToArray();
        var known = keys.Length == 0 ? [] : await session.LoadManyAsync<ContactAddress>(ct, keys);
        var first = keys.Select(key => known.FirstOrDefault(address => address.Id == key)).FirstOrDefault(address => address is not null);
        if (first is null)
        {
            var begun = ContactId.New();
            session.Insert(new Contact { Id = begun.Value, Name = command.DisplayName, Points = [.. command.ContactPoints] });
            session.Insert(command.ContactPoints.DistinctBy(point => point.Key).Select(point => new ContactAddress { Id = point.Key.Value, ContactId = begun }).ToArray());
            return begun;
        }

        var unclaimed = command.ContactPoints.Where(point => known.All(address => address.Id != point.Key.Value)).DistinctBy(point => point.Key).ToArray();
        if (unclaimed.Length > 0 && await session.LoadAsync<Contact>(first.ContactId.Value, ct) is { } contact)
        {
            contact.Points.AddRange(unclaimed);
            contact.Name ??= command.DisplayName;
            session.Update(contact);
            session.Insert(unclaimed.Select(point => new ContactAddress { Id = point.Key.Value, ContactId = first.ContactId }).ToArray());
        }

        return first.ContactId;
    }
}
