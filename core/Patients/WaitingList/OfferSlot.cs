using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Requests;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Reminders;
using Wolverine;

namespace MedCrm.Patients.WaitingList;

/// <summary>Offer a slot that has become free to one who waits. Handled in this process.</summary>
public sealed record OfferSlot(Guid WaitingId, AppointmentSlot Slot);

/// <summary>The time to answer an offer is over. Handled in this process.</summary>
public sealed record EndOffer(Guid WaitingId, MessageId MessageId);

/// <summary>What became of a visit that was booked from the list. Handled in this process.</summary>
public sealed record CheckAccepted(Guid WaitingId);

/// <summary>The last day wished for has passed. Handled in this process.</summary>
public sealed record ExpireWaiting(Guid WaitingId);

/// <summary>The patient answered an offer.</summary>
/// <param name="Answer">Null: the offer reached nobody.</param>
[WireName("patients.offer-answered/1")]
public sealed record OfferAnswered(Guid WaitingId, MessageId MessageId, DataSubjectId SubjectId, NoticeAnswer? Answer) : IAboutSubject;

/// <summary>
/// A freed slot is offered to one after another, the longest waiting first; while it is offered to one, a hold keeps it from everybody else, so there is
/// one winner. Who says nothing in time keeps the place in the list, but is not asked for the same slot again.
/// </summary>
public static class OfferHandler
{
    /// <summary>In whose name slots of the list are held and booked.</summary>
    internal static readonly Agent List = new(new AgentId(DeterministicId.From("agent", "waiting-list")), "Лист ожидания");

    /// <summary>After so long a booking that was refused before it began is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<OutgoingMessages> Handle(
        OfferSlot command, IDocumentSession session, SlotHolds holds, ReminderOptions options, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(holds);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vault);
        if (await session.LoadAsync<WaitingEntry>(command.WaitingId, ct) is not { Status: WaitingStatus.Waiting } entry)
        {
            return [];
        }

        await vault.PrefetchAsync([entry.SubjectId], ct);
        if (vault.KeyOf(entry.SubjectId) is null)
        {
            // Erased: nobody waits any more.
            entry.End(WaitingStatus.Removed);
            session.Update(entry);
            return [Changed(clock)];
        }

        var now = clock.GetUtcNow();
        var until = now + options.OfferFor;
        var (slot, message) = (command.Slot, new MessageId(DeterministicId.From("offer", entry.Id.ToString(), command.Slot.SlotId)));
        var hold = new SlotHold(message.Value, slot.SlotId, slot.PractitionerId, slot.Start, slot.End, List, entry.RequestId, null, until);
        if (await holds.TryTakeAsync(session, hold, ct) is not null)
        {
            return [];
        }

        (entry.Status, entry.Offer, entry.OfferUntil) = (WaitingStatus.Offered, new SlotOffer(slot, message, hold.Id, until), until);
        session.Update(entry);
        session.Store(new AskedQuestion { Id = message.Value, WaitingId = entry.Id });
        var text = OfferText.Of(slot, until, now);
        return
        [
            hold.Told(held: true, booked: false, now),
            Changed(clock),
            new TellContact(message, entry.RequestId, entry.SubjectId, vault.Seal(entry.SubjectId, text), now, OfferText.Choices, until),
        ];
    }

    public static async Task<OutgoingMessages> Handle(EndOffer command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        return await session.LoadAsync<WaitingEntry>(command.WaitingId, ct) is { Status: WaitingStatus.Offered, Offer: { } offer } entry && offer.MessageId == command.MessageId
            ? await PassAsync(entry, session, clock, ct)
            : [];
    }

    public static async Task<OutgoingMessages> Handle(OfferAnswered answered, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answered);
        ArgumentNullException.ThrowIfNull(session);
        if (await session.LoadAsync<WaitingEntry>(answered.WaitingId, ct) is not { } entry)
        {
            return [];
        }

        if (entry is not { Status: WaitingStatus.Offered, Offer: { } offer } || offer.MessageId != answered.MessageId)
        {
            return answered.Answer == NoticeAnswer.Yes && entry.Status == WaitingStatus.Waiting
                ? [new Thank(entry.SubjectId, entry.RequestId, new MessageId(DeterministicId.From("offer-late", answered.MessageId.ToString())), OfferText.TooLate)]
                : [];
        }

        switch (answered.Answer)
        {
            case NoticeAnswer.Yes:
                return Accept(entry, List, session, clock);
            case NoticeAnswer.No:
                return await PassAsync(entry, session, clock, ct);
            case null:
                var released = await PassAsync(entry, session, clock, ct);
                entry.End(WaitingStatus.Unreachable);
                return released;
            default:
                // A manager reads it; the offer stands until its time is over.
                return [];
        }
    }

    public static async Task<OutgoingMessages> Handle(CheckAccepted command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        if (await session.LoadAsync<WaitingEntry>(command.WaitingId, ct) is not { Status: WaitingStatus.Accepted, Offer: { } offer } entry)
        {
            return [];
        }

        var visit = await session.LoadAsync<Appointment>(entry.AppointmentId!.Value.Value, ct);
        if (visit?.MisId is not null)
        {
            entry.End(WaitingStatus.Booked);
            session.Update(entry);
            return [Changed(clock)];
        }

        if (visit is null ? clock.GetUtcNow() < entry.OfferUntil : visit.Errand == Errand.Book)
        {
            return [];
        }

        // Refused: somebody in the MIS was quicker. The patient waits on, and hears the truth.
        OutgoingMessages told = [new Thank(entry.SubjectId, entry.RequestId, new MessageId(DeterministicId.From("offer-lost", offer.MessageId.ToString())), OfferText.TooLate)];
        told.AddRange(await PassAsync(entry, session, clock, ct));
        return told;
    }

    public static async Task<WorkListChanged?> Handle(ExpireWaiting command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        if (await session.LoadAsync<WaitingEntry>(command.WaitingId, ct) is not { Status: WaitingStatus.Waiting } entry)
        {
            return null;
        }

        entry.End(WaitingStatus.Expired);
        session.Update(entry);
        return Changed(clock);
    }

    public static async Task<(WaitingAnswer, WorkListChanged?)> Handle(AddWaiting command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        if (await session.LoadAsync<WaitingEntry>(command.Entry.Id, ct) is { } before)
        {
            return (new WaitingAnswer(before), null);
        }

        session.Insert(command.Entry);
        return (new WaitingAnswer(command.Entry), Changed(clock));
    }

    /// <summary>The patient agreed by telephone. Of several managers, and of a manager and the patient's own answer, one is first; the entry's version sees to it.</summary>
    public static async Task<(WaitingAnswer, OutgoingMessages)> Handle(AcceptOffer command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        var entry = await session.LoadAsync<WaitingEntry>(command.Id, ct);
        switch (entry)
        {
            case null:
                return (new WaitingAnswer(null, "waiting-list.not-found"), []);
            case { Status: WaitingStatus.Offered, Offer: { } offer } when offer.Slot.SlotId == command.SlotId:
                await SlotHolds.HandOverAsync(session, offer.HoldId, List.Id, command.By, ct);
                entry.AcceptedBy = command.By;
                return (new WaitingAnswer(entry), Accept(entry, command.By, session, clock));
            case { Status: WaitingStatus.Accepted or WaitingStatus.Booked, AcceptedBy: { } by } when by.Id == command.By.Id:
                // The same click once more.
                return (new WaitingAnswer(entry), []);
            default:
                return (new WaitingAnswer(entry, entry.Refusal), []);
        }
    }

    /// <summary>The patient does not want this slot; they wait on, and the next one is asked.</summary>
    public static async Task<(WaitingAnswer, OutgoingMessages)> Handle(DeclineOffer command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        return await session.LoadAsync<WaitingEntry>(command.Id, ct) switch
        {
            null => (new WaitingAnswer(null, "waiting-list.not-found"), []),
            { Status: WaitingStatus.Offered, Offer: { } offer } entry when offer.Slot.SlotId == command.SlotId => (new WaitingAnswer(entry), await PassAsync(entry, session, clock, ct)),
            { Status: WaitingStatus.Waiting } entry when entry.NotTaken.Contains(command.SlotId) => (new WaitingAnswer(entry), []),
            { } entry => (new WaitingAnswer(entry, entry.Refusal), []),
        };
    }

    public static async Task<(WaitingAnswer, OutgoingMessages)> Handle(RemoveWaiting command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        if (await session.LoadAsync<WaitingEntry>(command.Id, ct) is not { } entry)
        {
            return (new WaitingAnswer(null), []);
        }

        OutgoingMessages released = [];
        if (entry.Status is WaitingStatus.Waiting or WaitingStatus.Offered or WaitingStatus.Unreachable)
        {
            released = await PassAsync(entry, session, clock, ct);
            entry.End(WaitingStatus.Removed);
        }

        return (new WaitingAnswer(entry), released);
    }

    private static OutgoingMessages Accept(WaitingEntry entry, Agent by, IDocumentSession session, TimeProvider clock)
    {
        var (slot, key) = (entry.Offer!.Slot, $"waiting:{entry.Offer.MessageId}");
        (entry.Status, entry.AppointmentId, entry.OfferUntil) = (WaitingStatus.Accepted, Appointment.IdOf(entry.RequestId, key), clock.GetUtcNow() + Patience);
        session.Update(entry);
        return [new BookVisit(entry.RequestId, entry.PatientId, slot.SlotId, key, by), Changed(clock)];
    }

    private static async Task<OutgoingMessages> PassAsync(WaitingEntry entry, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        var (hold, holder) = (entry.Offer?.HoldId, entry.AcceptedBy ?? List);
        entry.Pass();
        session.Update(entry);
        OutgoingMessages told = [Changed(clock)];
        if (hold is { } id)
        {
            told.AddRange((await SlotHolds.ReleaseAsync(session, id, holder.Id, ct)).Select(let => let.Told(held: false, booked: false, clock.GetUtcNow())));
        }

        return told;
    }

    private static WorkListChanged Changed(TimeProvider clock) => new(WorkList.Waiting, clock.GetUtcNow());
}

/// <summary>What those who wait read. Somebody else may hold the phone: no name, no doctor, no specialty.</summary>
internal static class OfferText
{
    public const string TooLate = "К сожалению, это время уже занято. Вы остаётесь в листе ожидания, мы напишем, когда освободится другое.";

    public static IReadOnlyList<string> Choices { get; } = ["Да", "Нет"];

    public static string Of(AppointmentSlot slot, DateTimeOffset until, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(slot.TimeZone);
        return $"Освободилось время, которого вы ждёте: {ReminderText.When(slot.Start, now, zone)}{(slot.LocationName.Length > 0 ? $", {slot.LocationName}" : "")}. "
            + $"Записать вас? Ответьте «да» или «нет» до {TimeZoneInfo.ConvertTime(until, zone).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)}, потом предложим его следующему.";
    }
}
