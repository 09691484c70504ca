using JasperFx.Events;
using Marten.Events.Aggregation;
using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

/// <summary>A value and where it comes from.</summary>
public sealed record Known<T>(T Value, Provenance From);

/// <summary>A name as it was told.</summary>
public sealed record KnownName(Sealed Value, string Key, Provenance From);

/// <summary>
/// A person as the centre meets them outside: what was told by them and about them, and nothing of anybody else's. A merged contact keeps
/// gathering its own facts; what the window shows is <see cref="ContactView"/>. Immutable: <see cref="After"/> gives the next state.
/// </summary>
public sealed record Contact
{
    public Guid Id { get; init; }

    public IReadOnlyList<KnownName> Names { get; init; } = [];

    public IReadOnlyList<Known<ContactPoint>> Points { get; init; } = [];

    public Known<Sealed>? BirthOn { get; init; }

    /// <summary>The patient's id in the MIS.</summary>
    public Known<string>? Patient { get; init; }

    /// <summary>Patients who were said to be somebody else.</summary>
    public IReadOnlyList<string> NotPatients { get; init; } = [];

    /// <summary>The contact it is shown as. Null: itself.</summary>
    public Known<ContactId>? MergedInto { get; init; }

    /// <summary>Contacts that are shown as this one.</summary>
    public IReadOnlyList<Known<ContactId>> Joined { get; init; } = [];

    public ContactId ContactId => new(Id);

    /// <summary>The state after one more event.</summary>
    public static Contact After(Contact? before, object happened) => happened switch
    {
        ContactBegun => new Contact(),
        _ when before is null => throw new InvalidOperationException($"{happened.GetType().Name} cannot be the first event of a contact."),
        AddressTold e => before.Points.Any(point => point.Value.Key == e.Point.Key) ? before : before with { Points = [.. before.Points, new(e.Point, e.From)] },
        // The latest telling comes last, also when it was told before.
        NameTold e => before with { Names = [.. before.Names.Where(name => name.Key != e.Key), new(e.Name, e.Key, e.From)] },
        BirthDateTold e => before with { BirthOn = new(e.On, e.From) },
        PatientLinked e => before with { Patient = new(e.PatientId, e.From), NotPatients = [.. before.NotPatients.Where(id => id != e.PatientId)] },
        PatientUnlinked e => before with { Patient = null, NotPatients = [.. before.NotPatients.Where(id => id != e.PatientId), e.PatientId] },
        PatientDeclined e => before with { NotPatients = [.. before.NotPatients.Where(id => id != e.PatientId), e.PatientId] },
        ContactJoined e => before with { Joined = [.. before.Joined, new(e.Other, e.From)] },
        ContactLeft e => before with { Joined = [.. before.Joined.Where(other => other.Value != e.Other)] },
        ContactMerged e => before with { MergedInto = new(e.Into, e.From) },
        ContactUnmerged => before with { MergedInto = null },
        _ => throw new InvalidOperationException($"A contact does not know {happened.GetType().Name}."),
    };
}

/// <summary>Keeps the current state of every contact beside its events, in the same transaction.</summary>
public sealed class ContactProjection : SingleStreamProjection<Contact, Guid>
{
    public ContactProjection()
    {
        foreach (var type in typeof(IContactEvent).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IContactEvent))))
        {
            IncludeType(type);
        }
    }

    public override Contact? Evolve(Contact? snapshot, Guid id, IEvent e) => Contact.After(snapshot, e.Data) with { Id = id };
}

/// <summary>Finds the contacts behind an address, by the address's keyed hash. Several: a household.</summary>
public sealed class ContactAddress
{
    public Guid Id { get; set; }

    public List<ContactId> ContactIds { get; set; } = [];
}
