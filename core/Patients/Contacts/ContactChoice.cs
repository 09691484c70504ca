using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;

namespace MedCrm.Patients.Contacts;

/// <summary>
/// Whose message is it? An account belongs to one person. A phone or a mail address may serve a household: whoever gives another name there
/// is another contact, and whoever gives none is nobody of the family in particular.
/// </summary>
internal static class ContactChoice
{
    /// <param name="atAccount">Contacts of the accounts the message came from.</param>
    /// <param name="atAddress">Contacts of its phones and mail addresses, the surest address first.</param>
    /// <param name="name">As the person named themselves. Null: not given.</param>
    /// <returns>Null: somebody new.</returns>
    public static Contact? Of(IReadOnlyList<Contact> atAccount, IReadOnlyList<Contact> atAddress, string? name, IPersonalDataVault vault) =>
        Of(atAccount, atAddress, name, contact => contact.Names.Select(known => vault.Open(known.Value)).OfType<string>());

    public static Contact? Of(IReadOnlyList<Contact> atAccount, IReadOnlyList<Contact> atAddress, string? name, Func<Contact, IEnumerable<string>> namesOf)
    {
        if (atAccount is [var owner, ..])
        {
            return owner;
        }

        var told = PersonName.Read(name);
        if (told.IsEmpty)
        {
            return atAddress is [var only] ? only : atAddress.FirstOrDefault(contact => !namesOf(contact).Any());
        }

        var same = atAddress.Where(contact => IsTheirs(told, [.. namesOf(contact).Select(PersonName.Read)])).ToList();
        // A surname alone is the whole family's.
        return same.Count == 1 || (same.Count > 1 && told.Given is not null) ? same[0] : atAddress.FirstOrDefault(contact => !namesOf(contact).Any());
    }

    /// <summary>A surname alone is the whole family's; once they have told more, that counts.</summary>
    private static bool IsTheirs(PersonName told, List<PersonName> known) =>
        known.Exists(name => told.Agrees(name) && (name.Given is not null || !known.Exists(told.Contradicts)));
}
