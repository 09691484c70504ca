using System.Security.Cryptography;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Pager;

/// <summary>Understands what the service sends. Pure: the same bytes always give the same message, today and when a person replays them.</summary>
internal sealed class PagerMapper : IRawInputMapper
{
    public const string MediaType = "application/json";

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await using (var content = await raw.OpenAsync(ct))
        {
            await content.CopyToAsync(bytes, ct);
        }

        return Map(bytes.ToArray());
    }

    /// <summary>The key of an input: the message's id, else a hash of what nobody can read.</summary>
    public static string KeyOf(ReadOnlyMemory<byte> content) => Read(content)?.Id is { Length: > 0 and <= 200 } id ? id : Convert.ToHexStringLower(SHA256.HashData(content.Span));

    /// <summary>What was understood. Never throws for what a stranger sent.</summary>
    public static MappedInput Map(ReadOnlyMemory<byte> content) => Read(content) switch
    {
        { Id.Length: > 0 and <= 200, From.Id.Length: > 0, Text: { } text } message => new([Message(message, text)]),
        _ => new([], "unreadable"),
    };

    private static InboundMessage Message(PagerMessage message, string text) => new()
    {
        Channel = PagerConnector.Channel,
        Kind = ChannelKind.Chat, // a messenger of its own gets a ChannelKind of its own
        ExternalMessageId = message.Id!,
        ExternalConversationId = message.From!.Id,
        From = [new Address(ContactPointSystem.Account, message.From.Id!)],
        DisplayName = message.From.Name,
        Topic = "pager",
        Text = text,
        SentAt = message.Date?.ToUniversalTime(),
        Automated = message.IsBot,
    };

    private static PagerMessage? Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize<PagerMessage>(content.Span, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
