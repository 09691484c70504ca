using System.Security.Cryptography;
using System.Text;

namespace MedCrm.Patients.Mis;

/// <summary>Names one intended write for ever: a repeat with the same key is the same write. No Russian MIS keeps such keys, so <see cref="ReliableMis"/> does.</summary>
/// <param name="Value">1 to 100 characters without blanks: the saga and its step, <c>{sagaId}:book</c>. Never personal data.</param>
public readonly record struct IdempotencyKey(string Value)
{
    /// <summary>A short form for MISes whose only place for it is a comment that people read: <c>[MC-1a2b3c4d]</c>. Not unique for ever; compare patient and time as well.</summary>
    public string Tag => $"{TagStart}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)).AsSpan(0, 4))}]";

    /// <summary>How every tag begins, ours and those of other keys.</summary>
    internal const string TagStart = "[MC-";

    /// <summary>The key of a step within the write.</summary>
    public IdempotencyKey Step(string name) => new($"{Value}:{name}");

    public override string ToString() => Value;
}
