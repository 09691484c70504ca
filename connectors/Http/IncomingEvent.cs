using System.Text.Json;
using System.Text.Json.Serialization;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Chat;

namespace MedCrm.Connectors.Http;

/// <summary>An event as it is handed in. Fields that are not named here are refused: a misspelt one would be lost without a word.</summary>
/// <param name="Type"><c>message</c>: somebody wrote. <c>delivery</c>: what became of an answer.</param>
/// <param name="Id">Of a message: its id in the channel, at most 200 characters, no personal data.</param>
/// <param name="ConversationId">The channel's thread. Null: the sender's account.</param>
/// <param name="From">Who wrote. At least one address.</param>
/// <param name="Topic">An open request of the same person with the same topic is continued. Null: one topic for all.</param>
/// <param name="Subject">A subject line. Null: none.</param>
/// <param name="Text">Plain text, 1 to 100 000 characters; may be empty where there are attachments.</param>
/// <param name="SentAt">ISO 8601 with a zone. Null: now.</param>
/// <param name="Automated">Written by a machine.</param>
/// <param name="References">Ids of earlier messages it answers, nearest first.</param>
/// <param name="Attachments">Files, at most 20.</param>
/// <param name="ChoiceOf">The <c>messageId</c> of the callback whose button was pressed; the text is then the button's words. Null: typed.</param>
/// <param name="MessageId">Of a delivery: the <c>messageId</c> of the callback.</param>
/// <param name="Status">Of a delivery: <c>sent</c>, <c>delivered</c>, <c>read</c>, <c>failed</c>.</param>
/// <param name="ReasonCode">Why it failed.</param>
/// <param name="Detail">The channel's own words.</param>
internal sealed record IncomingEvent(
    string? Type,
    string? Id,
    string? ConversationId,
    IncomingPerson? From,
    string? Topic,
    string? Subject,
    string? Text,
    DateTimeOffset? SentAt,
    bool Automated,
    IReadOnlyList<string>? References,
    IReadOnlyList<IncomingFile>? Attachments,
    Guid? ChoiceOf,
    Guid? MessageId,
    DeliveryStatus? Status,
    string? ReasonCode,
    string? Detail)
{
    private const int LongestId = 200;
    private const int LongestText = 100_000;
    private const int MostFiles = 20;
    private static readonly string[] Reasons = ["bad-address", "mailbox-full", "rejected", "too-large", "expired"];
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 16,
    };

    /// <summary>Reads an event, or says in which fields it is wrong.</summary>
    public static (IncomingEvent? Event, IReadOnlyDictionary<string, string[]> Mistakes) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var read = JsonSerializer.Deserialize<IncomingEvent>(body.Span, Strict);
            var mistakes = read is null ? [("", "An object is needed.")] : read.Mistakes().ToList();
            return (mistakes.Count == 0 ? read : null, mistakes.GroupBy(m => m.Item1).ToDictionary(group => group.Key, group => group.Select(m => m.Item2).ToArray()));
        }
        catch (JsonException e)
        {
            // Its message may quote the value; the place does not.
            var place = e.Path is { Length: > 2 } path ? path[2..] : "";
            return (null, new Dictionary<string, string[]> { [place] = [$"Is not JSON as it is described, or a field that is not known (line {e.LineNumber + 1}, byte {e.BytePositionInLine})."] });
        }
    }

    private IEnumerable<(string, string)> Mistakes() => Type switch
    {
        "message" => MessageMistakes(),
        "delivery" => DeliveryMistakes(),
        _ => [("type", "message or delivery.")],
    };

    private IEnumerable<(string, string)> MessageMistakes()
    {
        if (Id is not { Length: > 0 and <= LongestId })
        {
            yield return ("id", $"1 to {LongestId} characters.");
        }

        if (ConversationId is { Length: 0 or > LongestId })
        {
            yield return ("conversationId", $"1 to {LongestId} characters, or leave it out.");
        }

        if (From is null || (From.Account is null && From.Phone is null && From.Email is null))
        {
            yield return ("from", "At least one of account, phone, email.");
        }
        else
        {
            if (From.Account is { Length: 0 or > LongestId })
            {
                yield return ("from.account", $"1 to {LongestId} characters.");
            }

            if (From.Phone is { } phone && Addresses.Phone(phone) is null)
            {
                yield return ("from.phone", "A telephone number, best in E.164.");
            }

            if (From.Email is { } email && Addresses.Email(email) is null)
            {
                yield return ("from.email", "A mail address.");
            }

            if (From.Name is { Length: > 200 })
            {
                yield return ("from.name", "At most 200 characters.");
            }
        }

        if (Topic is { Length: 0 or > LongestId })
        {
            yield return ("topic", $"1 to {LongestId} characters, or leave it out.");
        }

        if (Subject is { Length: > 500 })
        {
            yield return ("subject", "At most 500 characters.");
        }

        if (Text is not { Length: <= LongestText } || (Text.Length == 0 && Attachments is not { Count: > 0 }))
        {
            yield return ("text", $"1 to {LongestText} characters.");
        }

        if (References is { Count: > 50 } || References?.Any(id => id is not { Length: > 0 and <= LongestId }) == true)
        {
            yield return ("references", $"At most 50 ids of 1 to {LongestId} characters.");
        }

        if (Attachments is { Count: > MostFiles })
        {
            yield return ("attachments", $"At most {MostFiles}.");
        }

        foreach (var (i, file) in (Attachments ?? []).Index())
        {
            if (file?.FileName is not { Length: > 0 and <= 255 } || file.MediaType is not { Length: > 0 and <= 255 } || file.Content is null)
            {
                yield return ($"attachments[{i}]", "fileName and mediaType of 1 to 255 characters, content in base64.");
            }
        }
    }

    private IEnumerable<(string, string)> DeliveryMistakes()
    {
        if (MessageId is null)
        {
            yield return ("messageId", "The messageId of the callback.");
        }

        if (Status is null or DeliveryStatus.Queued)
        {
            yield return ("status", "sent, delivered, read or failed.");
        }

        if (Status == DeliveryStatus.Failed != Reasons.Contains(ReasonCode))
        {
            yield return ("reasonCode", $"With failed, and only then, one of {string.Join(", ", Reasons)}.");
        }

        if (Detail is { Length: > 1000 })
        {
            yield return ("detail", "At most 1000 characters.");
        }
    }
}

/// <summary>Who wrote.</summary>
/// <param name="Account">Their id in the channel; answers go to it.</param>
/// <param name="Phone">A telephone number.</param>
/// <param name="Email">A mail address.</param>
/// <param name="Name">As they call themselves.</param>
internal sealed record IncomingPerson(string? Account, string? Phone, string? Email, string? Name);

/// <summary>A file.</summary>
/// <param name="FileName">As declared.</param>
/// <param name="MediaType">As declared; the content decides.</param>
/// <param name="Content">In base64.</param>
internal sealed record IncomingFile(string? FileName, string? MediaType, byte[]? Content);
