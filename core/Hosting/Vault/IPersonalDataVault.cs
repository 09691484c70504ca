using MedCrm.Contracts;

namespace MedCrm.Hosting.Vault;

/// <summary>Seals and opens personal data under one key per person. See docs/decisions/0006-personal-data-at-rest.md.</summary>
public interface IPersonalDataVault
{
    /// <summary>The subject behind a normalised address: a keyed hash (HMAC-SHA-256 under a key derived from the master key).</summary>
    DataSubjectId SubjectOf(ContactPointSystem system, string normalisedValue);

    /// <summary>A keyed hash of any text, 32 hex digits: for keys that must not tell what they were made from.</summary>
    string HashOf(string text);

    /// <summary>Makes sure the person has a key; call it before the first <see cref="Seal"/> for somebody who may be new. A person erased earlier gets a new key, which does not open what was sealed before.</summary>
    Task EnsureKeyAsync(DataSubjectId subject, CancellationToken ct);

    /// <summary>Loads keys in one query, so that opening many rows does not ask one by one.</summary>
    Task PrefetchAsync(IEnumerable<DataSubjectId> subjects, CancellationToken ct);

    /// <summary>Encrypts under the person's key.</summary>
    /// <exception cref="InvalidOperationException">The person has no key: <see cref="EnsureKeyAsync"/> was not called, or they were erased.</exception>
    Sealed Seal(DataSubjectId subject, string text);

    /// <summary>Decrypts. Null: the person was erased.</summary>
    string? Open(Sealed value);

    /// <summary>The key itself, for streams (<see cref="Blobs.IBlobStore"/>). Null: the person was erased.</summary>
    byte[]? KeyOf(DataSubjectId subject);

    /// <summary>Destroys the person's key: everything sealed under it is lost for good, wherever it is.</summary>
    /// <returns>False when there was no key.</returns>
    Task<bool> DestroyAsync(DataSubjectId subject, CancellationToken ct);
}
