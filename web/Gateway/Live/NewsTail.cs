using System.Text.Json;
using MedCrm.Contracts.Window;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using Microsoft.AspNetCore.SignalR;
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
internal sealed class NewsTail(NpgsqlDataSource database, IHubContext<WindowHub> hub, TimeProvider clock, ILogger<NewsTail> log)
    : NotificationTail(database, clock, NewsTail.Slots, NewsTail.Lists)
{
    public const string Slots = "medcrm_slots";
    public const string Lists = "medcrm_lists";

    public static async Task TellAsync<T>(NpgsqlDataSource database, string channel, T news, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select pg_notify($1, $2)");
        command.Parameters.AddWithValue(channel);
        command.Parameters.AddWithValue(JsonSerializer.Serialize(news, HubJson.Options));
        await command.ExecuteNonQueryAsync(ct);
    }

    protected override async Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct)
    {
        foreach (var (channel, payload) in told)
        {
            try
            {
                await (channel == Slots ? PushAsync<SlotChanged>("slot", payload, ct) : PushAsync<WorkListChanged>("list", payload, ct));
            }
            catch (JsonException)
            {
                // Told by an instance of another release; it is no more than a hint to read again.
            }
        }
    }

    protected override void SayLost(Exception exception) => log.FeedIsLost(exception);

    protected override void SayBack() => log.FeedIsBack();

    private Task PushAsync<T>(string what, string payload, CancellationToken ct) =>
        hub.Clients.Group(WindowHub.Everyone).SendAsync(what, JsonSerializer.Deserialize<T>(payload, HubJson.Options), ct);
}
