using System.Globalization;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Telegram;

/// <summary>A person in Telegram. In a private chat the chat's id is the person's, so it is also where answers go; it is the same for all our bots.</summary>
internal static class ContactAddress
{
    private const string Prefix = "telegram/";

    public static Address Of(long userId) => new(ContactPointSystem.Account, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{userId}"));

    /// <returns>Null: not an address of ours.</returns>
    public static long? ChatOf(string address) =>
        address.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(address.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
