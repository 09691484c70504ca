using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

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
        channels.MapGet("", (ChannelHealth health) => new ChannelList(health.All));
        channels.MapPost("test", async (IServiceProvider services, CancellationToken ct) =>
            new ConnectionReportList(services.GetService<IConnectionTest>() is { } test ? await test.TestAsync(ct) : []))
            .RequireAuthorization(policy => policy.RequireRole(MedCrm.Hosting.Identity.Roles.Admin));
    }
}
