using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Http;

/// <summary>Turns an event into what the hub understands. Pure: the same bytes give the same.</summary>
internal sealed class EventMapper : IRawInputMapper
{
    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await using (var content = await raw.OpenAsync(ct))
        {
            await content.CopyToAsync(body, ct);
        }

        return IncomingEvent.Read(body.ToArray()).Event is { } read ? new([Map(raw.Channel, read)]) : new([], "unreadable");
    }

    /// <param name="channel">The client's channel.</param>
    /// <param name="read">Without mistakes.</param>
    public static InboundEvent Map(string channel, IncomingEvent read) => read.Type == "message" ? Message(channel, read) : new DeliveryReport
    {
        Channel = channel,
        MessageId = new MessageId(read.MessageId!.Value),
        Status = read.Status!.Value,
        ReasonCode = read.ReasonCode,
        Detail = read.Detail,
    };

    /// <summary>An account is known by its client, too: two of them may use the same numbers.</summary>
    public static string Account(string channel, string account) => $"{channel}/{account}";

    private static InboundMessage Message(string channel, IncomingEvent read) => new()
    {
        Channel = channel,
        Kind = ChannelKind.Http,
        ExternalMessageId = read.Id!,
        ExternalConversationId = read.ConversationId ?? read.From!.Account,
        From = [.. From(channel, read.From!)],
        DisplayName = read.From!.Name,
        Topic = read.Topic ?? channel,
        Subject = read.Subject,
        Text = read.Text!,
        References = read.References ?? [],
        Attachments = [.. (read.Attachments ?? []).Select(file => new InboundAttachment(file.FileName!, file.MediaType!, _ => Task.FromResult<Stream>(new MemoryStream(file.Content!, writable: false))))],
        SentAt = read.SentAt?.ToUniversalTime(),
        Automated = read.Automated,
        ChoiceOf = read.ChoiceOf is { } asked ? new MessageId(asked) : null,
    };

    private static IEnumerable<Address> From(string channel, IncomingPerson person)
    {
        if (person.Account is { } account)
        {
            yield return new(ContactPointSystem.Account, Account(channel, account));
        }

        foreach (var address in new[] { Addresses.Phone(person.Phone), Addresses.Email(person.Email) }.OfType<Address>())
        {
            yield return address;
        }
    }
}
