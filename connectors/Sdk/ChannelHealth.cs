using System.Collections.Concurrent;
using System.Text.Json.Serialization;

namespace MedCrm.Connectors.Sdk;

/// <summary>How a channel is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelState>))]
public enum ChannelState
{
    /// <summary>Reads, or waits for what is pushed to it.</summary>
    [JsonStringEnumMemberName("connected")] Connected,

    /// <summary>Out of reach; tried again with growing pauses. What comes meanwhile is read later.</summary>
    [JsonStringEnumMemberName("lagging")] Lagging,

    /// <summary>The far side refused our credentials; tried again every 15 minutes.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>Settings are wrong; not tried until the process restarts.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}

/// <summary>What the health page shows of a channel.</summary>
/// <param name="Channel">Our bot, mailbox or form.</param>
/// <param name="State">How it is doing.</param>
/// <param name="LastMessageAt">UTC instant of the last input. Null: there was none.</param>
/// <param name="Error">For IT: cause, place, remedy. Null: all is well.</param>
public sealed record ChannelStatus(string Channel, ChannelState State, DateTimeOffset? LastMessageAt, string? Error)
{
    /// <summary>UTC instant since which it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>For how many seconds nothing has been read: 0 while connected.</summary>
    public long LagSeconds { get; init; }

    /// <summary>UTC instant at which it had said nothing for longer than <see cref="ChannelAlertOptions.SilenceAlert"/> allows in working time. Null: it speaks, or may be silent.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>Answers that are still under way. Null: the database did not tell.</summary>
    public int? Queue { get; init; }
}

/// <summary>Keeps how each channel of this connector is doing.</summary>
public sealed class ChannelHealth(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ChannelStatus> _channels = new();

    /// <summary>All channels, by name.</summary>
    public IReadOnlyList<ChannelStatus> All => [.. _channels.Values.OrderBy(status => status.Channel, StringComparer.Ordinal)];

    /// <summary>Tells that a source has reached its channel. Without it the Sdk takes a source that has run for ten seconds for connected.</summary>
    public void Connected(string channel) => Set(channel, ChannelState.Connected, null);

    internal void Heard(string channel)
    {
        var now = clock.GetUtcNow();
        _channels.AddOrUpdate(channel, name => new(name, ChannelState.Connected, now, null) { Since = now }, (_, known) => known with { LastMessageAt = now });
    }

    internal ChannelState? StateOf(string channel) => _channels.TryGetValue(channel, out var status) ? status.State : null;

    internal void Lost(string channel, ChannelState state, string error) => Set(channel, state, error);

    private void Set(string channel, ChannelState state, string? error)
    {
        var now = clock.GetUtcNow();
        _channels.AddOrUpdate(
            channel,
            name => new(name, state, null, error) { Since = now },
            (_, known) => known with { State = state, Error = error, Since = known.State == state ? known.Since : now });
    }
}
