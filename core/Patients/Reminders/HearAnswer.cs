using Marten;
using MedCrm.Contracts.Requests;
using MedCrm.Patients.WaitingList;
using Wolverine;

namespace MedCrm.Patients.Reminders;

/// <summary>The contact answered, or nothing reached them: whoever asked hears of it.</summary>
public static class HearAnswerHandler
{
    public static async Task<OutgoingMessages> Handle(NoticeAnswered answered, IQuerySession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answered);
        ArgumentNullException.ThrowIfNull(session);
        return await session.LoadAsync<AskedQuestion>(answered.MessageId.Value, ct) switch
        {
            { AppointmentId: { } visit } => [new ReminderAnswered(visit, answered.SubjectId, answered.MessageId, answered.Answer)],
            { WaitingId: { } waiting } => [new OfferAnswered(waiting, answered.MessageId, answered.SubjectId, answered.Answer)],
            _ => [],
        };
    }

    public static async Task<OutgoingMessages> Handle(ContactUnreached told, IQuerySession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(session);
        return await session.LoadAsync<AskedQuestion>(told.MessageId.Value, ct) switch
        {
            { AppointmentId: { } visit } => [new ReminderNotTold(visit, told.SubjectId)],
            { WaitingId: { } waiting } => [new OfferAnswered(waiting, told.MessageId, told.SubjectId, null)],
            _ => [],
        };
    }
}
