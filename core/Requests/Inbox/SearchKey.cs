using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;

namespace MedCrm.Requests.Inbox;

/// <summary>What a manager typed into the search box, as something to look for. Addresses are compared by their keyed hash, so nothing is opened to find them.</summary>
internal static class SearchKey
{
    /// <summary>"№ 1042", "1042". Null: not a number of a request.</summary>
    public static long? Number(string words) =>
        long.TryParse(words.TrimStart('№', '#', ' '), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The key of a whole phone number or mail address. Null: neither.</summary>
    public static Guid? Address(IPersonalDataVault vault, string words)
    {
        if (words.Contains('@', StringComparison.Ordinal))
        {
            return vault.SubjectOf(ContactPointSystem.Email, words.ToLowerInvariant()).Value;
        }

        var digits = string.Concat(words.Where(char.IsAsciiDigit));
        return digits.Length switch
        {
            11 when digits[0] is '7' or '8' => vault.SubjectOf(ContactPointSystem.Phone, $"+7{digits[1..]}").Value,
            10 => vault.SubjectOf(ContactPointSystem.Phone, $"+7{digits}").Value,
            > 11 when words.StartsWith('+') => vault.SubjectOf(ContactPointSystem.Phone, $"+{digits}").Value,
            _ => null,
        };
    }

    /// <summary>The condition under which the database finds a request by itself: a number, a whole phone or a mail address. Null: names must be opened to find it.</summary>
    public static (string Condition, object[] Arguments)? Exact(IPersonalDataVault vault, string words)
    {
        var address = Address(vault, words)?.ToString() ?? "";
        return Number(words) is { } number ? ("(number = ? or data -> 'addressKeys' @> to_jsonb(?))", [number, address])
            : address.Length > 0 ? ("data -> 'addressKeys' @> to_jsonb(?)", [address])
            : null;
    }

    /// <summary>Whether a name or a subject contains the words; ё and е are one letter, the last digits of a phone count too.</summary>
    public static bool Matches(IPersonalDataVault vault, Request request, string words)
    {
        var needle = Fold(words);
        var digits = string.Concat(words.Where(char.IsAsciiDigit));
        return new[] { request.ContactName, request.Patient?.Name, request.Subject, request.Email }.Any(value => value is { } given && vault.Open(given) is { } text && Fold(text).Contains(needle, StringComparison.Ordinal))
            || (digits.Length >= 4 && request.Phone is { } phone && vault.Open(phone)?.Contains(digits, StringComparison.Ordinal) == true);
    }

    /// <summary>For comparing: ё and е are one letter, case does not matter.</summary>
    public static string Fold(string text) => text.ToLowerInvariant().Replace('ё', 'е');
}
