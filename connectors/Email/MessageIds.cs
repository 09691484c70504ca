using System.Security.Cryptography;
using System.Text;
using MimeKit.Utils;

namespace MedCrm.Connectors.Email;

/// <summary>
/// Message-IDs as external ids. Travelling form: bare, without angle brackets, as the sender wrote it, because an answer must quote it exactly.
/// It names a message and at most a host, not a person; what is longer than 200 characters or not printable is replaced by its hash and then cannot be quoted.
/// </summary>
internal static class MessageIds
{
    private const int MaxLength = 200;
    private const string HashPrefix = "sha256:";

    /// <summary>The Message-ID of our answer: the same for each attempt to send it, and Chat reads the message's own id from its first 32 digits.</summary>
    public static string OfAnswer(Guid messageId, string domain) => $"{messageId:N}@{domain}";

    /// <summary>The Message-ID of an acknowledgement. Starts with a word, so that nobody takes it for an answer of a manager.</summary>
    public static string OfAutoReply(Guid id, string domain) => $"auto.{id:N}@{domain}";

    /// <summary>The message behind one of our own Message-IDs. Null: it is not one of ours.</summary>
    public static Guid? OurMessage(string id, IReadOnlySet<string> ownDomains)
    {
        var at = id.IndexOf('@', StringComparison.Ordinal);
        return at == 32 && Guid.TryParseExact(id[..32], "N", out var message) && ownDomains.Contains(id[33..].ToLowerInvariant()) ? message : null;
    }

    /// <summary>The travelling form. Null: nothing is left of it.</summary>
    public static string? Bare(string? id)
    {
        var bare = id?.Trim().TrimStart('<').TrimEnd('>').Trim();
        return string.IsNullOrEmpty(bare) ? null
            : bare.Length <= MaxLength && bare.All(c => c is > ' ' and < '\u007f') ? bare
            : HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bare)));
    }

    /// <summary>All ids of a header value in order, in their travelling form.</summary>
    public static IEnumerable<string> All(byte[]? headerValue) =>
        headerValue is null ? [] : MimeUtils.EnumerateReferences(headerValue, 0, Math.Min(headerValue.Length, 64 * 1024)).Select(Bare).OfType<string>();

    /// <summary>The id to quote in a header. Null: it is no Message-ID (a form's receipt, a hash) or cannot be quoted.</summary>
    public static string? Quotable(string reference) =>
        reference.Contains('@', StringComparison.Ordinal) && !reference.StartsWith(HashPrefix, StringComparison.Ordinal)
            ? MimeUtils.ParseMessageId($"<{reference}>")
            : null;
}
