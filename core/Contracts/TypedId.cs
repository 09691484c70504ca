using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MedCrm.Contracts;

/// <summary>A typed identifier that travels as a bare UUID string, so that one person's data cannot be sent to another by mixing up two ids.</summary>
/// <typeparam name="TSelf">The identifier itself.</typeparam>
public interface ITypedId<TSelf> : IParsable<TSelf>
    where TSelf : struct, ITypedId<TSelf>
{
    /// <summary>The UUID behind the identifier. <see cref="Guid.Empty"/> means "none".</summary>
    Guid Value { get; }

    /// <summary>Wraps a UUID that is known to be an identifier of this kind.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>Writes a typed identifier as a UUID string, as a value and as a dictionary key.</summary>
/// <typeparam name="TId">The identifier.</typeparam>
public sealed class TypedIdConverter<TId> : JsonConverter<TId>
    where TId : struct, ITypedId<TId>
{
    /// <inheritdoc />
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TId.From(reader.GetGuid());

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>Identifiers derived from outside facts: the same fact always gives the same identifier, so a repeat is recognised by key.</summary>
public static class DeterministicId
{
    /// <summary>A version 8 UUID (RFC 9562 §5.8) over the parts. The parts are hashed without a secret: never pass personal data.</summary>
    /// <param name="parts">The facts, in order. Their boundaries count: ("a","b") differs from ("ab").</param>
    public static Guid From(params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts)), hash);
        return FromHash(hash);
    }

    /// <summary>A version 8 UUID from the first 16 bytes of a hash computed elsewhere.</summary>
    public static Guid FromHash(ReadOnlySpan<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash[..16].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
