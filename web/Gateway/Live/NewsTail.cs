using System.Text.Json;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Gateway.Live;

/// <summary>Somebody holds a slot, or let it go: every gateway is told. It is kept nowhere; whoever was away reads it with the slots.</summary>
public static class SlotChangedHandler
{
    public static Task Handle(SlotChanged change, NpgsqlDataSource database, CancellationToken ct) => NewsTail.TellAsync(database, NewsTail.Slots, change, ct);
}

/// <summary>A list of people to turn to has changed. It is kept nowhere; whoever was away reads the list.</summary>
public static class WorkListChangedHandler
{
    public static Task Handle(WorkListChanged change, NpgsqlDataSource database, CancellationToken ct) => NewsTail.TellAsync(database, NewsTail.Lists, change, ct);
}

/// <summary>Hears what is told to all gateways and kept by none, and pushes it to this instance's windows as <c>slot</c> and <c>list</c>.</summary>
internal sealed class NewsTail(NpgsqlDataSource database, IHubContext<WindowHub> hub, TimeProvider clock, ILogger<NewsTail> log) : BackgroundService
{
    public const string Slots = "medcrm_slots";
    public const string Lists = "medcrm_lists";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task TellAsync<T>(NpgsqlDataSource database, string channel, T news, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select pg_notify($1, $2)");
        command.Parameters.AddWithValue(channel);
        command.Parameters.AddWithValue(JsonSerializer.Serialize(news, HubJson.Options));
        await command.ExecuteNonQueryAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lost = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                var told = new Queue<(string What, object News)>();
                connection.Notification += (_, notice) => told.Enqueue(
                    notice.Channel == Slots
                        ? ("slot", JsonSerializer.Deserialize<SlotChanged>(notice.Payload, HubJson.Options)!)
                        : ("list", JsonSerializer.Deserialize<WorkListChanged>(notice.Payload, HubJson.Options)!));
                await using (var listen = new NpgsqlCommand($"listen {Slots}; listen {Lists}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                if (lost)
                {
                    log.FeedIsBack();
                    lost = false;
                }

                while (!stoppingToken.IsCancellationRequested)
                {
                    await connection.WaitAsync(stoppingToken);
                    while (told.TryDequeue(out var next))
                    {
                        await hub.Clients.Group(WindowHub.Everyone).SendAsync(next.What, next.News, stoppingToken);
                    }
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or System.IO.IOException or System.Net.Sockets.SocketException)
            {
                if (!lost)
                {
                    log.FeedIsLost(e);
                    lost = true;
                }

                await Task.Delay(Patience, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
