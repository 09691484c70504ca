using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Wolverine;

namespace MedCrm.Patients.Sync;

/// <summary>The MIS says this of an appointment now. Handled in this process and answered at once.</summary>
/// <param name="News">As read.</param>
/// <param name="Slot">The same with names.</param>
public sealed record TakeInAppointment(CopiedAppointment News, AppointmentSlot Slot);

/// <summary>What came of it.</summary>
public enum TakenIn
{
    /// <summary>Nothing new: an echo of what we wrote, or nobody's we know.</summary>
    Nothing,

    /// <summary>Ours says the same now.</summary>
    Followed,

    /// <summary>The two differ in what no machine decides; the visit says so.</summary>
    Differs,

    /// <summary>We are writing it ourselves at this moment; look again when that is settled.</summary>
    Later,

    /// <summary>Read before we changed it last: read it again.</summary>
    Stale,
}

/// <summary>The MIS wins for time, doctor and status, and each overwrite is an event of the visit. Everything may be told twice.</summary>
public static class TakeInAppointmentHandler
{
    /// <summary>The MIS's own people, who made what we did not.</summary>
    internal static readonly Agent Mis = new(new AgentId(DeterministicId.From("agent", "mis")), "МИС");

    public static async Task<(TakenIn, OutgoingMessages)> Handle(
        TakeInAppointment command, IDocumentSession session, AppointmentLog log, ContactDesk desk, IMisGateway mis, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(desk);
        ArgumentNullException.ThrowIfNull(mis);
        ArgumentNullException.ThrowIfNull(clock);
        var theirs = command.News.Appointment;
        // In one look: between two a booking of ours could end, be overlooked by both, and its visit be adopted as a second one.
        var visits = await session.QueryAsync<Appointment>("where mis_id = ? or (patient_id = ? and status in ('Proposed', 'Pending', 'Booked'))", ct, theirs.Id, theirs.PatientId);
        if (visits.FirstOrDefault(visit => visit.MisId == theirs.Id) is { } known)
        {
            return await log.FindAsync(known.AppointmentId, ct) is { Aggregate: not null } stream
                ? await FollowAsync(command, stream, log, session, desk, mis, clock, ct)
                : (TakenIn.Nothing, []);
        }

        if (command.News.Gone || !theirs.Status.Stands() || theirs.Start <= clock.GetUtcNow())
        {
            return (TakenIn.Nothing, []);
        }

        if (visits.Any(visit => IsOnItsWay(visit, theirs)))
        {
            return (TakenIn.Later, []);
        }

        return (await AdoptAsync(command, session, log, clock, ct), []);
    }

    private static async Task<(TakenIn, OutgoingMessages)> FollowAsync(
        TakeInAppointment command, JasperFx.Events.IEventStream<Appointment> stream, AppointmentLog log, IDocumentSession session, ContactDesk desk, IMisGateway mis, TimeProvider clock, CancellationToken ct)
    {
        var (ours, news) = (stream.Aggregate!, command.News);
        var theirs = news.Appointment;
        if (ours.Errand is Errand.Book or Errand.Move or Errand.Cancel)
        {
            return (TakenIn.Later, []);
        }

        var differences = Differences.Between(ours, news.Gone ? null : theirs);
        var now = clock.GetUtcNow();
        if (differences.Count == 0)
        {
            if (ours.Difference is not null)
            {
                await log.AppendAsync(stream, new AppointmentFollowed(ours.Status, theirs.Id, theirs.Version, ours.Slot, now));
                return (TakenIn.Followed, []);
            }

            if (!news.Gone && theirs.Version != ours.MisVersion)
            {
                // An echo of our own write, or of a change that is no business of ours; the next write needs the version.
                await log.AppendAsync(stream, new MisVersionSeen(theirs.Version, now));
            }

            return (TakenIn.Nothing, []);
        }

        if (news.ReadAt <= ours.ChangedAt)
        {
            return (TakenIn.Stale, []);
        }

        OutgoingMessages outgoing = [];
        if (differences.Contains(Difference.Patient))
        {
            if (await mis.GetPatientAsync(ours.PatientId, ct) is not { } remains || remains.Id != theirs.PatientId)
            {
                // Another person's visit under our id: nobody but a person can tell which of them to believe.
                if (ours.Difference == Differences.Code(Difference.Patient))
                {
                    return (TakenIn.Differs, []);
                }

                await log.AppendAsync(stream, new AppointmentDiffers(Differences.Code(Difference.Patient), now));
                return (TakenIn.Differs, []);
            }

            outgoing = await desk.ReplacePatientAsync(ours.PatientId, remains, Mis, session, ct);
            await log.AppendAsync(stream, new PatientReplaced(remains.Id, now));
            if (differences is [Difference.Patient])
            {
                return (TakenIn.Followed, outgoing);
            }
        }

        await log.AppendAsync(stream, news.Gone
            ? new AppointmentFollowed(AppointmentStatus.Cancelled, theirs.Id, ours.MisVersion, ours.Slot, now)
            : new AppointmentFollowed(Ours(theirs.Status), theirs.Id, theirs.Version, command.Slot, now));
        return (TakenIn.Followed, outgoing);
    }

    /// <summary>Made on the MIS's own screen for somebody we know: from now on it is followed, and its patient reminded.</summary>
    private static async Task<TakenIn> AdoptAsync(TakeInAppointment command, IDocumentSession session, AppointmentLog log, TimeProvider clock, CancellationToken ct)
    {
        var theirs = command.News.Appointment;
        var contacts = await session.QueryAsync<Contact>("where data -> 'patient' ->> 'value' = ?", ct, theirs.PatientId);
        // Of several people who are the same patient the one who was heard of last.
        var heard = contacts.SelectMany(contact => contact.Points.Select(point => (Contact: contact, Point: point))).Where(pair => pair.Point.From.RequestId is not null).ToList();
        if (heard.Count == 0)
        {
            return TakenIn.Nothing;
        }

        var (who, from) = heard.MaxBy(pair => pair.Point.From.At);
        var id = new AppointmentId(DeterministicId.From("appointment-of-mis", theirs.Id));
        await log.BeginAsync(id, new AppointmentFound(
            from.From.RequestId!.Value, who.ContactId, from.Value.Value.Subject, theirs.PatientId, Ours(theirs.Status), theirs.Id, theirs.Version, command.Slot, Mis, clock.GetUtcNow()));
        return TakenIn.Followed;
    }

    /// <summary>What stands in the MIS's schedule is no longer preliminary.</summary>
    private static AppointmentStatus Ours(AppointmentStatus theirs) => theirs is AppointmentStatus.Proposed or AppointmentStatus.Pending ? AppointmentStatus.Booked : theirs;

    /// <summary>What we asked the MIS for and have not heard of yet.</summary>
    private static bool IsOnItsWay(Appointment visit, MisAppointment theirs) =>
        (visit.Errand == Errand.Book && Is(visit.Slot, theirs)) || (visit.Errand == Errand.Move && Is(visit.Move!.Target, theirs));

    private static bool Is(AppointmentSlot slot, MisAppointment theirs) => slot.PractitionerId == theirs.PractitionerId && slot.Start == theirs.Start;
}
