using System.Collections.Concurrent;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;

namespace MedCrm.Connectors.Testing;

/// <summary>Hears what the connectors send, as Chat and Requests would, and remembers it; can say something to them, too.</summary>
public sealed class ChatStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _outbound;

    private ChatStandIn(WebApplication app, string? outbound)
    {
        _app = app;
        _outbound = outbound;
    }

    public Heard Heard => _app.Services.GetRequiredService<Heard>();

    public static async Task<ChatStandIn> StartAsync(IConfiguration settings, string? outbound = null)
    {
        var part = PartBuilder.Create("chat", typeof(ChatStandIn).Assembly, "Chat", settings);
        part.Web.Services.AddSingleton<Heard>();
        part.UseStore(_ => { });
        part.Hears(Queues.Chat).Hears(Queues.Requests);
        part.UseBus((options, bus) =>
        {
            options.Discovery.DisableConventionalDiscovery().IncludeType(typeof(HeardHandler));
            if (outbound is not null)
            {
                options.SendsTo(bus, Queues.Outbound(outbound));
            }
        });
        var app = part.Build();
        await app.StartAsync();
        return new(app, outbound);
    }

    public async Task SendAsync(object message)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().EndpointFor(Queues.Outbound(_outbound!)).SendAsync(message);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Everything that was heard.</summary>
public sealed class Heard
{
    public ConcurrentQueue<ReceiveInboundMessage> Messages { get; } = new();

    public ConcurrentQueue<ReportDelivery> Reports { get; } = new();

    public ConcurrentQueue<ChangeInboundMessage> Changes { get; } = new();

    public ConcurrentQueue<ReportReachability> Reachability { get; } = new();

    public ConcurrentQueue<RemoveInboundMessage> Removals { get; } = new();

    public ConcurrentQueue<CallChanged> Calls { get; } = new();

    /// <summary>Waits until a message with this id was heard.</summary>
    public async Task<ReceiveInboundMessage> MessageAsync(string externalMessageId) =>
        await Eventually.AsyncOf(() => Messages.FirstOrDefault(message => message.ExternalMessageId == externalMessageId));

    public async Task<ReportDelivery> ReportAsync(MedCrm.Contracts.MessageId id) =>
        await Eventually.AsyncOf(() => Reports.FirstOrDefault(report => report.MessageId == id));
}

/// <summary>Wolverine finds it by its methods.</summary>
public static class HeardHandler
{
    public static void Handle(ReceiveInboundMessage message, Heard heard) => heard.Messages.Enqueue(message);

    public static void Handle(ReportDelivery report, Heard heard) => heard.Reports.Enqueue(report);

    public static void Handle(ChangeInboundMessage change, Heard heard) => heard.Changes.Enqueue(change);

    public static void Handle(CallChanged call, Heard heard) => heard.Calls.Enqueue(call);

    public static void Handle(RemoveInboundMessage removal, Heard heard) => heard.Removals.Enqueue(removal);

    public static void Handle(ReportReachability report, Heard heard) => heard.Reachability.Enqueue(report);
}

/// <summary>Waits for what must become true, and no longer than that takes.</summary>
public static class Eventually
{
    public static async Task<T> AsyncOf<T>(Func<T?> look, TimeSpan? patience = null)
        where T : class
    {
        var most = patience ?? TimeSpan.FromSeconds(30);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            if (look() is { } found)
            {
                return found;
            }

            if (clock.GetElapsedTime(start) > most)
            {
                throw new TimeoutException($"No {typeof(T).Name} within {most.TotalSeconds:0} seconds.");
            }

            await Task.Delay(25);
        }
    }

    public static Task TrueAsync(Func<bool> look) => AsyncOf(() => look() ? "" : null);
}
