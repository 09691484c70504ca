using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Hosting;
using MedCrm.Requests.Intake;
using MedCrm.Requests.Life;
using MedCrm.Requests.Sla;
using Wolverine;

namespace MedCrm.Requests.Calls;

/// <summary>
/// Something became known of a call: fold it in, tell the agents' screens, and write it to the person's request once somebody answered or
/// nobody did. The rule: the latest open request of the number, whatever its topic and, as a call tells no name, whoever's of the household; one closed not long ago, reopened, when they called in vain;
/// a new one. A call we made to somebody who has no request leaves none. A missed call is a promise to call back by a moment; any
/// conversation with the person keeps it.
/// </summary>
public static class CallChangedHandler
{
    public static async Task<OutgoingMessages> Handle(
        CallChanged told, IDocumentSession session, RequestLog log, RequestNumbers numbers, RequestsOptions options, BusinessHours hours, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var before = await session.LoadAsync<Call>(told.CallId.Value, ct);
        var call = Call.After(before, told);
        if (call == before)
        {
            return [];
        }

        var outgoing = new OutgoingMessages();
        var candidates = await session.QueryAsync<Request>(
            "where subject_key = ? and (status <> 'Closed' or closed_at > ?) order by number desc", ct, call.SubjectId.Value, now - options.ReopenWithin);
        var owners = await OwnersAsync(session, call, ct);
        if (call.Phase == CallPhase.Ended || call.IsAnswered)
        {
            call = await WriteAsync(call, candidates, owners, session, log, numbers, options, hours, now, outgoing, ct);
        }

        if (call.Phase == CallPhase.Ended && before?.Phase != CallPhase.Ended && call.RequestId is { } spokenOf)
        {
            outgoing.Add(new ReleaseHolds(spokenOf, call.SubjectId, call.EndedAt ?? now));
        }

        session.Store(call);
        if (owners.Count > 0)
        {
            outgoing.Add(new CallCardChanged(call.SubjectId, CardOf(call, candidates, owners), now));
        }

        return outgoing;
    }

    private static async Task<IReadOnlyDictionary<string, Agent>> OwnersAsync(IDocumentSession session, Call call, CancellationToken ct)
    {
        var extensions = call.Agents.Select(agent => agent.Extension).ToArray();
        return extensions.Length == 0
            ? new Dictionary<string, Agent>()
            : (await session.LoadManyAsync<AgentExtension>(ct, extensions)).ToDictionary(owned => owned.Id, owned => owned.Agent);
    }

    private static async Task<Call> WriteAsync(
        Call call, IReadOnlyList<Request> candidates, IReadOnlyDictionary<string, Agent> owners, IDocumentSession session, RequestLog log, RequestNumbers numbers,
        RequestsOptions options, BusinessHours hours, DateTimeOffset now, OutgoingMessages outgoing, CancellationToken ct)
    {
        var due = call.IsMissed ? options.Sla.FirstResponseDue(hours, now) : null;
        var linked = call.RequestId ?? candidates.Where(request => !request.IsClosed).Select(request => (RequestId?)new RequestId(request.Id)).FirstOrDefault();
        var recent = linked is null && call.Direction != CallDirection.Outbound ? candidates.FirstOrDefault(request => request.IsClosed) : null;
        if ((linked ?? (recent is null ? null : new RequestId(recent.Id))) is not { } id)
        {
            return call.Direction == CallDirection.Outbound ? call : await OpenAsync(call, due, owners, session, log, numbers, options, now, outgoing, ct);
        }

        call = call with { RequestId = id };
        var stream = await log.FindAsync(id, ct) ?? throw new InvalidOperationException("A request lost its events.");
        var attached = new CallAttached(call, due, By(call, owners), now);
        object[] happened = stream.Aggregate!.IsClosed && call.Direction != CallDirection.Outbound && !stream.Aggregate.KnowsCall(call.CallId)
            && await log.FindBesideAsync(stream.Aggregate, ct) is { Twin: null, FreePlace: var place }
            ? [new RequestReopened(null, now, place), attached]
            : [attached];
        var owedBefore = stream.Aggregate.FirstResponseDueAt;
        var request = await log.AppendAsync(stream, happened);
        if (call.IsAnswered && owedBefore is not null)
        {
            outgoing.Add(new FirstResponseSettled(id, new DataSubjectId(request.SubjectKey)));
        }
        else if (owedBefore is null && request.FirstResponseDueAt is { } promised)
        {
            await PromiseAsync(id, promised, session, ct);
        }

        return call;
    }

    private static async Task<Call> OpenAsync(
        Call call, DateTimeOffset? due, IReadOnlyDictionary<string, Agent> owners, IDocumentSession session, RequestLog log, RequestNumbers numbers, RequestsOptions options,
        DateTimeOffset now, OutgoingMessages outgoing, CancellationToken ct)
    {
        // From the call: a repeat that slipped through everything else would collide with its own stream.
        var id = new RequestId(DeterministicId.From("request", call.CallId.ToString()));
        call = call with { RequestId = id };
        await log.OpenAsync(id, new RequestOpenedByCall(await numbers.NextAsync(ct), call, due, By(call, owners), now));
        if (call.Party is { } party)
        {
            var intake = new RequestIntake { Id = id.Value, SubjectId = call.SubjectId, ContactPoints = [party], Patience = options.IdentificationPatience };
            outgoing.AddRange(intake.Ask(now));
            session.Insert(intake);
        }

        if (due is { } dueAt)
        {
            await PromiseAsync(id, dueAt, session, ct);
        }

        return call;
    }

    private static async Task PromiseAsync(RequestId id, DateTimeOffset dueAt, IDocumentSession session, CancellationToken ct)
    {
        // One that is still there watches already, and is due sooner.
        if (await session.LoadAsync<FirstResponseSla>(id.Value, ct) is null)
        {
            session.Insert(new FirstResponseSla { Id = id.Value, DueAt = dueAt });
        }
    }

    /// <summary>Who of ours spoke, or asked for the call.</summary>
    private static Agent? By(Call call, IReadOnlyDictionary<string, Agent> owners) =>
        call.PlacedBy ?? (call.AnsweredBy is { } extension ? owners.GetValueOrDefault(extension) : null);

    private static CallCard CardOf(Call call, IReadOnlyList<Request> candidates, IReadOnlyDictionary<string, Agent> owners)
    {
        // The one that the call is, or will be, written to: of a family's open requests the card must not name another.
        var latest = candidates.OrderBy(request => request.Id != call.RequestId?.Value).ThenBy(request => request.IsClosed).FirstOrDefault();
        return new CallCard(
            call.CallId, call.Rev, call.Direction ?? CallDirection.Inbound, call.Phase, call.Party?.Value,
            latest?.ContactName ?? latest?.Patient?.Name, call.Line, call.Queue, call.RequestId ?? (latest is null ? null : new RequestId(latest.Id)),
            Owners(call.Ringing), Owners(call.Talking), [.. owners.Values.Select(agent => agent.Id).Distinct()], call.StartedAt);

        IReadOnlyList<AgentId> Owners(IEnumerable<string> extensions) => [.. extensions.Where(owners.ContainsKey).Select(extension => owners[extension].Id).Distinct()];
    }
}
