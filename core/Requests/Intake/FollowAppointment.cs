using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Requests.Life;
using Wolverine;

namespace MedCrm.Requests.Intake;

/// <summary>What happens to a visit is written to the request it was asked for in. Bad news brings a closed request back: nobody looks for it among what is done.</summary>
public static class AppointmentChangedHandler
{
    public static async Task Handle(AppointmentChanged changed, RequestLog log, CancellationToken ct)
    {
        if (await log.FindAsync(changed.RequestId, ct) is not { Aggregate: { } request } stream || request.KnowsVisit(changed.AppointmentId, changed.Rev))
        {
            return;
        }

        object[] happened = request.IsClosed && request.IsSurprise(changed) && await log.FindOpenTwinAsync(request, ct) is null
            ? [new RequestReopened(null, changed.At), new AppointmentRecorded(changed)]
            : [new AppointmentRecorded(changed)];
        await log.AppendAsync(stream, happened);
    }
}

/// <summary>Finds the conversation in which the contact of a request can be told something.</summary>
public static class TellContactHandler
{
    public static async Task<OutgoingMessages> Handle(TellContact notice, RequestLog log, CancellationToken ct)
    {
        if (await log.FindAsync(notice.RequestId, ct) is not { Aggregate: { } request } stream || request.Knows(notice.MessageId))
        {
            return [];
        }

        if (request.ReplyBy is not null && request.ConversationId.Value != Guid.Empty)
        {
            return [new SendNotice(notice.MessageId, request.ConversationId, notice.SubjectId, notice.Text)];
        }

        await log.AppendAsync(stream, new ContactNotTold(notice));
        return [];
    }
}
