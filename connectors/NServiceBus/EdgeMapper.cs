using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Edge;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>Turns a command of an endpoint into what the hub understands. Pure: the same envelope gives the same.</summary>
internal sealed class EdgeMapper : IRawInputMapper
{
    private const int LongestId = 200;
    private const int LongestText = 100_000;
    private const int LargestBody = 16 * 1024 * 1024;
    private static readonly string[] Reasons = ["bad-address", "mailbox-full", "rejected", "too-large", "expired", "blocked"];

    // Fields that are not known are passed over: the endpoint may be newer than we are.
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true, MaxDepth = 16 };

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await using (var content = await raw.OpenAsync(ct))
        {
            await content.CopyToAsync(bytes, ct);
        }

        return Map(raw.Channel, Envelope.Parse(bytes.ToArray()));
    }

    public static MappedInput Map(string channel, Envelope envelope)
    {
        if (envelope.Body.Length > LargestBody)
        {
            return new([], "too-large");
        }

        try
        {
            foreach (var type in envelope.Types)
            {
                if (type == typeof(Edge.ReceiveInboundMessage).FullName)
                {
                    return Message(channel, envelope, JsonSerializer.Deserialize<Edge.ReceiveInboundMessage>(envelope.Body.Span, Json));
                }

                if (type == typeof(Edge.ReportDelivery).FullName)
                {
                    return Report(channel, JsonSerializer.Deserialize<Edge.ReportDelivery>(envelope.Body.Span, Json));
                }
            }
        }
        catch (JsonException)
        {
            return new([], "unreadable");
        }

        return new([], "unknown-type");
    }

    /// <summary>An account is known by its endpoint, too: two of them may use the same numbers.</summary>
    public static string Account(string channel, string account) => $"{channel}/{account}";

    private static MappedInput Message(string channel, Envelope envelope, Edge.ReceiveInboundMessage? read)
    {
        if (read is null || !IsWhole(read))
        {
            return new([], "invalid-message");
        }

        return new([new InboundMessage
        {
            Channel = channel,
            Kind = ChannelKind.NServiceBus,
            ExternalMessageId = read.Id,
            ExternalConversationId = read.ConversationId ?? read.From.Account,
            From = [.. Addresses(channel, read.From)],
            DisplayName = read.From.Name,
            Topic = read.Topic ?? channel,
            Subject = read.Subject,
            Text = read.Text,
            References = read.References ?? [],
            Attachments = [.. (read.Attachments ?? []).Select(file => new InboundAttachment(file.FileName, file.MediaType, _ => Task.FromResult<Stream>(new MemoryStream(file.Content, writable: false))))],
            SentAt = (read.SentAt ?? envelope.SentAt)?.ToUniversalTime(),
            Automated = read.Automated,
            ChoiceOf = read.ChoiceOf is { } asked ? new MessageId(asked) : null,
        }]);
    }

    // What JSON leaves out is null here, whatever the types say.
    private static bool IsWhole(Edge.ReceiveInboundMessage read) =>
        read.Id is { Length: > 0 and <= LongestId }
        && read.From is { Account.Length: > 0 and <= LongestId } or { Account: null }
        && (read.From?.Account is not null || Sdk.Addresses.Phone(read.From?.Phone) is not null || Sdk.Addresses.Email(read.From?.Email) is not null)
        && read.From!.Name is null or { Length: <= 200 }
        && read.Text is { Length: <= LongestText } && (read.Text.Length > 0 || read.Attachments is { Count: > 0 })
        && read.ConversationId is null or { Length: > 0 and <= LongestId }
        && read.Topic is null or { Length: > 0 and <= LongestId }
        && read.Subject is null or { Length: <= 500 }
        && (read.References ?? []) is { Count: <= 50 } references && references.All(id => id is { Length: > 0 and <= LongestId })
        && (read.Attachments ?? []) is { Count: <= 20 } files && files.All(file => file is { FileName.Length: > 0 and <= 255, MediaType.Length: > 0 and <= 255, Content: not null });

    private static IEnumerable<Address> Addresses(string channel, Person from)
    {
        if (from.Account is { } account)
        {
            yield return new(ContactPointSystem.Account, Account(channel, account));
        }

        foreach (var address in new[] { Sdk.Addresses.Phone(from.Phone), Sdk.Addresses.Email(from.Email) }.OfType<Address>())
        {
            yield return address;
        }
    }

    private static MappedInput Report(string channel, Edge.ReportDelivery? read)
    {
        DeliveryStatus? status = read?.Status switch
        {
            "sent" => DeliveryStatus.Sent,
            "delivered" => DeliveryStatus.Delivered,
            "read" => DeliveryStatus.Read,
            "failed" => DeliveryStatus.Failed,
            _ => null,
        };
        var isWhole = status is not null
            && (status == DeliveryStatus.Failed) == Reasons.Contains(read!.ReasonCode)
            && read.ExternalMessageId is null or { Length: > 0 and <= LongestId }
            && read!.Detail is null or { Length: <= 1000 };
        return isWhole
            ? new([new DeliveryReport
            {
                Channel = channel,
                MessageId = new MessageId(read!.MessageId),
                ExternalMessageId = read.ExternalMessageId,
                Status = status!.Value,
                ReasonCode = read.ReasonCode,
                Detail = read.Detail,
            }])
            : new([], "invalid-message");
    }
}
