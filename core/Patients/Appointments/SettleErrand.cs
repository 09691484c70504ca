using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Logging;
using Wolverine;

namespace MedCrm.Patients.Appointments;

/// <summary>Command of <see cref="AppointmentBooking"/>: an errand has given no answer in its time, so something of ours fails at it.</summary>
[WireName("patients.settle-errand/1")]
public sealed record SettleErrand(AppointmentId AppointmentId, DataSubjectId SubjectId) : IAboutSubject;

/// <summary>
/// Ends what a fault of our own keeps from ending. For a while the errand is only run again, for the fault may be over, and the visit says that something is wrong with us.
/// Then nothing more is written to the MIS: it is asked what there is, and that is what becomes of the visit. While it cannot be asked the wish stays open and its time held.
/// It shares with <see cref="RunErrandHandler"/> as little as it can: what fails there must not fail here, so the patient is told by a message of its own.
/// </summary>
public static partial class SettleErrandHandler
{
    private const string Fault = "hub.fault";

    public static async Task<OutgoingMessages> Handle(
        SettleErrand command, IDocumentSession session, AppointmentLog log, SlotDesk slots, BookingOptions options, IMisGateway mis, MisJournal journal, TimeProvider clock, ILogger<SettleErrand> logger, CancellationToken ct)
    {
        // In a session of its own, as the errand does: the MIS may take its time.
        Appointment? visit;
        await using (var reading = session.DocumentStore.QuerySession())
        {
            visit = await reading.LoadAsync<Appointment>(command.AppointmentId.Value, ct);
        }

        if (visit is null or { Errand: Errand.None })
        {
            // Done, and only the answer was lost.
            return [new ErrandAnswered(command.AppointmentId, command.SubjectId, Open: false, Progress: true, null)];
        }

        LogFault(logger, command.AppointmentId, visit.Errand);
        var again = new RunErrand(command.AppointmentId, command.SubjectId);
        var happened = visit.FaultSince is { } since && clock.GetUtcNow() - since >= options.FaultPatience ? await LookUpAsync(visit, slots, mis, journal, clock, ct) : [];
        var stream = await log.FindAsync(command.AppointmentId, ct) ?? throw new InvalidOperationException("A visit lost its events.");
        var before = stream.Aggregate!;
        if (before.Errand != visit.Errand || before.MisVersion != visit.MisVersion || before.Slot != visit.Slot)
        {
            // It has been answered while we looked.
            return [again];
        }

        if (happened.Count == 0)
        {
            if (before.Delay == Fault)
            {
                return [again];
            }

            var delayed = await log.AppendAsync(stream, new AppointmentDelayed(Fault, clock.GetUtcNow()));
            return [again, .. Told(before, delayed)];
        }

        var now = await log.AppendAsync(stream, happened);
        return
        [
            new ErrandAnswered(command.AppointmentId, command.SubjectId, now.Errand != Errand.None, Progress: true, null),
            .. await RunErrandHandler.ReleasedAsync(now, session, clock, ct),
            .. Told(before, now),
        ];
    }

    /// <returns>What the MIS says has become of the wish. Empty: it is not to be known now.</returns>
    private static async Task<IReadOnlyList<IAppointmentEvent>> LookUpAsync(Appointment visit, SlotDesk slots, IMisGateway mis, MisJournal journal, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            return visit.Errand switch
            {
                Errand.Book => await BookedAsync(visit, slots, mis, journal, clock, ct),
                Errand.Move => await MovedAsync(visit, slots, mis, journal, clock, ct),
                Errand.Cancel => await CancelledAsync(visit, mis, journal, clock, ct),
                // The patient has told us, and that stands, whether the MIS took it down or not.
                _ => [new ConfirmationNoted(null, clock.GetUtcNow())],
            };
        }
        catch (MisUnavailableException e)
        {
            return e.IsFault ? [Failed(visit, "mis.unclear", clock)] : [];
        }
    }

    private static async Task<IReadOnlyList<IAppointmentEvent>> BookedAsync(Appointment visit, SlotDesk slots, IMisGateway mis, MisJournal journal, TimeProvider clock, CancellationToken ct)
    {
        var key = RunErrandHandler.Key(visit, "book", visit.Key);
        return await journal.IsBusyAsync(key, ct) ? []
            : await mis.FindAppointmentAsync(key, new NewAppointment(visit.PatientId, visit.Slot.OfMis()), ct) is { } booked && booked.Status.Stands()
                ? [new AppointmentBooked(booked.Id, booked.Version, await RunErrandHandler.SlotAsync(booked, visit.Slot, slots, ct), clock.GetUtcNow())]
                : visit.Cancel is not null ? [new AppointmentCancelled(null, clock.GetUtcNow())] : [Failed(visit, "hub.failed", clock)];
    }

    private static async Task<IReadOnlyList<IAppointmentEvent>> MovedAsync(Appointment visit, SlotDesk slots, IMisGateway mis, MisJournal journal, TimeProvider clock, CancellationToken ct)
    {
        var (target, key) = (visit.Move!.Target, RunErrandHandler.Key(visit, "move", visit.Move.Key));
        if (await journal.IsBusyAsync(key, ct))
        {
            return [];
        }

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

    private static async Task<IReadOnlyList<IAppointmentEvent>> CancelledAsync(Appointment visit, IMisGateway mis, MisJournal journal, TimeProvider clock, CancellationToken ct) =>
        await journal.IsBusyAsync(RunErrandHandler.Key(visit, "cancel", visit.Cancel!.Key), ct) ? []
        : await mis.GetAppointmentAsync(visit.MisId!, ct) is { } there && there.Status != AppointmentStatus.Cancelled ? [Failed(visit, "hub.failed", clock)]
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

    private static IEnumerable<object> Told(Appointment before, Appointment now) =>
        VisitNotices.News(before, now) is { } news ? [new TellOfVisit(now.AppointmentId, now.SubjectId, news)] : [];

    [LoggerMessage(3025, LogLevel.Error, "The errand {Errand} of appointment {AppointmentId} gave no answer: look among the dead letters for why.")]
    private static partial void LogFault(ILogger logger, AppointmentId appointmentId, Errand errand);
}

/// <summary>The patient is to hear what became of the visit.</summary>
/// <param name="News">As <see cref="VisitNotices.News"/> said it.</param>
[WireName("patients.tell-of-visit/1")]
public sealed record TellOfVisit(AppointmentId AppointmentId, DataSubjectId SubjectId, string News) : IAboutSubject;

public static class TellOfVisitHandler
{
    public static async Task<OutgoingMessages> Handle(TellOfVisit command, IDocumentSession session, VisitNotices notices, CancellationToken ct) =>
        await session.LoadAsync<Appointment>(command.AppointmentId.Value, ct) is { } visit && await notices.OfAsync(visit, command.News, ct) is { } told ? [told] : [];
}
