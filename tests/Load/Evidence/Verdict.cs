using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Evidence;

/// <summary>Puts into the report whether anything was lost, doubled or stuck, and says what to look at.</summary>
internal static class Verdict
{
    private const int LongestLine = 400;

    public static async Task AddAsync(Report report, string verb, Stage stage, IReadOnlyList<Accepted> accepted, Books books)
    {
        var setting = stage.Setting.ToString();
        // A timeout that falls due is under way for a moment; stuck is what stays.
        var envelopes = await Envelopes.ReadAsync(stage);
        await Waiting.UntilAsync(async () => (envelopes = await Envelopes.ReadAsync(stage)).Stuck == 0, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1));
        report.Add(verb, setting, "accepted (of them after a repeat)", $"{Report.Number(accepted.Count)} ({Report.Number(accepted.Count(one => one.Tries > 1))})");
        report.Expect(verb, setting, "receipts", accepted.Select(one => one.Receipt).Distinct().Count(), accepted.Count);
        report.Expect(verb, setting, "accepted, but no message", books.MessagesMissing, 0);
        report.Expect(verb, setting, "messages nobody was told of", books.MessagesUnknown, 0);
        report.Expect(verb, setting, "accepted, but in no timeline", books.EntriesMissing, 0);
        report.Expect(verb, setting, "doubled in a timeline", books.EntriesDoubled, 0);
        report.Expect(verb, setting, "requests", books.Requests, accepted.Select(one => one.Contact.Email).Distinct().Count());
        report.Expect(verb, setting, "requests whose last state reached no screen", books.NotOnScreen, 0);
        report.Expect(verb, setting, "requests not identified", books.NotIdentified, 0);
        report.Expect(verb, setting, "people shown in another order", books.ShownOutOfOrder, 0);
        report.Add(verb, setting, "people handled in another order", Report.Number(books.HandledOutOfOrder));
        report.Expect(verb, setting, "envelopes that are stuck", envelopes.Stuck, 0);
        report.Expect(verb, setting, "dead letters", envelopes.DeadLetters.Count, 0);
        foreach (var line in books.Lost.Concat(envelopes.DeadLetters).Concat(ProcessLogs.Errors(stage).GroupBy(Shape).Select(same => $"{same.Count()} × {same.First()}").Take(30)))
        {
            await Waiting.SayAsync(line.Length > LongestLine ? $"{line[..LongestLine]} …" : line);
        }

        if (!books.IsWhole || envelopes.Stuck > 0 || envelopes.DeadLetters.Count > 0)
        {
            stage.Keep();
        }
    }

    /// <summary>Reads timelines and rows as a manager does and compares every word.</summary>
    public static async Task AddScreensAsync(Report report, string verb, Stage stage, Screen screen, IReadOnlyList<Accepted> accepted, int sample)
    {
        var (read, wrong, stale) = (0, 0, 0);
        await using var database = stage.Open("Requests");
        foreach (var person in accepted.GroupBy(one => one.Contact.Email).Take(sample))
        {
            var sent = person.OrderBy(one => one.Contact.Number).Select(one => one.Contact.Text).ToList();
            await using var command = database.CreateCommand("select distinct stream_id from requests.mt_events where type in ('request_opened', 'message_attached') and data -> 'message' ->> 'messageId' = any($1)");
            command.Parameters.AddWithValue(person.Select(one => Books.MessageOf(one).ToString()).ToArray());
            var request = await command.ExecuteScalarAsync() as Guid?;
            read++;
            wrong += request is { } id && (await screen.TimelineAsync(id)).SequenceEqual(sent) ? 0 : 1;
            stale += request is { } row && sent[^1].StartsWith(await screen.PreviewAsync(row), StringComparison.Ordinal) ? 0 : 1;
        }

        report.Expect(verb, stage.Setting.ToString(), $"wrong timelines of {Report.Number(read)} read through the API", wrong, 0);
        report.Expect(verb, stage.Setting.ToString(), $"rows of {Report.Number(read)} that show an older message than the last", stale, 0);
        if (wrong + stale > 0)
        {
            stage.Keep();
        }
    }

    // The same complaint about another envelope is the same complaint.
    private static string Shape(string line) => string.Concat(line.Where(c => !char.IsAsciiHexDigitLower(c) && !char.IsAsciiDigit(c)));
}
