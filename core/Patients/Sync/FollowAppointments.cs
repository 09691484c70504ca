using MedCrm.Patients.Mis;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Sync;

/// <summary>
/// Follows what happens to appointments in the MIS: its feed of changes where it has one, complete snapshots now and then in any case, and
/// hands over what is new one by one. Whatever dies in between is read and handed over again; taking in the same twice changes nothing. One
/// instance of the hub does it.
/// </summary>
internal sealed partial class FollowAppointments(
    AppointmentSync sync, Reconciliation reconciliation, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowAppointments> log)
    : MisFollower(Turn.Appointments, database, clock)
{
    /// <summary>Reads what changed, takes it in, and reconciles when the night has come.</summary>
    public async Task CatchUpAsync(CancellationToken ct)
    {
        await sync.ReadAsync(ct);
        await sync.TakeInAsync(ct);
        await reconciliation.RunIfDueAsync(ct);
    }

    protected override TimeSpan Every => options.Follow.Every;

    protected override async Task<TimeSpan> FollowAsync(CancellationToken ct)
    {
        await CatchUpAsync(ct);
        return options.Follow.Every;
    }

    protected override void SayAway(string why) => LogAway(why);

    protected override void SayBack() => LogBack();

    [LoggerMessage(3011, LogLevel.Warning, "Appointments cannot be followed in the MIS ({Why}); what changes there is not seen for now.")]
    private partial void LogAway(string why);

    [LoggerMessage(3012, LogLevel.Information, "Appointments are followed in the MIS again.")]
    private partial void LogBack();
}
