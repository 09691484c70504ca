using MedCrm.Contracts.Patients;
using MedCrm.Requests.Life;

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

        object[] happened = request.IsClosed && request.IsSurprise(changed) && await log.FindBesideAsync(request, ct) is { Twin: null, FreePlace: var place }
            ? [new RequestReopened(null, changed.At, place), new AppointmentRecorded(changed)]
            : [new AppointmentRecorded(changed)];
        await log.AppendAsync(stream, happened);
    }
}
