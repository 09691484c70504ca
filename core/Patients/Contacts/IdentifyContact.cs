using System.Globalization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Identification;
using Wolverine;

namespace MedCrm.Patients.Contacts;

/// <summary>Who is this? Finds or begins the contact, looks for the patient, links it when there is no doubt.</summary>
public static class IdentifyContactHandler
{
    public static async Task<OutgoingMessages> Handle(
        IdentifyContact command, IDocumentSession session, ContactLog log, PatientSearch patients, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var from = new Provenance(command.RequestId, null, clock.GetUtcNow());
        await vault.PrefetchAsync([command.SubjectId], ct);
        var name = command.DisplayName is { } told ? vault.Open(told) : null;
        var heard = await HearAsync(command, name, patients.Today, from, session, log, vault, ct);
        var view = await log.ViewAsync(heard, ct) ?? throw new InvalidOperationException("A contact that was just heard is not there.");
        var (verdict, misAnswered) = await patients.IdentifyAsync(view, name, ct);
        if (!misAnswered && verdict.Matches.Count == 0)
        {
            throw new TransientFailureException("The MIS does not answer; the contact will be asked for again.");
        }

        if (verdict.Grade == MatchGrade.Certain && view.Patient is null && await log.LockAsync(heard, ct) is { Patient: null })
        {
            await log.AppendAsync(view.Id, new PatientLinked(verdict.Matches[0].Patient.Id, from), ct);
        }

        session.Store(new RequestContact { Id = command.RequestId.Value, ContactId = heard, SubjectId = command.SubjectId });
        // The request belongs to the contact that was heard, for good; whom that one is shown as is another word, which can be taken back.
        var candidates = patients.Seal(verdict, command.SubjectId);
        OutgoingMessages answer = [new ContactIdentified(command.RequestId, command.SubjectId, heard, verdict.Grade, candidates, from.At)];
        if (view.Members.First(member => member.ContactId == heard).MergedInto is { From.Agent: { } by })
        {
            answer.Add(new ContactChanged(command.SubjectId, view.Id, view.MemberIds, ContactChange.Merged, verdict.Grade, candidates, by, from.At));
        }

        return answer;
    }

    /// <summary>Writes what the message tells to the contact it comes from; what it knew already is left alone.</summary>
    /// <returns>The contact that was heard.</returns>
    private static async Task<ContactId> HearAsync(
        IdentifyContact command, string? name, DateOnly today, Provenance from, IDocumentSession session, ContactLog log, IPersonalDataVault vault, CancellationToken ct)
    {
        var points = command.ContactPoints.DistinctBy(point => point.Key).ToList();
        var addresses = points.Count == 0 ? [] : await session.LoadManyAsync<ContactAddress>(ct, points.Select(point => point.Key.Value).ToArray());
        var contactIds = addresses.SelectMany(address => address.ContactIds).Select(id => id.Value).Distinct().ToArray();
        var contacts = contactIds.Length == 0 ? [] : await session.LoadManyAsync<Contact>(ct, contactIds);
        await vault.PrefetchAsync(contacts.SelectMany(contact => contact.Names).Select(known => known.Value.Subject), ct);
        var chosen = ContactChoice.Of(At(ContactPointSystem.Account), [.. At(ContactPointSystem.Phone), .. At(ContactPointSystem.Email)], name, vault);

        IReadOnlyList<object> news = [.. News(chosen, points, command.DisplayName, NameKey(name, vault), from), .. Birth(chosen, command.BirthDate, command.SubjectId, today, from, vault)];
        var id = chosen?.ContactId ?? ContactId.New();
        if (chosen is null)
        {
            log.Begin(id, [new ContactBegun(from), .. news]);
        }
        else
        {
            foreach (var happened in news)
            {
                await log.AppendAsync(id, happened, ct);
            }
        }

        foreach (var point in points)
        {
            if (addresses.FirstOrDefault(address => address.Id == point.Key.Value) is not { } address)
            {
                session.Insert(new ContactAddress { Id = point.Key.Value, ContactIds = [id] });
            }
            else if (!address.ContactIds.Contains(id))
            {
                address.ContactIds.Add(id);
                session.Update(address);
            }
        }

        return id;

        // In the order of the message's addresses: the surest first. Of one address the earliest contact first.
        IReadOnlyList<Contact> At(ContactPointSystem system) =>
        [
            .. points.Where(point => point.System == system)
                .SelectMany(point => addresses.FirstOrDefault(address => address.Id == point.Key.Value)?.ContactIds ?? [])
                .Distinct().Select(found => contacts.FirstOrDefault(contact => contact.ContactId == found)).OfType<Contact>(),
        ];
    }

    /// <summary>What a message tells that the contact has not told before.</summary>
    internal static IReadOnlyList<object> News(Contact? contact, IEnumerable<ContactPoint> points, Sealed? name, string? nameKey, Provenance from)
    {
        var addresses = points.Where(point => contact?.Points.Any(known => known.Value.Key == point.Key) != true).Select(object (point) => new AddressTold(point, from));
        return name is { } told && nameKey is not null && !(contact?.Names is [.., { Key: var latest }] && latest == nameKey)
            ? [.. addresses, new NameTold(told, nameKey, from)]
            : [.. addresses];
    }

    /// <summary>The date of birth that the message tells. What somebody of ours wrote down stands.</summary>
    private static IEnumerable<object> Birth(Contact? contact, Sealed? told, DataSubjectId subject, DateOnly today, Provenance from, IPersonalDataVault vault)
    {
        if (told is not { } written || contact?.BirthOn is { From.Agent: not null } || vault.Open(written) is not { } text || Documents.BirthDate(text, today) is not { } on)
        {
            yield break;
        }

        var birth = on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (contact?.BirthOn is not { } known || vault.Open(known.Value) != birth)
        {
            yield return new BirthDateTold(vault.Seal(subject, birth), from);
        }
    }

    /// <summary>Null: no name in it.</summary>
    internal static string? NameKey(string? name, IPersonalDataVault vault) => NameText.KeyOfAll(name) is { Length: > 0 } words ? vault.HashOf($"name:{words}") : null;
}
