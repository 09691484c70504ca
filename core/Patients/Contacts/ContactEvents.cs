using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

// What can happen to a contact. Nothing here is ever changed or removed; personal data is sealed.
// A merge moves nothing from one contact to another: it says "these are one person", and an unmerge takes that word back. That is why it is exact.

/// <summary>Where a fact comes from (FHIR: Provenance).</summary>
/// <param name="RequestId">The request in which it was told. Null: a person entered it.</param>
/// <param name="Agent">Who entered or decided it. Null: it came with a message, or the engine was certain.</param>
/// <param name="At">UTC instant.</param>
public sealed record Provenance(RequestId? RequestId, Agent? Agent, DateTimeOffset At);

public sealed record ContactBegun(Provenance From);

public sealed record AddressTold(ContactPoint Point, Provenance From);

/// <param name="Key">Keyed hash of the name as it is compared; the same name told again is no news.</param>
public sealed record NameTold(Sealed Name, string Key, Provenance From);

/// <param name="On">Date of birth, <c>yyyy-MM-dd</c>.</param>
public sealed record BirthDateTold(Sealed On, Provenance From);

public sealed record PatientLinked(string PatientId, Provenance From);

/// <summary>The card is somebody else's; the engine will not link it again by itself.</summary>
public sealed record PatientUnlinked(string PatientId, Provenance From);

/// <summary>A suggestion was turned down.</summary>
public sealed record PatientDeclined(string PatientId, Provenance From);

/// <summary>Written to the contact that goes on.</summary>
public sealed record ContactJoined(ContactId Other, Provenance From);

/// <summary>Written to the contact that from now on is shown as another.</summary>
public sealed record ContactMerged(ContactId Into, Provenance From);

/// <summary>Written to the contact that went on: the other one is its own again.</summary>
public sealed record ContactLeft(ContactId Other, Provenance From);

public sealed record ContactUnmerged(Provenance From);
