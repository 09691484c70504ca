using System.Security.Cryptography;
using System.Text;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Max;

/// <summary>A contact that somebody shared, as a vCard.</summary>
/// <param name="Phone">Null: none that could be one.</param>
/// <param name="Name">Null: not given.</param>
/// <param name="IsSigned">MAX itself vouches that whoever pressed the bot's button shared the number of their own account.</param>
internal sealed record SharedContact(Address? Phone, string? Name, bool IsSigned)
{
    /// <param name="payload">The attachment's.</param>
    /// <param name="token">The bot's: MAX makes <c>hash</c> with it, hex HMAC-SHA-256 of <c>vcf_info</c>.</param>
    public static SharedContact Read(MaxPayload payload, string token)
    {
        // Some clients send the line ends escaped once more; the hash is over real ones.
        var card = (payload.VcfInfo ?? "").Replace("\\r\\n", "\r\n", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        return new(PhoneOf(Value(card, "TEL")), Value(card, "FN") ?? payload.MaxInfo?.Called, IsSignedBy(token, card, payload.Hash));
    }

    /// <summary>The proof that MAX adds to a card.</summary>
    public static string Sign(string token, string card) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(card)));

    private static bool IsSignedBy(string token, string card, string? hash) =>
        card.Length > 0 && hash is { Length: 64 } && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(token, card)), Encoding.UTF8.GetBytes(hash.ToLowerInvariant()));

    /// <summary>RFC 6350: <c>TEL;TYPE=cell:79161234567</c>.</summary>
    private static string? Value(string card, string property) => card.Split('\r', '\n')
        .Where(line => line.StartsWith(property, StringComparison.OrdinalIgnoreCase) && line.Length > property.Length && line[property.Length] is ':' or ';')
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().TrimEnd(';'))
        .FirstOrDefault(value => value.Length > 0);

    // MAX leaves the plus away.
    private static Address? PhoneOf(string? text) => text is null ? null : Addresses.Phone(text.StartsWith('+') || text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? text : "+" + text);
}
