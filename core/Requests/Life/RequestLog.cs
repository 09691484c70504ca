using JasperFx.Events;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Vault;
using Wolverine;

namespace MedCrm.Requests.Life;

/// <summary>Writes events to a request and tells every screen; both leave with the caller's transaction.</summary>
public sealed class RequestLog(IDocumentSession session, IMessageContext bus, IPersonalDataVault vault, TimeProvider clock)
{
    /// <summary>The request, locked against writers that are quicker: the loser's transaction fails and is tried again.</summary>
    public async Task<IEventStream<Request>?> FindAsync(RequestId id, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<Request>(id.Value, ct);
        return stream.Aggregate is null ? null : stream;
    }

    /// <summary>What is open at the address of a closed request, on its topic.</summary>
    public async Task<OpenBeside> FindBesideAsync(Request closed, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(closed);
        var open = await session.QueryAsync<Request>(
            "where subject_key = ? and topic = ? and status <> 'Closed' order by number desc", ct, closed.SubjectKey, closed.Topic);
        if (open.Count == 0)
        {
            return default;
        }

        await KnownAs.PrefetchAsync(vault, null, open.Append(closed), ct);
        return new OpenBeside(KnownAs.Of(closed, vault).Choose(open, vault), FreePlace(open));
    }

    /// <summary>Two that open at one instant see the same places taken, choose the same one, and the database lets one through; the other is tried again and sees it.</summary>
    internal static int? FreePlace(IReadOnlyCollection<Request> open) =>
        Enumerable.Range(0, open.Count + 1).First(place => open.All(request => (request.Place ?? 0) != place)) is > 0 and var free ? free : null;

    /// <summary>Begins a request.</summary>
    /// <param name="id">The request.</param>
    /// <param name="opened"><see cref="RequestOpened"/> or <see cref="RequestOpenedByCall"/>.</param>
    public async Task<Request> OpenAsync(RequestId id, object opened)
    {
        session.Events.StartStream<Request>(id.Value, opened);
        var request = Request.After(null, opened) with { Id = id.Value };
        await TellAsync(request);
        return request;
    }

    /// <summary>Appends what has happened.</summary>
    /// <returns>The state afterwards.</returns>
    public async Task<Request> AppendAsync(IEventStream<Request> stream, params object[] happened)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.AppendMany(happened);
        var request = happened.Aggregate(stream.Aggregate!, Request.After) with { Id = stream.Id };
        await TellAsync(request);
        return request;
    }

    private ValueTask TellAsync(Request request) =>
        bus.PublishAsync(new RequestChanged(new DataSubjectId(request.SubjectKey), request.ToRow(), clock.GetUtcNow()));
}

/// <summary>What is open at an address, on a topic.</summary>
/// <param name="Twin">The same person's request. There can be only one, so while it is open no closed one is reopened beside it. Null: none.</param>
/// <param name="FreePlace">See <see cref="Request.Place"/>.</param>
public readonly record struct OpenBeside(Request? Twin, int? FreePlace);
