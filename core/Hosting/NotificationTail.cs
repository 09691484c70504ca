using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace MedCrm.Hosting;

/// <summary>What PostgreSQL told.</summary>
/// <param name="Channel">Where.</param>
/// <param name="Payload">What; empty where it only wakes.</param>
public readonly record struct Notification(string Channel, string Payload);

/// <summary>
/// Listens to the database for as long as the process lives. A notification may be lost with its connection: it is a wake-up, and whoever needs
/// all of it catches up. A lost connection is dialled again each second; one word when it is lost, one when it is back.
/// </summary>
/// <param name="database">Whom to listen to.</param>
/// <param name="clock">By which it waits.</param>
/// <param name="channels">What to listen for.</param>
public abstract class NotificationTail(NpgsqlDataSource database, TimeProvider clock, params IReadOnlyList<string> channels) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The database that is listened to.</summary>
    protected NpgsqlDataSource Database => database;

    /// <summary>The clock.</summary>
    protected TimeProvider Clock => clock;

    /// <summary>Somebody listens, now or again; what was told before went unheard.</summary>
    protected virtual Task CatchUpAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Called for what was told, and with nothing about once a second.</summary>
    protected abstract Task FollowAsync(IReadOnlyList<Notification> told, CancellationToken ct);

    /// <summary>Whether a failure means that the database is out of reach; any other stops the tail.</summary>
    protected virtual bool IsOutage(Exception exception) => exception is NpgsqlException or TimeoutException or IOException or SocketException;

    /// <summary>It is lost; told once until it is back.</summary>
    protected abstract void SayLost(Exception exception);

    /// <summary>It is back.</summary>
    protected abstract void SayBack();

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lost = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                var told = new ConcurrentQueue<Notification>();
                connection.Notification += (_, notice) => told.Enqueue(new(notice.Channel, notice.Payload));
                await using (var listen = new NpgsqlCommand(string.Join("; ", channels.Select(channel => $"listen {channel}")), connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                await CatchUpAsync(stoppingToken);
                if (lost)
                {
                    SayBack();
                    lost = false;
                }

                while (!stoppingToken.IsCancellationRequested)
                {
                    var heard = new List<Notification>();
                    while (told.TryDequeue(out var notice))
                    {
                        heard.Add(notice);
                    }

                    await FollowAsync(heard, stoppingToken);
                    await connection.WaitAsync(Patience, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (IsOutage(e))
            {
                if (!lost)
                {
                    SayLost(e);
                    lost = true;
                }

                await Task.Delay(Patience, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
