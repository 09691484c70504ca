using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Requests;
using MedCrm.Requests.Life;
using Wolverine;

namespace MedCrm.Requests.Notices;

/// <summary>One attempt to tell a contact something.</summary>
public sealed class Notice
{
    /// <summary>The message's; of the first attempt the command's own.</summary>
    public Guid Id { get; set; }

    public TellContact Command { get; set; } = null!;

    /// <summary>Conversations that were tried, this one last.</summary>
    public List<ConversationId> Tried { get; set; } = [];
}

/// <summary>What was asked last in a conversation and may be answered there.</summary>
public sealed class OpenQuestion
{
    /// <summary>The conversation's.</summary>
    public Guid Id { get; set; }

    /// <summary>Of the command that asked.</summary>
    public MessageId MessageId { get; set; }

    /// <summary>The message that asks, which has an id of its own after a first attempt that failed. Null: noted by a release that did not say.</summary>
    public MessageId? AskedIn { get; set; }

    public DataSubjectId SubjectId { get; set; }

    public DateTimeOffset Until { get; set; }
}

/// <summary>Finds the conversation in which a contact can be told something.</summary>
public static class TellContactHandler
{
    public static async Task<OutgoingMessages> Handle(TellContact notice, IDocumentSession session, RequestLog log, CancellationToken ct)
    {
        if (await log.FindAsync(notice.RequestId, ct) is not { Aggregate: { } request } stream || request.Knows(notice.MessageId)
            || await session.LoadAsync<Notice>(notice.MessageId.Value, ct) is not null)
        {
            return [];
        }

        if (await TryNextAsync(notice, request, [], session, ct) is { } send)
        {
            return [send];
        }

        await log.AppendAsync(stream, new ContactNotTold(notice));
        return notice.AnswerUntil is null ? [] : [new ContactUnreached(notice.MessageId, notice.SubjectId, notice.At)];
    }

    /// <summary>Sends by the next channel of the contact: a question where they wrote last, anything else rather in the conversation it is about.</summary>
    /// <returns>Null: none is left.</returns>
    internal static async Task<SendNotice?> TryNextAsync(TellContact notice, Request request, IReadOnlyList<ConversationId> tried, IDocumentSession session, CancellationToken ct)
    {
        var others = request.OriginContactKey is { } contact ? await session.QueryAsync<Request>("where origin_contact_key = ? order by last_contact_at desc limit 20", ct, contact) : [];
        var candidates = notice.AnswerUntil is null ? others.Prepend(request) : others.Any(other => other.Id == request.Id) ? others : others.Append(request);
        if (candidates.FirstOrDefault(one => one.ReplyBy is not null && one.ConversationId.Value != Guid.Empty && !tried.Contains(one.ConversationId)) is not { } chosen)
        {
            return null;
        }

        var id = tried.Count == 0 ? notice.MessageId : new MessageId(DeterministicId.From("notice", notice.MessageId.ToString(), chosen.ConversationId.ToString()));
        session.Store(new Notice { Id = id.Value, Command = notice, Tried = [.. tried, chosen.ConversationId] });
        if (notice.AnswerUntil is { } until)
        {
            session.Store(new OpenQuestion { Id = chosen.ConversationId.Value, MessageId = notice.MessageId, AskedIn = id, SubjectId = notice.SubjectId, Until = until });
        }

        return new SendNotice(id, chosen.ConversationId, notice.SubjectId, notice.Text, notice.Choices);
    }
}
