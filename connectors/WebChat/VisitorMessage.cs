using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace MedCrm.Connectors.WebChat;

/// <summary>What a visitor's browser posts: JSON, or multipart with this JSON in the part <c>message</c> and the files in parts <c>file</c>.</summary>
/// <param name="MessageId">Chosen by the browser: a repeat is the same message.</param>
/// <param name="Name">As she named herself. Null: not given.</param>
/// <param name="Phone">As she entered it. Null: not given.</param>
/// <param name="Page">The page she writes from. Null: not told.</param>
/// <param name="ChoiceOf">The answer of ours whose button she pressed. Null: she typed.</param>
internal sealed record VisitorMessage(Guid MessageId, string? Text, string? Name, string? Phone, string? Page, VisitorConsent? Consent, Guid? ChoiceOf = null);

/// <summary>The box she ticked.</summary>
internal sealed record VisitorConsent(bool Given, string? TextVersion);

/// <summary>A body, read. Exactly one of the two is set.</summary>
internal sealed record MessageReading(VisitorMessage? Message, IReadOnlyList<VisitorFile> Files, string? QuarantineReason)
{
    private const int LongestWords = 1024 * 1024;

    public static async Task<MessageReading> ReadAsync(string contentType, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed : null;
        if (type?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Words(body.Span, []);
        }

        try
        {
            return await PartsAsync(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), body, ct);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
        {
            return new(null, [], "broken-multipart");
        }
    }

    private static async Task<MessageReading> PartsAsync(string boundary, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        using var content = new MemoryStream(body.ToArray(), writable: false);
        var reader = new MultipartReader(boundary, content);
        byte[]? words = null;
        var files = new List<VisitorFile>();
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            using var bytes = new MemoryStream();
            await section.Body.CopyToAsync(bytes, ct);
            if (disposition.IsFileDisposition())
            {
                files.Add(new((disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString(), section.ContentType ?? "application/octet-stream", bytes.ToArray()));
            }
            else if (HeaderUtilities.RemoveQuotes(disposition.Name) == "message")
            {
                words = bytes.ToArray();
            }
        }

        return Words(words, files);
    }

    private static MessageReading Words(ReadOnlySpan<byte> json, IReadOnlyList<VisitorFile> files)
    {
        try
        {
            return json.Length <= LongestWords && JsonSerializer.Deserialize<VisitorMessage>(json, JsonSerializerOptions.Web) is { } message && message.MessageId != default
                ? new(message, files, null)
                : new(null, [], "unreadable");
        }
        catch (JsonException)
        {
            return new(null, [], "broken-json");
        }
    }
}

/// <summary>A file of a message.</summary>
internal sealed record VisitorFile(string Name, string MediaType, byte[] Content)
{
    public InboundAttachment Attachment => new(Name, MediaType, _ => Task.FromResult<Stream>(new MemoryStream(Content, writable: false)));
}

/// <summary>What is known of a message besides its body, and rests with it, so that a replay finds it again.</summary>
/// <param name="VisitorId">Who wrote.</param>
/// <param name="RemoteAddress">From where. Null: unknown.</param>
/// <param name="Suspicions">Words for <see cref="InboundMessage.Suspicions"/>.</param>
internal sealed record MessageFacts(Guid VisitorId, string ContentType, DateTimeOffset ReceivedAt, string? RemoteAddress, IReadOnlyList<string> Suspicions)
{
    public const string MediaType = "application/vnd.medcrm.webchat";

    /// <summary>One line of JSON, then the body as it came.</summary>
    public byte[] Frame(ReadOnlySpan<byte> body) => [.. JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web), (byte)'\n', .. body];

    /// <returns>Null: not framed by us.</returns>
    public static (MessageFacts Facts, ReadOnlyMemory<byte> Body)? Unframe(ReadOnlyMemory<byte> framed)
    {
        var end = framed.Span.IndexOf((byte)'\n');
        try
        {
            return end > 0 && JsonSerializer.Deserialize<MessageFacts>(framed.Span[..end], JsonSerializerOptions.Web) is { } facts ? (facts, framed[(end + 1)..]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
