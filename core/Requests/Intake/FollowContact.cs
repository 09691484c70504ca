using Marten;
using MedCrm.Contracts.Patients;
using MedCrm.Requests.Life;

namespace MedCrm.Requests.Intake;

/// <summary>A person decided something about a contact: every request of it, the closed ones too, shows it.</summary>
public static class ContactChangedHandler
{
    public static async Task Handle(ContactChanged changed, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var members = changed.Members.Select(member => member.Value).ToArray();
        foreach (var request in await session.QueryAsync<Request>("where origin_contact_key = any(?)", ct, members))
        {
            if (await log.FindAsync(new Contracts.RequestId(request.Id), ct) is { Aggregate: { } now } stream && now.ContactChangedAt < changed.At)
            {
                await log.AppendAsync(stream, new ContactFollowed(changed));
            }
        }
    }
}
