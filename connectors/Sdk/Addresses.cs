using System.Text.RegularExpressions;
using MedCrm.Contracts;
using PhoneNumbers;

namespace MedCrm.Connectors.Sdk;

/// <summary>Normalises addresses so that one address is written one way everywhere.</summary>
public static partial class Addresses
{
    private static readonly PhoneNumberUtil Phones = PhoneNumberUtil.GetInstance();

    /// <summary>A telephone number in E.164. Understands 8(916)…, +7…, 7…, 916…, an extension ("доб. 12") and slashes; numbers without a country are Russian.</summary>
    /// <param name="text">As it was entered.</param>
    /// <returns>Null when it is not a possible number.</returns>
    public static Address? Phone(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 100)
        {
            return null;
        }

        // Only the first of "8 916 123-45-67 / 8 495 …", and no extension in words that the library does not know.
        var first = Extension().Split(text.Split('/', ';', ',')[0])[0];
        try
        {
            var number = Phones.Parse(first, "RU");
            return Phones.IsPossibleNumber(number) ? new Address(ContactPointSystem.Phone, Phones.Format(number, PhoneNumberFormat.E164)) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>A mail address in lower case, without a display name. The local part is lowered too: servers that tell case apart are extinct, people who type it differently are not.</summary>
    /// <returns>Null when it cannot be a mail address (RFC 5321 lengths, one "@", a dot in the domain or <c>localhost</c>).</returns>
    public static Address? Email(string? text)
    {
        var value = text?.Trim().TrimEnd('.').ToLowerInvariant();
        return value is { Length: <= 254 } && Mail().IsMatch(value) ? new Address(ContactPointSystem.Email, value) : null;
    }

    [GeneratedRegex(@"\s*(доб|вн|ext|#).*$", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();

    [GeneratedRegex(@"^[^\s@<>""(),:;\[\]\\]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]*[\p{L}\p{N}]$|^[^\s@<>]{1,64}@localhost$")]
    private static partial Regex Mail();
}
