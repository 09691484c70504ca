using MedCrm.Hosting;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace MedCrm.Patients.Mis;

/// <summary>Reads something of the MIS again and again, in one instance of the hub. While the MIS or the database is away it is tried again, and said once.</summary>
internal abstract class MisFollower(string turn, NpgsqlDataSource database, TimeProvider clock) : BackgroundService
{
    private bool _away;

    protected TimeProvider Clock => clock;

    /// <summary>How long to wait for the turn, and after a failure.</summary>
    protected abstract TimeSpan Every { get; }

    /// <summary>Reads what there is now.</summary>
    /// <returns>How long to rest before the next.</returns>
    protected abstract Task<TimeSpan> FollowAsync(CancellationToken ct);

    /// <summary>It is lost; told once until it is back.</summary>
    protected abstract void SayAway(string why);

    protected abstract void SayBack();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await database.InTurnAsync(turn, () => FollowForEverAsync(stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is MisUnavailableException or NpgsqlException)
            {
                // One line when it is lost, one when it is back.
                if (!_away)
                {
                    _away = true;
                    SayAway(e.GetType().Name);
                }
            }

            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowForEverAsync(CancellationToken ct)
    {
        while (true)
        {
            var rest = await FollowAsync(ct);
            if (_away)
            {
                _away = false;
                SayBack();
            }

            await Task.Delay(rest, clock, ct);
        }
    }
}
