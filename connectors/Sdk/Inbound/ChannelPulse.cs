namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>When a channel was last heard, by whichever process of its connector. Written with an input, at most once a minute, so that it costs the inputs nothing.</summary>
public sealed record ChannelPulse
{
    /// <summary>Our bot, mailbox or form.</summary>
    public required string Id { get; init; }

    /// <summary>UTC instant.</summary>
    public required DateTimeOffset HeardAt { get; init; }
}
