using JasperFx.Events;
using Marten;
using Marten.Events;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Requests.Inbox;

/// <summary>What is looked for. In the body, because it is mostly somebody's name or telephone.</summary>
/// <param name="Q">2 to 200 characters.</param>
/// <param name="Limit">At most so many of each kind; 1 to 50, default 5.</param>
public sealed record SearchBody(string? Q, int? Limit);

/// <summary>This room's part of the answer.</summary>
/// <param name="Requests">The latest contact first; closed ones too.</param>
/// <param name="Messages">The latest first.</param>
public sealed record RequestsFound(IReadOnlyList<RequestRow> Requests, IReadOnlyList<MessageFound> Messages);

/// <summary>A message or a note with the words in it.</summary>
/// <param name="Id">The message.</param>
/// <param name="RequestId">The request it stands in.</param>
/// <param name="Number">That request's number.</param>
/// <param name="Kind">Who wrote it, and for whom.</param>
/// <param name="At">UTC instant.</param>
/// <param name="Author">The contact's or the colleague's name. Null: unknown.</param>
/// <param name="Excerpt">The words and what stands around them, on one line.</param>
public sealed record MessageFound(MessageId Id, RequestId RequestId, long Number, TimelineKind Kind, DateTimeOffset At, string? Author, string Excerpt);

/// <summary>Finds requests and messages. Texts rest sealed, so they are opened one by one, the latest first, to a fixed depth.</summary>
public static class SearchRequestsEndpoint
{
    private const int Shortest = 2;
    private const int Longest = 200;
    private const int MostOfAKind = 50;

    /// <summary>How many of the latest requests and of the latest messages are opened.</summary>
    private const int Depth = 2000;

    private const int Before = 40;
    private const int Around = 140;

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/search", Search).WithName("searchRequests").ExcludeFromDescription();

    private static async Task<Results<Ok<RequestsFound>, ValidationProblem>> Search(SearchBody body, HttpContext http, IQuerySession session, IPersonalDataVault vault, SeenLog seen, CancellationToken ct)
    {
        if (body.Q?.Trim() is not { Length: >= Shortest and <= Longest } words)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["q"] = ["search.q-length"] });
        }

        var most = Math.Clamp(body.Limit ?? 5, 1, MostOfAKind);
        http.Response.Headers.CacheControl = "no-store";
        var requests = await RequestsAsync(words, most, session, vault, ct);
        var (messages, theirs) = await MessagesAsync(words, most, session, vault, ct);
        await seen.TellAsync(http.Agent(), SeenAs.Search, requests.Concat(theirs).Select(request => request.Seen()));
        return TypedResults.Ok(new RequestsFound([.. requests.Select(request => request.ToRow())], messages));
    }

    private static async Task<IReadOnlyList<Request>> RequestsAsync(string words, int most, IQuerySession session, IPersonalDataVault vault, CancellationToken ct)
    {
        var exact = SearchKey.Exact(vault, words);
        var found = await session.QueryAsync<Request>(
            $"{(exact is var (condition, _) ? $"where {condition} " : "")}order by last_contact_at desc, id desc limit ?", ct, [.. exact?.Arguments ?? [], exact is null ? Depth : most]);
        await vault.PrefetchAsync(found.Select(request => new DataSubjectId(request.SubjectKey)), ct);
        return exact is null ? [.. found.Where(request => SearchKey.Matches(vault, request, words)).Take(most)] : found;
    }

    /// <returns>The messages, and the requests in which they stand.</returns>
    private static async Task<(IReadOnlyList<MessageFound> Messages, IEnumerable<Request> Requests)> MessagesAsync(string words, int most, IQuerySession session, IPersonalDataVault vault, CancellationToken ct)
    {
        var events = await session.Events.QueryAllRawEvents()
            .Where(e => e.EventTypesAre(typeof(RequestOpened), typeof(MessageAttached), typeof(MessageChangeRecorded), typeof(ReplyRecorded), typeof(NoteRecorded)))
            .OrderByDescending(e => e.Sequence).Take(Depth).ToListAsync(ct);
        var written = events.Select(Written).OfType<Wording>().ToList();
        await vault.PrefetchAsync(written.Select(wording => wording.Subject), ct);

        var needle = SearchKey.Fold(words);
        var newest = new HashSet<MessageId>();
        var found = new List<(Wording Wording, string Text, int At)>();
        foreach (var wording in written)
        {
            // What was rewritten since is found by its latest words only.
            if (newest.Add(wording.Id) && vault.Open(wording.Text) is { } text && SearchKey.Fold(text).IndexOf(needle, StringComparison.Ordinal) is >= 0 and var at)
            {
                found.Add((wording, text, at));
                if (found.Count == most)
                {
                    break;
                }
            }
        }

        var ids = found.Select(hit => hit.Wording.Stream).Distinct().ToArray();
        var those = (ids.Length == 0 ? [] : await session.LoadManyAsync<Request>(ct, ids)).ToDictionary(request => request.Id);
        IReadOnlyList<MessageFound> messages =
        [
            .. found.Where(hit => those.ContainsKey(hit.Wording.Stream)).Select(hit => new MessageFound(
                hit.Wording.Id, new RequestId(hit.Wording.Stream), those[hit.Wording.Stream].Number, hit.Wording.Kind, hit.Wording.At,
                hit.Wording.Agent?.Name ?? (hit.Wording.Author is { } author ? vault.Open(author) : null), Excerpt(hit.Text, hit.At))),
        ];
        return (messages, those.Values);
    }

    private static Wording? Written(IEvent e) => e.Data switch
    {
        RequestOpened { Message: var message } => new(e.StreamId, message.MessageId, message.SubjectId, TimelineKind.Inbound, message.Text, message.SentAt, null, message.DisplayName),
        MessageAttached { Message: var message } => new(e.StreamId, message.MessageId, message.SubjectId, TimelineKind.Inbound, message.Text, message.SentAt, null, message.DisplayName),
        MessageChangeRecorded { Change: var change } => new(e.StreamId, change.MessageId, change.SubjectId, TimelineKind.Inbound, change.Text, change.EditedAt ?? e.Timestamp, null, null),
        ReplyRecorded { Reply: var reply } => new(e.StreamId, reply.MessageId, reply.SubjectId, TimelineKind.Reply, reply.Text, reply.At, reply.Agent, null),
        NoteRecorded { Note: var note } => new(e.StreamId, note.MessageId, note.SubjectId, TimelineKind.Note, note.Text, note.At, note.Agent, null),
        _ => null,
    };

    private static string Excerpt(string text, int at)
    {
        var from = Math.Max(0, at - Before);
        var to = Math.Min(text.Length, from + Around);
        return $"{(from > 0 ? "…" : "")}{string.Join(' ', text[from..to].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}{(to < text.Length ? "…" : "")}";
    }

    private sealed record Wording(Guid Stream, MessageId Id, DataSubjectId Subject, TimelineKind Kind, Sealed Text, DateTimeOffset At, Agent? Agent, Sealed? Author);
}
