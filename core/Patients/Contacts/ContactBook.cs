using Marten;
using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

/// <summary>Reads contacts together with those they are shown with.</summary>
public sealed class ContactBook(IDocumentSession session)
{
    /// <summary>The person behind a contact. Null: no such contact.</summary>
    /// <param name="id">Any contact of the person.</param>
    /// <param name="fresh">States that are newer than what is stored.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<ContactView?> ViewAsync(ContactId id, CancellationToken ct, params IReadOnlyList<Contact> fresh)
    {
        var read = fresh.ToDictionary(contact => contact.ContactId);
        var root = await ReadAsync(id);
        while (root?.MergedInto is { } into)
        {
            root = await ReadAsync(into.Value);
        }

        for (var level = root?.Joined.Select(other => other.Value).ToList() ?? []; level.Count > 0;)
        {
            var missing = level.Where(other => !read.ContainsKey(other)).Select(other => other.Value).ToArray();
            foreach (var contact in missing.Length == 0 ? [] : await session.LoadManyAsync<Contact>(ct, missing))
            {
                read[contact.ContactId] = contact;
            }

            level = [.. level.Where(read.ContainsKey).SelectMany(other => read[other].Joined).Select(other => other.Value)];
        }

        return ContactView.Of(id, read.GetValueOrDefault);

        async Task<Contact?> ReadAsync(ContactId one)
        {
            if (!read.ContainsKey(one) && await session.LoadAsync<Contact>(one.Value, ct) is { } found)
            {
                read[one] = found;
            }

            return read.GetValueOrDefault(one);
        }
    }

    /// <summary>Other people who share a phone or a mail address with this one: the household.</summary>
    public async Task<IReadOnlyList<ContactView>> HouseholdAsync(ContactView view, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(view);
        var keys = view.Points.Select(pair => pair.Point.Value.Key.Value).ToArray();
        var others = keys.Length == 0 ? [] : (await session.LoadManyAsync<ContactAddress>(ct, keys)).SelectMany(address => address.ContactIds).Except(view.MemberIds).ToList();
        var household = new List<ContactView>();
        foreach (var other in others)
        {
            if (await ViewAsync(other, ct) is { } one && one.Id != view.Id && household.All(known => known.Id != one.Id))
            {
                household.Add(one);
            }
        }

        return household;
    }
}
