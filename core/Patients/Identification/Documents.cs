using System.Globalization;
using PhoneNumbers;

namespace MedCrm.Patients.Identification;

/// <summary>Numbers and dates that identify, each written one way. What fails its own checksum or cannot be is nothing: a wrong number proves nothing about a person.</summary>
internal static class Documents
{
    private const int OldestYear = 1900;
    private static readonly PhoneNumberUtil Phones = PhoneNumberUtil.GetInstance();

    private static readonly string[] DateForms = ["yyyy-M-d", "d.M.yyyy", "d/M/yyyy", "d-M-yyyy", "d M yyyy", "d MMMM yyyy", "d MMM yyyy", "ddMMyyyy"];
    private static readonly string[] ShortDateForms = ["d.M.yy", "d/M/yy", "d-M-yy"];

    /// <summary>СНИЛС: eleven digits, the last two a checksum of the nine before. Null: not one.</summary>
    public static string? Snils(string? text)
    {
        var digits = Digits(text);
        if (digits.Length != 11 || digits.Distinct().Count() == 1)
        {
            return null;
        }

        // Numbers up to 001-001-998 were given out before there was a checksum.
        if (string.CompareOrdinal(digits[..9], "001001998") <= 0)
        {
            return digits;
        }

        var sum = Enumerable.Range(0, 9).Sum(index => (digits[index] - '0') * (9 - index)) % 101 % 100;
        return int.Parse(digits[9..], CultureInfo.InvariantCulture) == sum ? digits : null;
    }

    /// <summary>ЕНП, the number of an ОМС policy of the one form: sixteen digits, the last a checksum (as in ISO/IEC 7812). Null: not one.</summary>
    public static string? OmsPolicy(string? text)
    {
        var digits = Digits(text);
        if (digits.Length != 16 || digits.Distinct().Count() == 1)
        {
            return null;
        }

        var sum = 0;
        for (var index = 0; index < 16; index++)
        {
            var digit = (digits[15 - index] - '0') * (index % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0 ? digits : null;
    }

    /// <summary>A telephone number in E.164; without a country it is Russian, and 8 is the prefix of the country. Null: not a possible number.</summary>
    public static string? Phone(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 60)
        {
            return null;
        }

        try
        {
            var number = Phones.Parse(text, "RU");
            return Phones.IsPossibleNumber(number) ? Phones.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    public static string? Email(string? text) => text?.Trim().ToLowerInvariant() is { Length: > 2 and <= 254 } mail && mail.IndexOf('@', StringComparison.Ordinal) > 0 ? mail : null;

    /// <summary>A date of birth as people write it. Null: unreadable, before 1900 or after today.</summary>
    public static DateOnly? BirthDate(string? text, DateOnly today)
    {
        var written = text?.Trim().TrimEnd('.', 'г', ' ') ?? "";
        if (TryDate(written, DateForms, out var on))
        {
            return BirthDate(on, today);
        }

        // "41" is 1941 until 2041 has come.
        return TryDate(written, ShortDateForms, out on) ? BirthDate(on > today ? on.AddYears(-100) : on, today) : null;
    }

    /// <summary>Null: nobody alive was born then, or it is the date that programs write for "unknown".</summary>
    public static DateOnly? BirthDate(DateOnly? on, DateOnly today) =>
        on is { } date && date.Year >= OldestYear && date <= today && date != new DateOnly(OldestYear, 1, 1) ? date : null;

    private static bool TryDate(string text, string[] forms, out DateOnly on) =>
        DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out on) || DateOnly.TryParseExact(text, forms, Russian, DateTimeStyles.AllowInnerWhite, out on);

    private static CultureInfo Russian { get; } = CultureInfo.GetCultureInfo("ru-RU");

    private static string Digits(string? text) => text is null ? "" : string.Concat(text.Where(char.IsAsciiDigit));
}
