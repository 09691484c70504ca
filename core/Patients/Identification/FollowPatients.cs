using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MedCrm.Patients.Identification;

/// <summary>
/// Keeps the index full of the MIS's patients: reads their list page by page without hurry, goes on after a restart where it stopped, then asks for those
/// who are new, and now and then reads all of it anew. One instance of the hub does it. Where the MIS lists nobody, the index grows by whoever is looked up.
/// </summary>
internal sealed partial class FollowPatients(IMisGateway mis, PatientIndex index, MisOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<FollowPatients> log) : MisFollower(Turn.Patients, database, clock)
{
    /// <summary>Takes over one page.</summary>
    /// <returns>True: there is more now.</returns>
    public async Task<bool> CatchUpAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        var (cursor, beganAt, fullAt) = await index.PositionAsync(ct);
        if (beganAt is null || (fullAt >= beganAt && now - beganAt >= options.Patients.AnewEvery))
        {
            (cursor, beganAt) = (null, now);
        }

        var page = await mis.ReadPatientsAsync(cursor, options.Patients.PageSize, ct);
        await index.PutAsync([.. page.Items.Select(patient => (patient.Id, PatientOfMis.Person(patient)))], ct);
        foreach (var gone in page.Gone)
        {
            await index.RemoveAsync(gone, ct);
        }

        await index.MoveAsync(page.Cursor, beganAt.Value, page.More ? null : Clock.GetUtcNow(), ct);
        return page.More;
    }

    protected override TimeSpan Every => options.Patients.Every;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => mis.Capabilities.HasFlag(MisCapabilities.ListPatients) ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override async Task<TimeSpan> FollowAsync(CancellationToken ct) => await CatchUpAsync(ct) ? options.Patients.Pause : options.Patients.Every;

    protected override void SayAway(string why) => LogAway(why);

    protected override void SayBack() => LogBack();

    [LoggerMessage(3015, LogLevel.Warning, "The list of patients cannot be read from the MIS ({Why}); it goes on later where it stopped.")]
    private partial void LogAway(string why);

    [LoggerMessage(3016, LogLevel.Information, "The list of patients is read from the MIS again.")]
    private partial void LogBack();
}
