using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

/// <summary>One person: a contact and everybody who was merged into it, as one.</summary>
/// <param name="Id">The contact that goes on.</param>
/// <param name="Members">It first, then the others in the order of merging, each with all of its own.</param>
public sealed record ContactView(ContactId Id, IReadOnlyList<Contact> Members)
{
    public Contact Root => Members[0];

    /// <summary>Names, the latest told last; a name several members have is told once.</summary>
    public IReadOnlyList<KnownName> Names { get; } = [.. Members.SelectMany(member => member.Names).GroupBy(name => name.Key).Select(group => group.MaxBy(name => name.From.At)!).OrderBy(name => name.From.At)];

    public IReadOnlyList<(Contact Of, Known<ContactPoint> Point)> Points { get; } =
        [.. Members.SelectMany(member => member.Points.Select(point => (member, point))).DistinctBy(pair => pair.point.Value.Key)];

    /// <summary>The latest entered.</summary>
    public Known<Sealed>? BirthOn { get; } = Members.Select(member => member.BirthOn).OfType<Known<Sealed>>().MaxBy(birth => birth.From.At);

    /// <summary>The first in the order of members: a merge of two different patients is refused.</summary>
    public Known<string>? Patient { get; } = Members.Select(member => member.Patient).OfType<Known<string>>().FirstOrDefault();

    public IReadOnlySet<string> NotPatients { get; } = Members.SelectMany(member => member.NotPatients).ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<ContactId> MemberIds => [.. Members.Select(member => member.ContactId)];

    /// <summary>Under whose key new facts of this person are sealed: the one their first address came under.</summary>
    public DataSubjectId? Subject => Points is [var first, ..] ? first.Point.Value.Value.Subject : null;

    /// <summary>Builds the view from all contacts that are needed for it.</summary>
    /// <param name="id">Any member.</param>
    /// <param name="find">A contact by its id. Null: unknown.</param>
    public static ContactView? Of(ContactId id, Func<ContactId, Contact?> find)
    {
        var root = find(id);
        while (root?.MergedInto is { } into)
        {
            root = find(into.Value);
        }

        return root is null ? null : new ContactView(root.ContactId, [.. WithJoined(root, find)]);
    }

    private static IEnumerable<Contact> WithJoined(Contact contact, Func<ContactId, Contact?> find) =>
        contact.Joined.Select(other => find(other.Value)).OfType<Contact>().SelectMany(other => WithJoined(other, find)).Prepend(contact);
}
