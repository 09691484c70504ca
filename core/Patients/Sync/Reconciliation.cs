using System.Text.Json;
using Marten;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Sync;

/// <summary>One visit of a report.</summary>
/// <param name="AppointmentId">Ours.</param>
/// <param name="RequestId">The request it was asked for in.</param>
/// <param name="MisId">The MIS's id of it. Null: the MIS has not said that it has it.</param>
/// <param name="Start">UTC instant at which it stood with us before the comparison.</param>
/// <param name="Reasons">What differed, in Russian, without a patient's name: <c>время: у нас 27.11 17:30, в МИС 28.11 10:00</c>.</param>
public sealed record ReconciledVisit(AppointmentId AppointmentId, RequestId RequestId, string? MisId, DateTimeOffset Start, IReadOnlyList<string> Reasons);

/// <summary>What a comparison with the MIS found.</summary>
/// <param name="ForDay">The night, or the day it was asked for, by the centre's calendar.</param>
/// <param name="StartedAt">UTC instant.</param>
/// <param name="FinishedAt">UTC instant.</param>
/// <param name="Counted">Visits of ours that were compared.</param>
/// <param name="Agreed">Of them, those of which both say the same.</param>
/// <param name="Waiting">Of them, those that were being written to the MIS.</param>
/// <param name="Repaired">Those that differed and follow the MIS now.</param>
/// <param name="Differing">Those that differ in what a person must decide.</param>
/// <param name="Adopted">Visits made in the MIS for patients we know that we had not heard of.</param>
/// <param name="By">Who asked for it. Null: the night's.</param>
public sealed record ReconciliationReport(
    DateOnly ForDay, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, int Counted, int Agreed, int Waiting, IReadOnlyList<ReconciledVisit> Repaired, IReadOnlyList<ReconciledVisit> Differing, int Adopted,
    Agent? By = null);

/// <summary>Compares all our visits of the window with a fresh and complete snapshot of the MIS's, once a night and when somebody asks for it, mends what can be mended and writes down the rest. However it began, one runs at a time.</summary>
internal sealed class Reconciliation(AppointmentSync sync, AppointmentCopy copy, FreeSlots slots, IDocumentStore store, ClinicTime time, MisOptions options, NpgsqlDataSource database, TimeProvider clock) : BeforeStart
{
    /// <summary>Once for each night, at its hour or when the hub is on again. While another one runs it waits for the next look.</summary>
    public async Task RunIfDueAsync(CancellationToken ct)
    {
        var local = time.Local(clock.GetUtcNow(), "");
        var night = DateOnly.FromDateTime(local).AddDays(TimeOnly.FromDateTime(local) >= options.Follow.ReconcileTime ? 0 : -1);
        await using var known = database.CreateCommand("select exists (select from mis.reconciliations where for_day = $1 and not on_demand)");
        known.Parameters.AddWithValue(night);
        if (await known.ExecuteScalarAsync(ct) is not true)
        {
            await database.InTurnAsync(Turn.Reconciliation, () => RunAsync(night, null, ct), ct);
        }
    }

    /// <summary>Because somebody wants to know. What two of them would do at once one does.</summary>
    /// <returns>Null: it is running already.</returns>
    public async Task<ReconciliationReport?> RunForAsync(Agent by, CancellationToken ct)
    {
        ReconciliationReport? report = null;
        await database.InTurnAsync(Turn.Reconciliation, async () => report = await RunAsync(DateOnly.FromDateTime(time.Local(clock.GetUtcNow(), "")), by, ct), ct);
        return report;
    }

    /// <summary>Whether one is under way, the night's or one that somebody asked for, in whatever instance.</summary>
    public Task<bool> IsRunningAsync(CancellationToken ct) => database.IsTakenAsync(Turn.Reconciliation, ct);

    /// <summary>Compares now.</summary>
    public async Task<ReconciliationReport> RunAsync(DateOnly day, Agent? by, CancellationToken ct)
    {
        var started = clock.GetUtcNow();
        await sync.ReadSnapshotAsync(ct);
        var (from, until) = options.Follow.Window(started);
        var directory = await slots.DirectoryAsync(ct);
        var theirs = (await copy.WithinAsync(from, until, ct)).ToDictionary(one => one.Appointment.Id);
        var ours = await OursAsync([.. theirs.Keys], from, until, ct);
        // Also those that stand with us and are nowhere in the window: moved out of it, or gone.
        var elsewhere = await copy.FindAsync([.. ours.Select(visit => visit.MisId).OfType<string>().Where(id => !theirs.ContainsKey(id))], ct);
        var (agreed, waiting, adopted, repaired, differing) = (0, 0, 0, new List<ReconciledVisit>(), new List<ReconciledVisit>());
        foreach (var visit in ours)
        {
            if (visit.Errand is not (Errand.None or Errand.Confirm) || visit.MisId is not { } id)
            {
                waiting++;
                continue;
            }

            var there = theirs.GetValueOrDefault(id) ?? elsewhere.GetValueOrDefault(id) ?? await sync.ReadOneAsync(visit, ct);
            var found = there.Gone ? null : there.Appointment;
            var differences = Differences.Between(visit, found);
            if (differences.Count == 0 && visit.Difference is null)
            {
                agreed++;
                continue;
            }

            var row = new ReconciledVisit(visit.AppointmentId, visit.RequestId, id, visit.Slot.Start, [.. differences.Select(difference => Differences.Words(difference, visit, found, directory))]);
            switch (await sync.TakeInAsync(there, directory, ct))
            {
                case TakenIn.Followed:
                    repaired.Add(row);
                    break;
                case TakenIn.Nothing:
                    // Somebody was quicker.
                    agreed++;
                    break;
                case TakenIn.Differs:
                    differing.Add(row);
                    break;
                default:
                    waiting++;
                    break;
            }
        }

        var mine = ours.Select(visit => visit.MisId).ToHashSet();
        foreach (var one in await OfKnownPatientsAsync([.. theirs.Values.Where(one => !mine.Contains(one.Appointment.Id) && one.Appointment.Status.Stands() && one.Appointment.Start > started)], ct))
        {
            adopted += await sync.TakeInAsync(one, directory, ct) == TakenIn.Followed ? 1 : 0;
        }

        var report = new ReconciliationReport(day, started, clock.GetUtcNow(), ours.Count, agreed, waiting, repaired, differing, adopted, by);
        await KeepAsync(report, ct);
        return report;
    }

    /// <summary>The last reports, the latest first.</summary>
    public async Task<IReadOnlyList<ReconciliationReport>> ReportsAsync(int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select report from mis.reconciliations order by for_day desc, started_at desc limit $1");
        command.Parameters.AddWithValue(limit);
        var reports = new List<ReconciliationReport>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            reports.Add(JsonSerializer.Deserialize<ReconciliationReport>(reader.GetString(0), HubJson.Options)!);
        }

        return reports;
    }

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists mis;
            create table if not exists mis.reconciliations (for_day date not null, report jsonb not null);
            alter table mis.reconciliations drop constraint if exists reconciliations_pkey;
            alter table mis.reconciliations add column if not exists started_at timestamptz not null default '-infinity';
            alter table mis.reconciliations add column if not exists on_demand boolean not null default false;
            create unique index if not exists reconciliations_night on mis.reconciliations (for_day) where not on_demand;
            """,
            cancellationToken);

    /// <summary>Ours that stand within the window, and those of which the MIS has one within it.</summary>
    private async Task<IReadOnlyList<Appointment>> OursAsync(string[] misIds, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var standing = await session.QueryAsync<Appointment>("where status in ('Proposed', 'Pending', 'Booked', 'Arrived')", ct);
        var there = misIds.Length == 0 ? [] : await session.QueryAsync<Appointment>("where mis_id = any(?)", ct, (object)misIds);
        return [.. standing.Where(visit => visit.Slot.Start >= from && visit.Slot.Start < until).Concat(there).DistinctBy(visit => visit.Id)];
    }

    private async Task<IReadOnlyList<CopiedAppointment>> OfKnownPatientsAsync(IReadOnlyList<CopiedAppointment> strangers, CancellationToken ct)
    {
        if (strangers.Count == 0)
        {
            return [];
        }

        await using var session = store.QuerySession();
        var patients = strangers.Select(one => one.Appointment.PatientId).Distinct().ToArray();
        var known = (await session.QueryAsync<Contact>("where data -> 'patient' ->> 'value' = any(?)", ct, (object)patients)).Select(contact => contact.Patient!.Value).ToHashSet();
        return [.. strangers.Where(one => known.Contains(one.Appointment.PatientId))];
    }

    private async Task KeepAsync(ReconciliationReport report, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with old as (delete from mis.reconciliations where for_day < $3)
            insert into mis.reconciliations (for_day, report, started_at, on_demand) values ($1, $2, $4, $5)
            on conflict (for_day) where not on_demand do update set report = excluded.report, started_at = excluded.started_at
            """);
        command.Parameters.AddWithValue(report.ForDay);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(report, HubJson.Options));
        command.Parameters.AddWithValue(report.ForDay.AddDays(-options.Follow.KeepDays));
        command.Parameters.AddWithValue(report.StartedAt);
        command.Parameters.AddWithValue(report.By is not null);
        await command.ExecuteNonQueryAsync(ct);
    }
}
