using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Requests;
using MedCrm.Hosting.Bus;
using MedCrm.Requests.Life;
using MedCrm.Requests.Notices;
using MedCrm.Requests.Sla;
using Wolverine;

namespace MedCrm.Requests.Intake;

/// <summary>What happens in a conversation after its first message is written to the request it belongs to.</summary>
public static class ConversationHandler
{
    public static async Task<OutgoingMessages> Handle(ReplySent reply, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(reply.ConversationId, session, log, ct);
        if (stream.Aggregate!.Knows(reply.MessageId))
        {
            return [];
        }

        await log.AppendAsync(stream, new ReplyRecorded(reply));
        return [new FirstResponseSettled(new RequestId(stream.Id), reply.SubjectId)];
    }

    public static async Task Handle(NoticeSent notice, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(notice.ConversationId, session, log, ct);
        if (!stream.Aggregate!.Knows(notice.MessageId))
        {
            await log.AppendAsync(stream, new NoticeRecorded(notice));
        }
    }

    public static async Task Handle(NoteAdded note, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(note.ConversationId, session, log, ct);
        if (!stream.Aggregate!.Knows(note.MessageId))
        {
            await log.AppendAsync(stream, new NoteRecorded(note));
        }
    }

    public static async Task Handle(MessageChanged change, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(change.ConversationId, session, log, ct);
        if (!stream.Aggregate!.Knows(change))
        {
            await log.AppendAsync(stream, new MessageChangeRecorded(change));
        }
    }

    public static async Task Handle(MessageRemoved removal, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(removal.ConversationId, session, log, ct);
        if (!stream.Aggregate!.Knows(removal))
        {
            await log.AppendAsync(stream, new MessageRemovalRecorded(removal));
        }
    }

    public static async Task Handle(ReachabilityChanged reachability, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        var stream = await RequestOf(reachability.ConversationId, session, log, ct);
        if (!stream.Aggregate!.Knows(reachability))
        {
            await log.AppendAsync(stream, new ReachabilityRecorded(reachability));
        }
    }

    /// <summary>An answer that did not arrive brings its request back also when it was closed meanwhile: nobody looks for bad news among what is done.</summary>
    public static async Task<OutgoingMessages> Handle(MessageDeliveryChanged delivery, IDocumentSession session, RequestLog log, TimeProvider clock, CancellationToken ct)
    {
        var stream = await RequestOf(delivery.ConversationId, session, log, ct);
        var request = stream.Aggregate!;
        if (request.Knows(delivery))
        {
            return [];
        }

        if (delivery.Status == DeliveryStatus.Failed && await session.LoadAsync<Notice>(delivery.MessageId.Value, ct) is { } notice)
        {
            var next = await TellContactHandler.TryNextAsync(notice.Command, request, notice.Tried, session, ct);
            if (next is not null || notice.Command.AnswerUntil is not null)
            {
                // Another channel carries it, or else a person calls: nothing is owed in this request.
                await log.AppendAsync(stream, new DeliveryRecorded(delivery, Quiet: true));
                return next is not null ? [next] : [new ContactUnreached(notice.Command.MessageId, notice.Command.SubjectId, delivery.At)];
            }
        }

        object[] happened = delivery.Status == DeliveryStatus.Failed && request.IsClosed && await log.FindBesideAsync(request, ct) is { Twin: null, FreePlace: var place }
            ? [new RequestReopened(null, clock.GetUtcNow(), place), new DeliveryRecorded(delivery)]
            : [new DeliveryRecorded(delivery)];
        await log.AppendAsync(stream, happened);
        return [];
    }

    /// <summary>A manager can only answer what she saw, so the link exists, or its message is a moment behind on another queue: try again.</summary>
    private static async Task<JasperFx.Events.IEventStream<Request>> RequestOf(ConversationId id, IDocumentSession session, RequestLog log, CancellationToken ct) =>
        await session.LoadAsync<ConversationLink>(id.Value, ct) is { } link && await log.FindAsync(link.RequestId, ct) is { } stream
            ? stream
            : throw new TransientFailureException($"Conversation {id} has no request yet.");
}
