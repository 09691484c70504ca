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
    public static async Task Handle(SlotChanged change, NpgsqlDataSource database, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand("select pg_notify($1, $2)");
        command.Parameters.AddWithValue(SlotTail.Channel);
        command.Parameters.AddWithValue(JsonSerializer.Serialize(change, HubJson.Options));
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>Hears of slots and pushes them to this instance's windows as <c>slot</c>.</summary>
internal sealed class SlotTail(NpgsqlDataSource database, IHubContext<WindowHub> hub, TimeProvider clock, ILogger<SlotTail> log) : BackgroundService
{
    public const string Channel = "medcrm_slots";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lost = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                var told = new Queue<SlotChanged>();
                connection.Notification += (_, notice) => told.Enqueue(JsonSerializer.Deserialize<SlotChanged>(notice.Payload, HubJson.Options)!);
                await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
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
                    while (told.TryDequeue(out var change))
                    {
                        await hub.Clients.Group(WindowHub.Everyone).SendAsync("slot", change, stoppingToken);
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
