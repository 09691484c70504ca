using Marten;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Wolverine;

namespace MedCrm.Patients.Sync;

/// <summary>Reads appointments from the MIS into our copy, and hands what is new to our visits, one by one. Every step may be repeated.</summary>
internal sealed partial class AppointmentSync(IMisGateway mis, AppointmentCopy copy, FreeSlots slots, IDocumentStore store, ClinicTime time, MisOptions options, IServiceScopeFactory scopes, TimeProvider clock, ILogger<AppointmentSync> log)
{
    private const int PageSize = 500;
    private const int NewsAtOnce = 500;

    /// <summary>The feed where there is one, and a complete snapshot when it is time for one.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        var (cursor, snapshotAt) = await copy.PositionAsync(ct);
        if (mis.Capabilities.HasFlag(MisCapabilities.ChangeFeed))
        {
            ChangePage page;
            do
            {
                // Without a cursor the page is empty and tells where now is; the snapshot below brings what was before.
                var began = clock.GetUtcNow();
                page = await mis.ReadChangesAsync(cursor, PageSize, ct);
                if (page.Cursor != cursor || page.Items.Count > 0)
                {
                    await copy.PutChangesAsync(page.Items, page.Cursor, began, ct);
                }

                cursor = page.Cursor;
            }
            while (page.More);
        }

        if (snapshotAt is null || clock.GetUtcNow() - snapshotAt >= options.Follow.SnapshotEvery)
        {
            await ReadSnapshotAsync(ct);
        }

        await copy.AnnounceRecognisedAsync(clock.GetUtcNow(), ct);
    }

    /// <summary>Reads the whole window. Who has been missing from two snapshots is asked for by name: moved out of the window, or gone.</summary>
    public async Task ReadSnapshotAsync(CancellationToken ct)
    {
        var began = clock.GetUtcNow();
        var (from, until) = options.Follow.Window(began);
        foreach (var id in await copy.PutSnapshotAsync(from, until, await mis.ReadAppointmentsAsync(from, until, ct), began, ct))
        {
            await ReadOneAsync(id, ct);
        }

        await copy.ForgetAsync(from.AddDays(-options.Follow.KeepDays), ct);
    }

    /// <summary>Hands over what is new.</summary>
    public async Task TakeInAsync(CancellationToken ct)
    {
        var directory = await slots.DirectoryAsync(ct);
        IReadOnlyList<CopiedAppointment> page;
        bool goesOn;
        do
        {
            page = await copy.NewsAsync(NewsAtOnce, ct);
            var ours = await OursAsync(page, ct);
            var strangers = page.Except(ours).ToList();
            await copy.SettleAsync(strangers, ct);
            goesOn = strangers.Count > 0;
            foreach (var news in ours)
            {
                goesOn |= await TakeInAsync(news, directory, ct) is not (TakenIn.Later or TakenIn.Stale);
            }
        }
        while (page.Count == NewsAtOnce && goesOn);
    }

    /// <summary>Most of what a clinic books is for people who never wrote to us.</summary>
    private async Task<IReadOnlyList<CopiedAppointment>> OursAsync(IReadOnlyList<CopiedAppointment> page, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return [];
        }

        await using var session = store.QuerySession();
        var visits = await session.QueryAsync<Appointment>("where mis_id = any(?)", ct, (object)page.Select(one => one.Appointment.Id).ToArray());
        var patients = page.Select(one => one.Appointment.PatientId).Distinct().ToArray();
        var contacts = await session.QueryAsync<Contact>("where data -> 'patient' ->> 'value' = any(?)", ct, (object)patients);
        var (ids, known) = (visits.Select(visit => visit.MisId!).ToHashSet(StringComparer.Ordinal), contacts.Select(contact => contact.Patient!.Value).ToHashSet(StringComparer.Ordinal));
        return [.. page.Where(one => ids.Contains(one.Appointment.Id) || known.Contains(one.Appointment.PatientId))];
    }

    /// <summary>Hands over one appointment, read again when it was read too early to be believed.</summary>
    public async Task<TakenIn> TakeInAsync(CopiedAppointment news, MisDirectory directory, CancellationToken ct)
    {
        try
        {
            var taken = await HandOverAsync(news, directory, ct);
            if (taken == TakenIn.Stale && await ReadOneAsync(news.Appointment.Id, ct) is { } fresh)
            {
                (news, taken) = (fresh, await HandOverAsync(fresh, directory, ct));
            }

            if (taken is not (TakenIn.Later or TakenIn.Stale))
            {
                await copy.SettleAsync([news], ct);
            }

            return taken;
        }
        catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException and not MisUnavailableException)
        {
            // One that cannot be taken in must not stand in the way of the others; it stays news.
            LogFailed(news.Appointment.Id, e.GetType().Name);
            return TakenIn.Later;
        }
    }

    /// <summary>A visit that no snapshot showed, asked for by name.</summary>
    public async Task<CopiedAppointment> ReadOneAsync(Appointment visit, CancellationToken ct)
    {
        var asked = clock.GetUtcNow();
        return await ReadOneAsync(visit.MisId!, ct)
            // Never copied, and gone: as we had it.
            ?? new CopiedAppointment(new MisAppointment(visit.MisId!, null, AppointmentStatus.Cancelled, visit.PatientId, visit.Slot.PractitionerId, visit.Slot.LocationId, visit.Slot.Start, visit.Slot.End), true, asked);
    }

    private async Task<TakenIn> HandOverAsync(CopiedAppointment news, MisDirectory directory, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync<TakenIn>(new TakeInAppointment(news, Named(news.Appointment, directory)), ct);
    }

    private async Task<CopiedAppointment?> ReadOneAsync(string id, CancellationToken ct)
    {
        var asked = clock.GetUtcNow();
        if (await mis.GetAppointmentAsync(id, ct) is { } there)
        {
            await copy.PutOneAsync(there, asked, ct);
        }
        else
        {
            await copy.PutGoneAsync(id, asked, ct);
        }

        return (await copy.FindAsync([id], ct)).GetValueOrDefault(id);
    }

    private AppointmentSlot Named(MisAppointment one, MisDirectory directory) => new(
        "", one.PractitionerId, directory.Practitioners.FirstOrDefault(practitioner => practitioner.Id == one.PractitionerId)?.Name ?? "",
        one.LocationId, directory.Locations.FirstOrDefault(location => location.Id == one.LocationId)?.Name ?? "", one.Start, one.End, time.ZoneOf(one.LocationId));

    [LoggerMessage(3013, LogLevel.Error, "Appointment {MisAppointmentId} of the MIS could not be taken in ({Why}); it is tried again.")]
    private partial void LogFailed(string misAppointmentId, string why);
}
