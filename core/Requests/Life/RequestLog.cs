using JasperFx.Events;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using Wolverine;

namespace MedCrm.Requests.Life;

/// <summary>Writes events to a request and tells every screen; both leave with the caller's transaction.</summary>
public sealed class RequestLog(IDocumentSession session, IMessageContext bus, TimeProvider clock)
{
    /// <summary>The request, locked against writers that are quicker: the loser's transaction fails and is tried again.</summary>
    public async Task<IEventStream<Request>?> FindAsync(RequestId id, CancellationToken ct)
    {
        var stream = await session.Events.FetchForWriting<Request>(id.Value, ct);
        return stream.Aggregate is null ? null : stream;
    }

    /// <summary>The open request of the same person on the same topic. There can be only one, so while it is open no closed one is reopened beside it.</summary>
    public async Task<Request?> FindOpenTwinAsync(Request request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var found = await session.QueryAsync<Request>("where subject_key = ? and topic = ? and status <> 'Closed' limit 1", ct, request.SubjectKey, request.Topic);
        return found.Count > 0 ? found[0] : null;
    }

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
