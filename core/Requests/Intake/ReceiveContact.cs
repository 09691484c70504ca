using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Requests;
using MedCrm.Hosting;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;
using MedCrm.Requests.Notices;
using MedCrm.Requests.Sla;
using Wolverine;

namespace MedCrm.Requests.Intake;

/// <summary>
/// A contact wrote: continue their open request or open one.
/// The rule: (1) the conversation's open request, whatever name the message bears, (2) the person's open request on the same topic, (3) the
/// conversation's request closed not long ago, or the person's that came of the same form, reopened, (4) a new one. The person is the address and the name: a phone or a mail address may
/// serve a household, and whose name contradicts those that a request's person goes by (<see cref="KnownAs"/>) is somebody else. Of several
/// open ones a message joins the one where its name agrees, else the latest that it does not contradict; without a name, the latest. A
/// machine's message joins what is there and never opens or reopens anything by itself, unless there is nothing to join: then a person must
/// see it.
/// </summary>
public static class MessageReceivedHandler
{
    public static async Task<OutgoingMessages> Handle(
        MessageReceived message, IDocumentSession session, RequestLog log, RequestNumbers numbers, RequestsOptions options, BusinessHours hours, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var batch = session.CreateBatchQuery();
        var linkQuery = batch.Load<ConversationLink>(message.ConversationId.Value);
        var questionQuery = batch.Load<OpenQuestion>(message.ConversationId.Value);
        var candidatesQuery = batch.Query<Request>(
            "where subject_key = ? and (status <> 'Closed' or closed_at > ?) order by number desc", message.SubjectId.Value, now - options.ReopenWithin);
        await batch.Execute(ct);
        var link = await linkQuery;
        var candidates = await candidatesQuery;
        var linked = link is null ? null : candidates.FirstOrDefault(request => request.Id == link.RequestId.Value)
            // A conversation may have been begun under another address of the same person.
            ?? await session.LoadAsync<Request>(link.RequestId.Value, ct);
        if (candidates.Any(request => request.Knows(message.MessageId)) || linked?.Knows(message.MessageId) == true)
        {
            return [];
        }

        if (message is { Kind: ChannelKind.Website, DisplayName: null })
        {
            // Whoever of the household sends a form without a name shares a conversation with all who do; it is nobody's thread.
            linked = null;
        }

        var answered = await AnswerAsync(message, await questionQuery, session, vault, now, ct);
        var quiet = message.Automated || answered is NoticeAnswer.Yes;
        var onTopic = candidates.Where(request => !request.IsClosed && request.Topic == message.Topic).ToList();
        var open = linked is { IsClosed: false } ? linked : await FindAsync(message, linked, onTopic, vault, ct);
        var recent = linked is { ClosedAt: { } closedAt } && closedAt > now - options.ReopenWithin ? linked
            : open is null && message.Kind == ChannelKind.Website ? await FindAsync(message, linked, [.. candidates.Where(request => request.IsClosed && request.Topic == message.Topic)], vault, ct)
            : null;
        var beside = open is null && recent is not null && !quiet ? await log.FindBesideAsync(recent, ct) : default;
        open ??= beside.Twin;

        // A plain yes belongs to the request it answers in, however long that has been closed.
        recent ??= answered is NoticeAnswer.Yes && open is null ? linked : null;
        if (open is null && recent is null)
        {
            return Answered(await OpenAsync(message, RequestLog.FreePlace(onTopic), session, log, numbers, options, hours, now, ct), RequestIdOf(message), answered, await questionQuery, now);
        }

        var stream = await log.FindAsync(new RequestId((open ?? recent)!.Id), ct)
            ?? throw new InvalidOperationException("A request lost its events.");
        var request = stream.Aggregate!;
        await KnownAs.PrefetchAsync(vault, message, [request], ct);
        var (known, told) = (KnownAs.Of(request, vault), KnownAs.Of(message, vault));
        // Somebody else of the household in this person's thread tells nothing of the person.
        var isOther = told.Contradicts(known);
        var tellsName = !isOther && told.AddsTo(known);
        object[] happened = open is null && !quiet
            ? [new RequestReopened(null, now, beside.FreePlace), new MessageAttached(message, now, TellsName: tellsName, OfOther: isOther)]
            : [new MessageAttached(message, now, answered is NoticeAnswer.Yes, tellsName, isOther)];
        await log.AppendAsync(stream, happened);
        if (link?.RequestId.Value != stream.Id)
        {
            session.Store(new ConversationLink { Id = message.ConversationId.Value, RequestId = new RequestId(stream.Id) });
        }

        var tellsMore = message.BirthDate is not null || message.ContactPoints.Any(point => !request.AddressKeys.Contains(point.Key.Value)) || (tellsName && told.IsFullerThan(known));
        var outgoing = tellsMore && !isOther ? await AskAgainAsync(message, new RequestId(stream.Id), session, options, vault, now, ct) : [];
        return Answered(outgoing, new RequestId(stream.Id), answered, await questionQuery, now);
    }

    /// <summary>The person's own among the requests of the address. Who writes in a thread is the person whose thread it is.</summary>
    /// <param name="onTopic">The latest first.</param>
    private static async Task<Request?> FindAsync(MessageReceived message, Request? linked, List<Request> onTopic, IPersonalDataVault vault, CancellationToken ct)
    {
        if (onTopic.Count == 0)
        {
            return null;
        }

        await KnownAs.PrefetchAsync(vault, message, linked is null ? onTopic : [.. onTopic, linked], ct);
        var who = linked is not null && KnownAs.Of(linked, vault) is { IsNobody: false } known ? known : KnownAs.Of(message, vault);
        return who.Choose(onTopic, vault);
    }

    private static OutgoingMessages Answered(OutgoingMessages outgoing, RequestId request, NoticeAnswer? answered, OpenQuestion? question, DateTimeOffset now)
    {
        if (answered is { } answer && question is not null)
        {
            outgoing.Add(new NoticeAnswered(question.MessageId, question.SubjectId, answer, request, now));
        }

        return outgoing;
    }

    /// <summary>From the message: a repeat that slipped through everything else would collide with its own stream.</summary>
    private static RequestId RequestIdOf(MessageReceived message) => new(DeterministicId.From("request", message.MessageId.ToString()));

    /// <summary>Reads an answer to what was asked last in the conversation. After yes or no the question is closed.</summary>
    /// <returns>Null: nothing is asked there, or a button of another message was pressed.</returns>
    private static async Task<NoticeAnswer?> AnswerAsync(MessageReceived message, OpenQuestion? question, IDocumentSession session, IPersonalDataVault vault, DateTimeOffset now, CancellationToken ct)
    {
        if (question is null || message.Automated || question.Until <= now || (message.ChoiceOf is { } pressed && pressed != (question.AskedIn ?? question.MessageId)))
        {
            return null;
        }

        await vault.PrefetchAsync([message.Text.Subject], ct);
        var answer = AnswerWords.Read(vault.Open(message.Text));
        if (answer != NoticeAnswer.Other)
        {
            session.Delete(question);
        }

        return answer;
    }

    /// <summary>A messenger tells the telephone only when its owner shares it, a second form may tell the name or the date of birth: whoever was unknown may be known now.</summary>
    private static async Task<OutgoingMessages> AskAgainAsync(
        MessageReceived message, RequestId id, IDocumentSession session, RequestsOptions options, IPersonalDataVault vault, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<RequestIntake>(id.Value, ct) is { } asking)
        {
            await vault.PrefetchAsync([message.SubjectId], ct);
            var more = asking.Learn(message with { DisplayName = Fuller(asking.DisplayName, message.DisplayName, vault) }, now);
            session.UpdateRevision(asking, asking.Version + 1);
            return more;
        }

        var intake = RequestIntake.Of(id, message, options);
        var outgoing = intake.Ask(now);
        session.Insert(intake);
        return outgoing;
    }

    /// <summary>A surname alone is the whole family's: who told more is asked for by that.</summary>
    private static Sealed? Fuller(Sealed? known, Sealed? told, IPersonalDataVault vault)
    {
        return Parts(told) >= Parts(known) ? told ?? known : known;

        int Parts(Sealed? name) => name is { } given ? PersonName.Read(vault.Open(given)).Parts : 0;
    }

    private static async Task<OutgoingMessages> OpenAsync(
        MessageReceived message, int? place, IDocumentSession session, RequestLog log, RequestNumbers numbers, RequestsOptions options, BusinessHours hours, DateTimeOffset now, CancellationToken ct)
    {
        var id = RequestIdOf(message);
        var due = message.Automated ? null : options.Sla.FirstResponseDue(hours, message.ReceivedAt);
        await log.OpenAsync(id, new RequestOpened(await numbers.NextAsync(ct), message, due, now, place));
        session.Store(new ConversationLink { Id = message.ConversationId.Value, RequestId = id });

        var intake = RequestIntake.Of(id, message, options);
        var outgoing = intake.Ask(now);
        session.Insert(intake);
        if (due is { } dueAt)
        {
            session.Insert(new FirstResponseSla { Id = id.Value, DueAt = dueAt });
        }

        return outgoing;
    }
}

/// <summary>Which request a conversation belongs to now.</summary>
public sealed class ConversationLink
{
    /// <summary>The conversation's.</summary>
    public Guid Id { get; set; }

    public RequestId RequestId { get; set; }
}
