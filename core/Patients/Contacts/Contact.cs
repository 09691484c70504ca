using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

/// <summary>A person as the centre meets them outside, with every address they write from.</summary>
public sealed class Contact
{
    public Guid Id { get; set; }

    public Sealed? Name { get; set; }

    public List<ContactPoint> Points { get; set; } = [];
}

/// <summary>Finds the contact behind an address, by the address's keyed hash.</summary>
public sealed class ContactAddress
{
    public Guid Id { get; set; }

    public ContactId ContactId { get; set; }
}
