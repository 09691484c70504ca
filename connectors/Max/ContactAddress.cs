using System.Globalization;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Max;

/// <summary>A person in MAX. The same for all our bots; answers go to the dialog of this person with the bot that sends.</summary>
internal static class ContactAddress
{
    private const string Prefix = "max/";

    public static Address Of(long userId) => new(ContactPointSystem.Account, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{userId}"));

    /// <returns>Null: not an address of ours.</returns>
    public static long? UserOf(string address) =>
        address.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(address.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
