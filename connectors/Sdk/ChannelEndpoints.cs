using Marten;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Sdk.Outbound;
using MedCrm.Hosting;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MedCrm.Connectors.Sdk;

/// <summary>How the channels of a connector are doing.</summary>
/// <param name="Items">By name.</param>
public sealed record ChannelList(IReadOnlyList<ChannelStatus> Items);

/// <summary>What a test of the settings saw.</summary>
/// <param name="Items">One report per channel. Empty: the connector is only written to and has nothing to reach.</param>
public sealed record ConnectionReportList(IReadOnlyList<ConnectionReport> Items);

internal static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder app)
    {
        var channels = app.MapGroup("/api/channels").RequireAuthorization();
        channels.MapGet("", async (ChannelHealth health, IServiceProvider services, IQuerySession session, ChannelAlertOptions alerts, BusinessHours hours, TimeProvider clock, CancellationToken ct) =>
            new ChannelList(await ListAsync(health.All, services.GetService<IOutboundSender>()?.DefaultChannel, session, alerts, hours, clock.GetUtcNow(), ct)));
        channels.MapPost("test", async (IServiceProvider services, CancellationToken ct) =>
            new ConnectionReportList(services.GetService<IConnectionTest>() is { } test ? await test.TestAsync(ct) : []))
            .RequireAuthorization(policy => policy.RequireRole(Roles.Admin));
    }

    internal static async Task<IReadOnlyList<ChannelStatus>> ListAsync(
        IReadOnlyList<ChannelStatus> channels, string? byDefault, IQuerySession session, ChannelAlertOptions alerts, BusinessHours hours, DateTimeOffset now, CancellationToken ct)
    {
        var list = new List<ChannelStatus>(channels.Count);
        var open = await AnswersUnderWayAsync(session, ct);
        byDefault ??= channels is [var only] ? only.Channel : null;
        foreach (var channel in channels)
        {
            var lag = channel.State == ChannelState.Connected ? 0 : (long)(now - channel.Since).TotalSeconds;
            var recalled = await RecalledAsync(channel with { LagSeconds = Math.Max(0, lag) }, session, ct) with
            {
                // Whose channel is no longer set up leaves through the default one too.
                Queue = open?.Count(through => through == channel.Channel || (channel.Channel == byDefault && channels.All(known => known.Channel != through))),
            };
            list.Add(recalled with { SilentSince = SilentSince(recalled, alerts, hours, now) });
        }

        return list;
    }

    /// <summary>The instant at which so much working time had passed without a message that somebody should look. Null: it has not.</summary>
    internal static DateTimeOffset? SilentSince(ChannelStatus channel, ChannelAlertOptions alerts, BusinessHours hours, DateTimeOffset now) =>
        alerts.SilenceOf(channel.Channel) is { } limit && hours.Add(channel.LastMessageAt ?? channel.Since, limit) is { } at && at <= now ? at : null;

    /// <summary>Through which channel each leaves; null: the default one. Null altogether: the database is away, and that is no reason to say nothing of the rest.</summary>
    private static async Task<IReadOnlyList<string?>?> AnswersUnderWayAsync(IQuerySession session, CancellationToken ct)
    {
        try
        {
            return [.. (await session.Query<OutboundAttempt>().Where(attempt => attempt.Outcome == null).ToListAsync(ct)).Select(attempt => attempt.Channel)];
        }
        catch (Exception e) when (IsAway(e))
        {
            return null;
        }
    }

    /// <summary>What outlives the process, and what the others of a cluster know.</summary>
    private static async Task<ChannelStatus> RecalledAsync(ChannelStatus status, IQuerySession session, CancellationToken ct)
    {
        try
        {
            var pulse = (await session.LoadAsync<ChannelPulse>(status.Channel, ct))?.HeardAt;
            return status with { LastMessageAt = pulse > status.LastMessageAt || status.LastMessageAt is null ? pulse : status.LastMessageAt };
        }
        catch (Exception e) when (IsAway(e))
        {
            return status;
        }
    }

    private static bool IsAway(Exception e) => e is NpgsqlException || e.InnerException is NpgsqlException;
}
