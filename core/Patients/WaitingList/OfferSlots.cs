using Marten;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Reminders;
using MedCrm.Patients.Slots;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;

namespace MedCrm.Patients.WaitingList;

/// <summary>Finds freed slots for those who wait, in the order in which they came, and ends offers whose time is over. What the MIS frees on its own screen comes with the schedule, so nobody has to tell of it.</summary>
internal sealed class OfferSlots(IDocumentStore store, FreeSlots slots, SlotHolds holds, ClinicTime time, ReminderOptions options, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int AtOnce = 200;

    /// <summary>Enough to find one that nobody holds and that was not offered before.</summary>
    private const int Looked = 30;

    /// <summary>Nobody can come sooner than this after an offer.</summary>
    private static readonly TimeSpan Way = TimeSpan.FromHours(1);

    public async Task SweepAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var now = clock.GetUtcNow();
        foreach (var over in await session.QueryAsync<WaitingEntry>("where status = 'Offered' and offer_until <= ? order by offer_until limit ?", ct, now, AtOnce))
        {
            await DoAsync(new EndOffer(over.Id, over.Offer!.MessageId), ct);
        }

        foreach (var accepted in await session.QueryAsync<WaitingEntry>("where status = 'Accepted' limit ?", ct, AtOnce))
        {
            await DoAsync(new CheckAccepted(accepted.Id), ct);
        }

        var waiting = await session.QueryAsync<WaitingEntry>("where status = 'Waiting' order by created_at, id limit ?", ct, AtOnce);
        if (waiting.Count == 0)
        {
            return;
        }

        var directory = await slots.DirectoryAsync(ct);
        var offered = new HashSet<string>();
        foreach (var entry in waiting)
        {
            if (entry.ToDay < DateOnly.FromDateTime(time.Local(now, entry.LocationIds is [var only] ? only : "")))
            {
                await DoAsync(new ExpireWaiting(entry.Id), ct);
            }
            else if (await FindAsync(entry, directory, offered, now, ct) is { } slot)
            {
                offered.Add(slot.SlotId);
                await DoAsync(new OfferSlot(entry.Id, slot), ct);
            }
        }
    }

    private async Task<AppointmentSlot?> FindAsync(WaitingEntry entry, MisDirectory directory, HashSet<string> offered, DateTimeOffset now, CancellationToken ct)
    {
        var free = (await slots.FindAsync(entry.Wish, directory, Looked, ct)).Slots.Where(slot =>
            slot.Start >= now + options.OfferFor + Way && !entry.NotTaken.Contains(slot.Id) && !offered.Contains(slot.Id)
            && !options.Quiet.AreAt(now, TimeZoneInfo.FindSystemTimeZoneById(time.ZoneOf(slot.LocationId)))).ToList();
        if (free.Count == 0)
        {
            return null;
        }

        var held = await holds.ActiveAsync(free.Min(slot => slot.Start), free.Max(slot => slot.End), ct);
        return free.FirstOrDefault(slot => !held.Any(hold => hold.Covers(slot.PractitionerId, slot.Start, slot.End))) is { } found
            ? new AppointmentSlot(
                found.Id, found.PractitionerId, directory.Practitioners.FirstOrDefault(one => one.Id == found.PractitionerId)?.Name ?? "",
                found.LocationId, directory.Locations.FirstOrDefault(one => one.Id == found.LocationId)?.Name ?? "", found.Start, found.End, time.ZoneOf(found.LocationId))
            : null;
    }

    private async Task DoAsync(object command, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(command, ct);
    }
}
