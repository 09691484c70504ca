using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

// What can happen to a contact. Nothing here is ever changed or removed; personal data is sealed.
// A merge moves nothing from one contact to another: it says "these are one person", and an unmerge takes that word back. That is why it is exact.

/// <summary>Where a fact comes from (FHIR: Provenance).</summary>
/// <param name="RequestId">The request in which it was told. Null: a person entered it.</param>
/// <param name="Agent">Who entered or decided it. Null: it came with a message, or the engine was certain.</param>
/// <param name="At">UTC instant.</param>
public sealed record Provenance(RequestId? RequestId, Agent? Agent, DateTimeOffset At);

/// <summary>What can happen to a contact. The projection looks at nothing else: visits have streams in the same store.</summary>
public interface IContactEvent;

public sealed record ContactBegun(Provenance From) : IContactEvent;

public sealed record AddressTold(ContactPoint Point, Provenance From) : IContactEvent;

/// <param name="Key">Keyed hash of the name as it is compared; the same name told again is no news.</param>
public sealed record NameTold(Sealed Name, string Key, Provenance From) : IContactEvent;

/// <param name="On">Date of birth, <c>yyyy-MM-dd</c>.</param>
public sealed record BirthDateTold(Sealed On, Provenance From) : IContactEvent;

public sealed record PatientLinked(string PatientId, Provenance From) : IContactEvent;

/// <summary>The card is somebody else's; the engine will not link it again by itself.</summary>
public sealed record PatientUnlinked(string PatientId, Provenance From) : IContactEvent;

/// <summary>A suggestion was turned down.</summary>
public sealed record PatientDeclined(string PatientId, Provenance From) : IContactEvent;

/// <summary>Written to the contact that goes on.</summary>
public sealed record ContactJoined(ContactId Other, Provenance From) : IContactEvent;

/// <summary>Written to the contact that from now on is shown as another.</summary>
public sealed record ContactMerged(ContactId Into, Provenance From) : IContactEvent;

/// <summary>Written to the contact that went on: the other one is its own again.</summary>
public sealed record ContactLeft(ContactId Other, Provenance From) : IContactEvent;

public sealed record ContactUnmerged(Provenance From) : IContactEvent;
