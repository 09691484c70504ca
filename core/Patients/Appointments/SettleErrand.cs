using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Bus;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.Attributes;

namespace MedCrm.Patients.Appointments;

/// <summary>Command of <see cref="AppointmentBooking"/>: an errand has given no answer in its time.</summary>
/// <param name="Errand">As in <see cref="RunErrand"/>.</param>
[WireName("patients.settle-errand/1")]
public sealed record SettleErrand(AppointmentId AppointmentId, DataSubjectId SubjectId, int? Errand = null) : IAboutSubject;

/// <summary>
/// Ends what a fault of our own keeps from ending. That nobody answered proves no fault: the errand may stand in a long queue, or the hub was off. So it is run here and now,
/// and only what is seen to fail is one. For a while the visit then says that something is wrong with us, for the fault may pass. Then nothing more is written to the MIS:
/// it is asked what there is, and that is what becomes of the visit. While it cannot be asked the wish stays open and its time held.
/// Beyond that one attempt it shares with <see cref="RunErrandHandler"/> as little as it can: what fails there must not fail here, so the patient is told by a message of its own.
/// </summary>
public static partial class SettleErrandHandler
{
    private const string Fault = "hub.fault";

    [MessageTimeout(RunErrandHandler.LongestRun)]
    public static async Task<OutgoingMessages> Handle(
        SettleErrand command, IDocumentSession session, IMessageBus bus, AppointmentLog log, SlotDesk slots, BookingOptions options, MisOptions misOptions, IMisGateway mis, MisJournal journal, TimeProvider clock,
        ILogger<SettleErrand> logger, CancellationToken ct)
    {
        bool isOutage;
        try
        {
            // It answers for itself.
            await bus.InvokeAsync(new RunErrand(command.AppointmentId, command.SubjectId, command.Errand), ct);
            return [];
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !FailureRules.IsRace(e))
        {
            isOutage = FailureRules.IsOutOfReach(e);
            LogFault(logger, command.AppointmentId, e.GetType().Name, e.StackTrace);
        }

        // In a session of its own, as the errand does: the MIS may take its time.
        Appointment? visit;
        await using (var reading = session.DocumentStore.QuerySession())
        {
            visit = await reading.LoadAsync<Appointment>(command.AppointmentId.Value, ct);
        }

        if (visit is null or { Errand: Errand.None })
        {
            // Done, and only the answer was lost.
            return [new ErrandAnswered(command.AppointmentId, command.SubjectId, Open: false, Progress: true, null, command.Errand)];
        }

        // An outage passes, however long it takes, and the errand gets through by itself.
        var happened = !isOutage && visit.FaultSince is { } since && clock.GetUtcNow() - since >= options.FaultPatience ? await DecidedAsync(visit, slots, mis, misOptions, journal, clock, ct) : [];
        var stream = await log.FindAsync(command.AppointmentId, ct) ?? throw new InvalidOperationException("A visit lost its events.");
        var before = stream.Aggregate!;
        if (!before.IsWantedAs(visit))
        {
            // Answered, or something else is wished for, since we looked.
            return [new RunErrand(command.AppointmentId, command.SubjectId, command.Errand)];
        }

        if (happened.Count == 0)
        {
            return before.Delay == Fault ? [] : Told(before, await log.AppendAsync(stream, new AppointmentDelayed(Fault, clock.GetUtcNow())));
        }

        var now = await log.AppendAsync(stream, happened);
        if (before.MisId is not null && (!now.Status.Stands() || now.Slot != before.Slot))
        {
            await GiveBackAsync(before, slots, logger, ct);
        }

        return
        [
            new ErrandAnswered(command.AppointmentId, command.SubjectId, now.Errand != Errand.None, Progress: true, null, command.Errand),
            .. await RunErrandHandler.ReleasedAsync(now, session, clock, ct),
            .. Told(before, now),
        ];
    }

    /// <summary>Looks up what became of the wish while nobody can write it. What is decided keeps the wish shut until the lease is over: an attempt that began before the decision comes too late.</summary>
    /// <returns>Empty: it is not to be known now.</returns>
    private static async Task<IReadOnlyList<IAppointmentEvent>> DecidedAsync(
        Appointment visit, SlotDesk slots, IMisGateway mis, MisOptions options, MisJournal journal, TimeProvider clock, CancellationToken ct)
    {
        var writes = WritesOf(visit);
        if (await journal.TryShutAsync(writes, options.Lease, ct) is not { } until)
        {
            return [];
        }

        var happened = await LookUpAsync(visit, slots, mis, clock, ct);
        if (happened.Count == 0)
        {
            await journal.OpenAsync(writes, until, ct);
        }

        return happened;
    }

    /// <summary>The writes by which a wish may come about.</summary>
    private static IReadOnlyList<IdempotencyKey> WritesOf(Appointment visit)
    {
        switch (visit.Errand)
        {
            case Errand.Book:
                return [RunErrandHandler.Key(visit, "book", visit.Key)];
            case Errand.Move:
                var key = RunErrandHandler.Key(visit, "move", visit.Move!.Key);
                return [key, key.Step("book"), key.Step("cancel"), key.Step("undo")];
            case Errand.Cancel:
                return [RunErrandHandler.Key(visit, "cancel", visit.Cancel!.Key)];
            default:
                // To note twice that the patient will come is harmless.
                return [];
        }
    }

    /// <summary>The next reading of the schedule brings it too, so that this fails must not keep the visit from its end.</summary>
    private static async Task GiveBackAsync(Appointment before, SlotDesk slots, ILogger logger, CancellationToken ct)
    {
        try
        {
            await slots.GiveBackAsync(before.Slot, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotGivenBack(logger, before.AppointmentId, e.GetType().Name);
        }
    }

    /// <returns>What the MIS says has become of the wish. Empty: it is not to be known now.</returns>
    private static async Task<IReadOnlyList<IAppointmentEvent>> LookUpAsync(Appointment visit, SlotDesk slots, IMisGateway mis, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            return visit.Errand switch
            {
                Errand.Book => await BookedAsync(visit, slots, mis, clock, ct),
                Errand.Move => await MovedAsync(visit, slots, mis, clock, ct),
                Errand.Cancel => await CancelledAsync(visit, mis, clock, ct),
                // The patient has told us, and that stands, whether the MIS took it down or not.
                _ => [new ConfirmationNoted(null, clock.GetUtcNow())],
            };
        }
        catch (MisUnavailableException e)
        {
            return e.IsFault ? [Failed(visit, "mis.unclear", clock)] : [];
        }
    }

    private static async Task<IReadOnlyList<IAppointmentEvent>> BookedAsync(Appointment visit, SlotDesk slots, IMisGateway mis, TimeProvider clock, CancellationToken ct) =>
        await mis.FindAppointmentAsync(RunErrandHandler.Key(visit, "book", visit.Key), new NewAppointment(visit.PatientId, visit.Slot.OfMis()), ct) is { } booked && booked.Status.Stands()
            ? [new AppointmentBooked(booked.Id, booked.Version, await RunErrandHandler.SlotAsync(booked, visit.Slot, slots, ct), clock.GetUtcNow())]
            : visit.Cancel is not null ? [new AppointmentCancelled(null, clock.GetUtcNow())] : [Failed(visit, "hub.failed", clock)];

    private static async Task<IReadOnlyList<IAppointmentEvent>> MovedAsync(Appointment visit, SlotDesk slots, IMisGateway mis, TimeProvider clock, CancellationToken ct)
    {
        var (target, key) = (visit.Move!.Target, RunErrandHandler.Key(visit, "move", visit.Move.Key));
        var known = await mis.GetAppointmentAsync(visit.MisId!, ct);
        var there = mis.Capabilities.HasFlag(MisCapabilities.AtomicMove) ? known : await mis.FindAppointmentAsync(key.Step("book"), new NewAppointment(visit.PatientId, target.OfMis()), ct);
        if (there is null || !there.Status.Stands() || there.Start != target.Start || there.PractitionerId != target.PractitionerId)
        {
            // What else became of the old time the follower sees.
            return [Failed(visit, "hub.failed", clock)];
        }

        // Both times stand: half done, and only the errand knows how to go on.
        return known is not null && known.Id != there.Id && known.Status.Stands()
            ? []
            : [new AppointmentMoved(there.Id, there.Version, await RunErrandHandler.SlotAsync(there, target, slots, ct), clock.GetUtcNow())];
    }

    private static async Task<IReadOnlyList<IAppointmentEvent>> CancelledAsync(Appointment visit, IMisGateway mis, TimeProvider clock, CancellationToken ct) =>
        await mis.GetAppointmentAsync(visit.MisId!, ct) is { } there && there.Status != AppointmentStatus.Cancelled
            ? [Failed(visit, "hub.failed", clock)]
            : [new AppointmentCancelled(null, clock.GetUtcNow())];

    private static IAppointmentEvent Failed(Appointment visit, string code, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return visit.Errand switch
        {
            Errand.Book => new AppointmentRefused(new AppointmentProblem(code, null, visit.Key, []), now),
            Errand.Move => new MoveRefused(new AppointmentProblem(code, null, visit.Move!.Key, []), now),
            Errand.Cancel => new CancelRefused(new AppointmentProblem(code, null, visit.Cancel!.Key, []), now),
            _ => throw new InvalidOperationException($"{visit.Errand} cannot fail."),
        };
    }

    private static OutgoingMessages Told(Appointment before, Appointment now) =>
        VisitNotices.News(before, now) is { } news ? [new TellOfVisit(now.AppointmentId, now.SubjectId, news)] : [];

    // Without the exception's own words: they may hold personal data.
    [LoggerMessage(3025, LogLevel.Error, "The errand of appointment {AppointmentId} gave no answer, and failed with {Why} when it was run again; look among the dead letters too.\n{Where}")]
    private static partial void LogFault(ILogger logger, AppointmentId appointmentId, string why, string? where);

    [LoggerMessage(3026, LogLevel.Warning, "The old time of appointment {AppointmentId} could not be offered again ({Why}); the next reading of the schedule brings it.")]
    private static partial void LogNotGivenBack(ILogger logger, AppointmentId appointmentId, string why);
}

/// <summary>The patient is to hear what became of the visit.</summary>
/// <param name="News">As <see cref="VisitNotices.News"/> said it.</param>
[WireName("patients.tell-of-visit/1")]
public sealed record TellOfVisit(AppointmentId AppointmentId, DataSubjectId SubjectId, string News) : IAboutSubject;

public static class TellOfVisitHandler
{
    public static async Task<OutgoingMessages> Handle(TellOfVisit command, AppointmentLog log, VisitNotices notices, CancellationToken ct)
    {
        if (await log.FindAsync(command.AppointmentId, ct) is not { Aggregate: { } visit } stream)
        {
            return [];
        }

        // What is told must still be true when it is: whoever is quicker is seen at the next try.
        stream.AlwaysEnforceConsistency = true;
        return await notices.OfAsync(visit, command.News, ct) is { } told ? [told] : [];
    }
}
