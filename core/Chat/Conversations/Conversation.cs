using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Chat.Conversations;

/// <summary>One thread between a contact and the centre on one channel.</summary>
public sealed class Conversation
{
    /// <summary>How many external ids of the thread are kept for the References of an answer; mail programs thread well by the last few.</summary>
    private const int ThreadLength = 20;

    // A plain UUID: Marten compiles a method anew for every look-up by a typed id.
    public Guid Id { get; set; }

    [JsonIgnore]
    public ConversationId ConversationId => new(Id);

    public ChannelKind Kind { get; set; }

    public string Channel { get; set; } = "";

    public DataSubjectId SubjectId { get; set; }

    public List<ContactPoint> ContactPoints { get; set; } = [];

    public Sealed? ContactName { get; set; }

    public string Topic { get; set; } = "";

    public Sealed? Subject { get; set; }

    /// <summary>External ids by which the far side knows the messages of this thread, oldest first.</summary>
    public List<string> Thread { get; set; } = [];

    /// <summary>False: the contact shut the channel to us.</summary>
    public bool Reachable { get; set; } = true;

    /// <summary>UTC instant by the channel's clock of what <see cref="Reachable"/> was learnt from.</summary>
    public DateTimeOffset ReachableAsOf { get; set; }

    /// <summary>Of a channel with threads of its own.</summary>
    public static ConversationId IdOf(string channel, string externalConversationId) => new(DeterministicId.From("conversation", channel, externalConversationId));

    public static Conversation Open(ConversationId id, ReceiveInboundMessage inbound) => new()
    {
        Id = id.Value,
        Kind = inbound.Kind,
        Channel = inbound.Channel,
        SubjectId = inbound.SubjectId,
        ContactPoints = [.. inbound.ContactPoints],
        ContactName = inbound.DisplayName,
        Topic = inbound.Topic,
        Subject = inbound.Subject,
    };

    /// <summary>A later message may bring a name or an address that the first one lacked.</summary>
    public void Learn(ReceiveInboundMessage inbound)
    {
        ContactName ??= inbound.DisplayName;
        ContactPoints.AddRange(inbound.ContactPoints.Where(point => ContactPoints.TrueForAll(known => known.Key != point.Key)));
        foreach (var alias in inbound.Aliases)
        {
            Remember(alias);
        }

        // Who writes lets us in.
        Reach(true, inbound.SentAt);
    }

    /// <summary>Takes over whether the contact lets us in; reports may overtake each other, the later one counts.</summary>
    /// <returns>False when it says nothing new.</returns>
    public bool Reach(bool reachable, DateTimeOffset at)
    {
        if (at < ReachableAsOf)
        {
            return false;
        }

        var isNews = Reachable != reachable;
        (Reachable, ReachableAsOf) = (reachable, at);
        return isNews;
    }

    public void Remember(string externalId)
    {
        Thread.Remove(externalId);
        Thread.Add(externalId);
        if (Thread.Count > ThreadLength)
        {
            // The root stays: some programs thread by it alone.
            Thread.RemoveAt(1);
        }
    }

    /// <summary>Whether a message that refers to this thread may join it: only the same person's. Somebody else's answer to a forwarded mail opens a thread of its own, or the next reply would go to the wrong person.</summary>
    public bool IsWith(ReceiveInboundMessage inbound) =>
        inbound.ContactPoints.Any(point => ContactPoints.Exists(known => known.Key == point.Key));

    /// <summary>How an answer travels. Null: it cannot be answered in writing.</summary>
    public ReplyRoute? Route() => !Reachable ? null : Kind switch
    {
        ChannelKind.Email => To(ContactPointSystem.Email, ChannelKind.Email, Channel),
        // A form is answered by mail; which mailbox sends is the mail connector's business.
        ChannelKind.Website => To(ContactPointSystem.Email, ChannelKind.Email, null),
        ChannelKind.Telegram or ChannelKind.Max or ChannelKind.Chat or ChannelKind.Http or ChannelKind.NServiceBus => To(ContactPointSystem.Account, Kind, Channel),
        ChannelKind.Phone => null,
        _ => throw new InvalidOperationException($"No route for {Kind}."),
    };

    private ReplyRoute? To(ContactPointSystem system, ChannelKind by, string? channel) =>
        ChatPart.Senders.Contains(by) && ContactPoints.Find(point => point.System == system) is { } point ? new ReplyRoute(by, channel, point.Value) : null;
}

/// <summary>Where an answer goes.</summary>
/// <param name="Kind">By which kind of channel.</param>
/// <param name="Channel">By which of our channels. Null: the connector's default one.</param>
/// <param name="To">To which address.</param>
public sealed record ReplyRoute(ChannelKind Kind, string? Channel, Sealed To)
{
    // "chat" is this room's own name; the connector of the chat on the site is called webchat.
    public static string QueueOf(ChannelKind kind) => Hosting.Bus.Queues.Outbound(kind == ChannelKind.Chat ? "webchat" : kind.ToString().ToLowerInvariant());
}
