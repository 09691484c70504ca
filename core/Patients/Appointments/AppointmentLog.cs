using JasperFx.Events;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Reminders;
using Wolverine;

namespace MedCrm.Patients.Appointments;

/// <summary>Writes events to a visit and tells whoever listens; both leave with the caller's transaction.</summary>
public sealed class AppointmentLog(IDocumentSession session, IMessageContext bus, BookingOptions options, TimeProvider clock)
{
    /// <summary>The visit, locked against writers that are quicker: the loser's transaction fails and is tried again.</summary>
    public async Task<IEventStream<Appointment>?> FindAsync(AppointmentId id, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<Appointment>(id.Value, ct);
        return stream.Aggregate is null ? null : stream;
    }

    /// <summary>Begins a visit.</summary>
    /// <param name="id">The visit.</param>
    /// <param name="begun"><see cref="AppointmentProposed"/> or <see cref="AppointmentFound"/>.</param>
    public async Task<Appointment> BeginAsync(AppointmentId id, IAppointmentEvent begun)
    {
        session.Events.StartStream<Appointment>(id.Value, begun);
        return await TellAsync(id.Value, null, begun);
    }

    /// <summary>Appends what has happened.</summary>
    /// <returns>The state afterwards.</returns>
    public async Task<Appointment> AppendAsync(IEventStream<Appointment> stream, params IReadOnlyList<IAppointmentEvent> happened)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(happened);
        stream.AppendMany(happened);
        var now = stream.Aggregate!;
        foreach (var one in happened)
        {
            now = await TellAsync(stream.Id, now, one);
        }

        return now;
    }

    /// <summary>Something more is wanted from the MIS: whoever sees to it goes on, or begins.</summary>
    public async Task<OutgoingMessages> WishAsync(Appointment visit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (await session.LoadAsync<AppointmentBooking>(visit.Id, ct) is { } watching)
        {
            var goesOn = watching.Wish(options, clock.GetUtcNow());
            session.UpdateRevision(watching, watching.Version + 1);
            return goesOn;
        }

        var (saga, run) = AppointmentBooking.Begin(visit, options, clock.GetUtcNow());
        session.Insert(saga);
        return run;
    }

    private async Task<Appointment> TellAsync(Guid id, Appointment? before, IAppointmentEvent happened)
    {
        var now = Appointment.After(before, happened) with { Id = id };
        if (Change(happened) is { } change)
        {
            await bus.PublishAsync(new AppointmentChanged(
                now.SubjectId, now.AppointmentId, now.Rev, now.RequestId, now.PatientId, change, now.Status, now.Truth, now.Slot, now.Move?.Target,
                change is AppointmentChange.Delayed ? now.Delay : change is AppointmentChange.Differs ? now.Difference : now.Problem?.Code, By(happened), now.ChangedAt));
        }

        // Whoever reminds of it and calls about it hears where it stands, and nothing of how it came there.
        if (now.Status is not (AppointmentStatus.Proposed or AppointmentStatus.Pending)
            && (before is null || (before.Status, before.Slot, before.PatientId, before.ConfirmedAt) != (now.Status, now.Slot, now.PatientId, now.ConfirmedAt)))
        {
            await bus.PublishAsync(new VisitChanged(now.AppointmentId, now.SubjectId, now.RequestId, now.Rev, now.PatientId, now.Status, now.ConfirmedAt is not null, now.Slot));
        }

        return now;
    }

    private static AppointmentChange? Change(IAppointmentEvent happened) => happened switch
    {
        AppointmentProposed => AppointmentChange.Proposed,
        AppointmentDelayed => AppointmentChange.Delayed,
        AppointmentBooked => AppointmentChange.Booked,
        AppointmentRefused => AppointmentChange.Refused,
        MoveAsked => AppointmentChange.MoveAsked,
        AppointmentMoved => AppointmentChange.Moved,
        MoveRefused => AppointmentChange.MoveRefused,
        CancelAsked => AppointmentChange.CancelAsked,
        AppointmentCancelled => AppointmentChange.Cancelled,
        CancelRefused => AppointmentChange.CancelRefused,
        AppointmentConfirmed => AppointmentChange.Confirmed,
        AppointmentFollowed => AppointmentChange.Followed,
        AppointmentFound => AppointmentChange.Found,
        AppointmentDiffers => AppointmentChange.Differs,
        _ => null,
    };

    private static Agent? By(IAppointmentEvent happened) => happened switch
    {
        AppointmentProposed e => e.By,
        AppointmentFound e => e.By,
        MoveAsked e => e.By,
        CancelAsked e => e.By,
        AppointmentConfirmed e => e.By,
        _ => null,
    };
}
