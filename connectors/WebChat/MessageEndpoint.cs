using System.Security.Cryptography;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>Takes in what a visitor writes. 202 means that it is stored: raw input, command and her own history in one commit.</summary>
internal sealed class MessageEndpoint(
    IInboundSink sink, Visitors visitors, History history, ArrivalRates rates, IOptionsMonitor<WebChatOptions> options, TimeProvider clock, ILogger<MessageEndpoint> log) : IWebhook, IRawInputMapper
{
    // A mobile operator shows many of its customers under one address.
    private const int VisitorsPerAddress = 10;

    public long MaxBodyBytes => options.CurrentValue.Chats.Select(chat => chat.MaxBodyBytes).DefaultIfEmpty(1024).Max();

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        var chat = options.CurrentValue.Chat(incoming.Values["chat"])!;
        if (await visitors.FindAsync(chat, Visitors.TokenOf(incoming.Headers), ct) is not { } visitor)
        {
            return Problem(StatusCodes.Status401Unauthorized, "chat.unauthorized", "The visitor's token is unknown or has expired; ask for a new one.");
        }

        var contentType = incoming.Headers.ContentType.ToString();
        var reading = await MessageReading.ReadAsync(contentType, incoming.Body, ct);
        if (incoming.Body.Length > chat.MaxBodyBytes || reading.Files.Count > chat.MaxFiles || reading.Files.Sum(file => file.Content.LongLength) > chat.MaxFileBytes)
        {
            return Problem(StatusCodes.Status413PayloadTooLarge, "chat.too-large", $"At most {chat.MaxFiles} files and {chat.MaxFileBytes} bytes together.");
        }

        if (reading.Message is { } words && string.IsNullOrWhiteSpace(words.Text) && reading.Files.Count == 0)
        {
            return Problem(StatusCodes.Status400BadRequest, "chat.empty", "Neither a text nor a file.");
        }

        var facts = new MessageFacts(visitor.Id, contentType, clock.GetUtcNow(), Remote(incoming), Suspicions(chat, visitor, Remote(incoming)));
        var result = await sink.AcceptAsync(Raw(visitor, facts, incoming.Body, reading), reading.Message is { } message ? [MessageMapper.Map(chat, facts, message, reading.Files)] : [], checkpoint: null, ct);
        Log.Received(log, chat.Key, visitor.Id, result, reading.QuarantineReason);
        return new(StatusCodes.Status202Accepted, JsonSerializer.Serialize(new { reading.Message?.MessageId }, JsonSerializerOptions.Web));
    }

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await using (var content = await raw.OpenAsync(ct))
        {
            await content.CopyToAsync(buffer, ct);
        }

        if (options.CurrentValue.Chats.Find(known => known.Channel == raw.Channel) is not { } chat)
        {
            return new([], "unknown-chat");
        }

        if (MessageFacts.Unframe(buffer.ToArray()) is not var (facts, body))
        {
            return new([], "unreadable");
        }

        var reading = await MessageReading.ReadAsync(facts.ContentType, body, ct);
        return reading.Message is { } message ? new([MessageMapper.Map(chat, facts, message, reading.Files)]) : new([], reading.QuarantineReason);
    }

    private RawInput Raw(Visitor visitor, MessageFacts facts, ReadOnlyMemory<byte> body, MessageReading reading)
    {
        var framed = facts.Frame(body.Span);
        // What nobody can read has no id; sent again it is recognised by its bytes.
        var key = reading.Message is { } message ? MessageMapper.ExternalIdOf(visitor.Id, message.MessageId) : $"{visitor.Id:N}-{Convert.ToHexStringLower(SHA256.HashData(body.Span))}";
        return RawInput.FromBytes(visitor.Chat.Channel, key, MessageFacts.MediaType, framed) with
        {
            QuarantineReason = reading.QuarantineReason,
            Alongside = reading.Message is { } readable
                ? history.Adding(visitor, readable.MessageId, new(readable.Text ?? "", [.. reading.Files.Select(file => new EntryFile(file.Name, file.MediaType, file.Content.LongLength, null))], null, ChoiceOf: readable.ChoiceOf), facts.ReceivedAt)
                : null,
        };
    }

    private List<string> Suspicions(ChatOptions chat, Visitor visitor, string? remote)
    {
        var byVisitor = rates.IsExceeded(chat.Key, $"{visitor.Id:N}", chat.RatePerMinute);
        var byAddress = remote is not null && rates.IsExceeded(chat.Key, remote, chat.RatePerMinute * VisitorsPerAddress);
        return byVisitor || byAddress ? ["rate"] : [];
    }

    private static string? Remote(WebhookCall incoming) => (incoming.RemoteAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : incoming.RemoteAddress)?.ToString();

    private static WebhookAnswer Problem(int status, string title, string detail) =>
        new(status, JsonSerializer.Serialize(new ProblemDetails { Title = title, Detail = detail, Status = status }, JsonSerializerOptions.Web), "application/problem+json");
}
