using JasperFx.Events;
using Marten;
using MedCrm.Contracts;

namespace MedCrm.Patients.Contacts;

/// <summary>Writes events to contacts, and shows contacts as they are with what was just written. Everything leaves with the caller's transaction.</summary>
public sealed class ContactLog(IDocumentSession session, ContactBook book)
{
    private readonly Dictionary<ContactId, Contact> _fresh = [];
    private readonly Dictionary<ContactId, IEventStream<Contact>> _streams = [];
    private readonly HashSet<ContactId> _begun = [];

    public Task<ContactView?> ViewAsync(ContactId id, CancellationToken ct) => book.ViewAsync(id, ct, [.. _fresh.Values]);

    /// <summary>The same, read so that a decision made on it stands only if nobody was quicker.</summary>
    public async Task<ContactView?> LockAsync(ContactId id, CancellationToken ct)
    {
        while (true)
        {
            if (await ViewAsync(id, ct) is not { } view)
            {
                return null;
            }

            var unread = view.MemberIds.Where(member => !_begun.Contains(member) && !_streams.ContainsKey(member)).ToList();
            if (unread.Count == 0)
            {
                return view;
            }

            foreach (var member in unread)
            {
                await ReadAsync(member, ct);
            }
        }
    }

    /// <summary>Begins a contact.</summary>
    public void Begin(ContactId id, IReadOnlyList<object> happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        session.Events.StartStream<Contact>(id.Value, happened);
        _begun.Add(id);
        _fresh[id] = happened.Aggregate((Contact?)null, Contact.After)! with { Id = id.Value };
    }

    /// <summary>Appends what has happened. The contact is locked against writers that are quicker: the loser's transaction fails and is tried again on the new state.</summary>
    public async Task AppendAsync(ContactId id, object happened, CancellationToken ct)
    {
        if (_begun.Contains(id))
        {
            session.Events.Append(id.Value, happened);
        }
        else
        {
            (_streams.TryGetValue(id, out var stream) ? stream : await ReadAsync(id, ct)).AppendOne(happened);
        }

        _fresh[id] = Contact.After(_fresh[id], happened) with { Id = id.Value };
    }

    private async Task<IEventStream<Contact>> ReadAsync(ContactId id, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<Contact>(id.Value, ct);
        _fresh[id] = stream.Aggregate ?? throw new InvalidOperationException($"Contact {id} lost its events.");
        return _streams[id] = stream;
    }
}
