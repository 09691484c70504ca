using System.Text.Json;
using System.Text.Json.Serialization;

namespace MedCrm.Contracts;

/// <summary>
/// Personal data, encrypted under the data key of one person. This is how names, addresses and texts travel on the bus and rest in
/// databases, event streams, dead letters and backups; destroying the person's key makes every copy unreadable.
/// </summary>
/// <remarks>
/// On the wire one string: <c>s1.{subject, 32 hex digits}.{base64url of nonce, ciphertext and tag}</c>; AES-256-GCM with the subject as
/// associated data. Only the vault (MedCrm.Hosting) seals and opens.
/// </remarks>
/// <param name="Subject">Whose key.</param>
/// <param name="Ciphertext">Base64url of nonce (12 bytes), ciphertext and tag (16 bytes).</param>
[JsonConverter(typeof(SealedConverter))]
public readonly record struct Sealed(DataSubjectId Subject, string Ciphertext)
{
    private const string Prefix = "s1.";
    private const int SubjectLength = 32;

    /// <summary>The form on the wire. Safe to log: it says nothing without the key.</summary>
    public override string ToString() => $"{Prefix}{Subject.Value:N}.{Ciphertext}";

    /// <summary>Reads the form on the wire.</summary>
    /// <param name="text">What <see cref="ToString"/> wrote.</param>
    /// <exception cref="FormatException">The text was not written by <see cref="ToString"/>.</exception>
    public static Sealed Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var dot = Prefix.Length + SubjectLength;
        return text.Length > dot && text.StartsWith(Prefix, StringComparison.Ordinal) && text[dot] == '.'
            && Guid.TryParseExact(text.AsSpan(Prefix.Length, SubjectLength), "N", out var subject)
            ? new Sealed(new DataSubjectId(subject), text[(dot + 1)..])
            : throw new FormatException("Not a sealed value of version s1.");
    }
}

/// <summary>Writes a <see cref="Sealed"/> as its wire form, still sealed.</summary>
public sealed class SealedConverter : JsonConverter<Sealed>
{
    /// <inheritdoc />
    public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Sealed.Parse(reader.GetString() ?? throw new JsonException("A sealed value cannot be null."));

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
