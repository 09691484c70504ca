using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using Wolverine;

namespace MedCrm.Patients.Contacts;

// What people decide about a contact. They come from HTTP, are handled in this process and answered at once.

public sealed record LinkPatient(ContactId ContactId, string PatientId, Agent By);

public sealed record UnlinkPatient(ContactId ContactId, Agent By);

public sealed record DeclinePatient(ContactId ContactId, string PatientId, Agent By);

public sealed record TellBirthDate(ContactId ContactId, DateOnly On, Agent By);

/// <summary>The two are one person; the first goes on.</summary>
public sealed record MergeContacts(ContactId Into, ContactId Other, Agent By);

/// <summary>They are two again, each with its own.</summary>
public sealed record UnmergeContacts(ContactId From, ContactId Other, Agent By);

/// <param name="Id">The contact afterwards. Null: refused.</param>
/// <param name="Refusal">A stable word: <c>contact.not-found</c>, <c>patient.not-found</c>, <c>contact.linked</c>, <c>contact.not-linked</c>, <c>contact.same</c>, <c>contact.patients-differ</c>, <c>contact.not-merged</c>. Null: done.</param>
public sealed record ContactAnswer(ContactId? Id, string? Refusal = null)
{
    public static ContactAnswer No(string refusal) => new(null, refusal);
}

public static class ContactCommandHandler
{
    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(LinkPatient command, ContactDesk desk, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.ContactId, ct) is not { } view)
        {
            return Refused("contact.not-found");
        }

        if (view.Patient is { } linked)
        {
            // The same again is a repeated click.
            return linked.Value == command.PatientId ? (new ContactAnswer(view.Id), []) : Refused("contact.linked");
        }

        return await desk.KnowsPatientAsync(command.PatientId, ct)
            ? await desk.DecideAsync(view, ContactChange.Linked, command.By, ct, (view.Id, from => new PatientLinked(command.PatientId, from)))
            : Refused("patient.not-found");
    }

    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(UnlinkPatient command, ContactDesk desk, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.ContactId, ct) is not { } view)
        {
            return Refused("contact.not-found");
        }

        var linked = view.Members.Where(member => member.Patient is not null).ToArray();
        return linked.Length == 0
            ? Refused("contact.not-linked")
            : await desk.DecideAsync(view, ContactChange.Unlinked, command.By, ct, [.. linked.Select(member => (member.ContactId, (Func<Provenance, object>)(from => new PatientUnlinked(member.Patient!.Value, from))))]);
    }

    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(DeclinePatient command, ContactDesk desk, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.ContactId, ct) is not { } view)
        {
            return Refused("contact.not-found");
        }

        if (view.Patient?.Value == command.PatientId)
        {
            return Refused("contact.linked");
        }

        return view.NotPatients.Contains(command.PatientId)
            ? (new ContactAnswer(view.Id), [])
            : await desk.DecideAsync(view, ContactChange.Declined, command.By, ct, (view.Id, from => new PatientDeclined(command.PatientId, from)));
    }

    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(TellBirthDate command, ContactDesk desk, IPersonalDataVault vault, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.ContactId, ct) is not { Subject: { } subject } view)
        {
            return Refused("contact.not-found");
        }

        await vault.EnsureKeyAsync(subject, ct);
        var on = vault.Seal(subject, command.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return await desk.DecideAsync(view, ContactChange.BirthTold, command.By, ct, (view.Id, from => new BirthDateTold(on, from)));
    }

    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(MergeContacts command, ContactDesk desk, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.Into, ct) is not { } into || await desk.ViewAsync(command.Other, ct) is not { } other)
        {
            return Refused("contact.not-found");
        }

        if (into.Id == other.Id)
        {
            return Refused("contact.same");
        }

        return into.Patient is { } one && other.Patient is { } two && one.Value != two.Value
            ? Refused("contact.patients-differ")
            : await desk.DecideAsync(
                into, ContactChange.Merged, command.By, ct, (into.Id, from => new ContactJoined(other.Id, from)), (other.Id, from => new ContactMerged(into.Id, from)));
    }

    public static async Task<(ContactAnswer, OutgoingMessages)> Handle(UnmergeContacts command, ContactDesk desk, CancellationToken ct)
    {
        if (await desk.ViewAsync(command.From, ct) is not { } view)
        {
            return Refused("contact.not-found");
        }

        if (view.Members.FirstOrDefault(member => member.ContactId == command.Other) is not { MergedInto: { } into } other)
        {
            return Refused("contact.not-merged");
        }

        var (answer, told) = await desk.DecideAsync(
            view, ContactChange.Unmerged, command.By, ct, (into.Value, from => new ContactLeft(other.ContactId, from)), (other.ContactId, from => new ContactUnmerged(from)));
        return (answer, [.. told, .. await desk.TellAsync(other.ContactId, ContactChange.Unmerged, command.By, ct)]);
    }

    private static (ContactAnswer, OutgoingMessages) Refused(string refusal) => (ContactAnswer.No(refusal), []);
}
