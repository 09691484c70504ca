using MedCrm.Contracts;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;
using Npgsql;

namespace MedCrm.Load.Evidence;

/// <summary>What the rooms have in their books, against what the senders were told.</summary>
/// <param name="MessagesMissing">Accepted, but Chat does not have it.</param>
/// <param name="MessagesUnknown">Chat has it, but nobody was told so: a double under another id.</param>
/// <param name="EntriesMissing">Accepted, but in no request's timeline.</param>
/// <param name="EntriesDoubled">In the timelines more than once.</param>
/// <param name="Requests">Requests opened.</param>
/// <param name="NotOnScreen">Requests whose latest state never reached the feed of the screens.</param>
/// <param name="NotIdentified">Requests whose identification has not ended.</param>
/// <param name="ShownOutOfOrder">People whose messages the timeline shows in another order than they were sent.</param>
/// <param name="HandledOutOfOrder">People whose messages were handled in another order than they were sent; what is shown may still be right.</param>
/// <param name="Lost">Some of what is missing, for whoever looks for the cause.</param>
internal sealed record Books(
    int MessagesMissing, int MessagesUnknown, int EntriesMissing, int EntriesDoubled, int Requests, int NotOnScreen, int NotIdentified, int ShownOutOfOrder, int HandledOutOfOrder, IReadOnlyList<string> Lost)
{
    private const string Channel = "website/demo";

    public bool IsWhole => MessagesMissing + MessagesUnknown + EntriesMissing + EntriesDoubled + NotOnScreen + NotIdentified == 0;

    /// <summary>The id that Chat gives to what was accepted.</summary>
    public static Guid MessageOf(Accepted one) => DeterministicId.From("message", Channel, one.Receipt);

    public static async Task<Books> ReadAsync(Stage stage, IReadOnlyList<Accepted> accepted)
    {
        var expected = accepted.ToDictionary(MessageOf);
        var messages = (await ReadAsync(stage, "Chat", "select id from chat.mt_doc_message where data ->> 'kind' = 'Inbound'", row => row.GetGuid(0))).ToHashSet();
        var entries = await ReadAsync(
            stage, "Requests",
            """
            select stream_id, (data -> 'message' ->> 'messageId')::uuid, (data -> 'message' ->> 'sentAt')::timestamptz, version
            from requests.mt_events where type in ('request_opened', 'message_attached') order by stream_id, version
            """,
            row => new Entry(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3)));
        var written = entries.Select(entry => entry.Message).ToHashSet();
        var revisions = await ReadAsync(stage, "Requests", "select id, (data ->> 'rev')::bigint from requests.mt_doc_request", row => (Id: row.GetGuid(0), Rev: row.GetInt64(1)));
        var shown = (await ReadAsync(stage, "Gateway", "select entity_id, max(rev) from gateway.feed group by entity_id", row => (Id: row.GetGuid(0), Rev: row.GetInt64(1)))).ToHashSet();
        var asking = await ReadAsync(stage, "Requests", "select id from requests.mt_doc_requestintake where not coalesce((data ->> 'resting')::boolean, false)", row => row.GetGuid(0));
        var people = entries.Where(entry => expected.ContainsKey(entry.Message)).GroupBy(entry => expected[entry.Message].Contact.Email).ToList();
        return new Books(
            expected.Keys.Count(id => !messages.Contains(id)),
            messages.Count(id => !expected.ContainsKey(id)),
            expected.Keys.Count(id => !written.Contains(id)),
            entries.Count - written.Count,
            revisions.Count,
            revisions.Count(request => !shown.Contains(request)),
            asking.Count,
            people.Count(person => !Rises(person.OrderBy(entry => entry.SentAt).ThenBy(entry => entry.Version))),
            people.Count(person => !Rises(person.OrderBy(entry => entry.Version))),
            [
                .. expected.Where(one => !written.Contains(one.Key)).Take(20)
                    .Select(one => $"message {one.Key} of {one.Value.Contact.Key}, receipt {one.Value.Receipt}, {(messages.Contains(one.Key) ? "in Chat, in no request" : "not in Chat")}"),
                .. revisions.Where(request => !shown.Contains(request)).Take(20).Select(request => $"request {request.Id}, revision {request.Rev} not in the feed"),
                .. asking.Take(20).Select(id => $"request {id} not identified"),
            ]);

        bool Rises(IEnumerable<Entry> ordered) => ordered.Select(entry => expected[entry.Message].Contact.Number).Aggregate((Last: 0, Fine: true), (state, number) => (number, state.Fine && number > state.Last)).Fine;
    }

    /// <summary>Waits until the books hold everything and the queues are empty, or until patience runs out; then reads.</summary>
    public static async Task<Books> SettleAsync(Stage stage, IReadOnlyList<Accepted> accepted, TimeSpan patience)
    {
        var books = await ReadAsync(stage, accepted);
        await Waiting.UntilAsync(
            async () => (books = await ReadAsync(stage, accepted)).IsWhole && (await Envelopes.ReadAsync(stage)).Stuck == 0,
            patience,
            TimeSpan.FromSeconds(3));
        return books;
    }

    private static async Task<List<T>> ReadAsync<T>(Stage stage, string room, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var database = stage.Open(room);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private sealed record Entry(Guid Request, Guid Message, DateTimeOffset SentAt, long Version);
}
