using System.Collections.Concurrent;
using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>Visitors with the chat open at the same time, each in a conversation with the manager.</summary>
internal static class VisitorsVerb
{
    private const int Usually = 200;
    private const double PerSecond = 10;
    private const int WarmUp = 20;

    public static Command Command()
    {
        var count = new Option<int>("--count") { Description = "How many visitors at once.", DefaultValueFactory = _ => Usually };
        var rounds = new Option<int>("--rounds") { Description = "Messages of each; each is answered.", DefaultValueFactory = _ => 3 };
        var transports = Options.Transports();
        var command = new Command("visitors", $"Visitors of the site with the chat open at once, {PerSecond} messages a second of all together, each answered.") { count, rounds, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, new Setting(transport, Layout.OneProcess), parsed.GetRequiredValue(count), parsed.GetRequiredValue(rounds));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Setting setting, int count, int rounds)
    {
        await Waiting.SayAsync($"visitors: {setting}, {count} at once, {rounds} messages each");
        await using var stage = await Stage.SetAsync(setting);
        await using var screen = await Screen.OpenAsync(stage);
        using var handler = new SocketsHttpHandler();
        var visitors = new List<Visitor>();
        try
        {
            foreach (var n in Enumerable.Range(0, count))
            {
                visitors.Add(await Visitor.OpenAsync(stage.Window, handler, $"Посетитель {n}"));
            }

            await TalkAsync(visitors.Take(WarmUp), screen, "warm-up");
            var connected = Machine.Megabytes([stage.Processes[0].Id]);
            var (shown, answered) = (new List<double>(), new List<double>());
            foreach (var round in Enumerable.Range(1, rounds))
            {
                var (onScreen, toVisitor) = await TalkAsync(visitors, screen, $"round {round}");
                if (round == 1)
                {
                    shown.AddRange(onScreen);
                }

                answered.AddRange(toVisitor);
            }

            Add(report, setting, "POST → the manager's live line, first message", shown);
            Add(report, setting, "the manager's POST → the visitor's browser", answered);
            report.Expect("visitors", setting.ToString(), "answers that arrived", answered.Count, count * rounds);
            report.Expect("visitors", setting.ToString(), "answers that arrived twice", visitors.Sum(visitor => visitor.Repeats), 0);
            report.Add("visitors", setting.ToString(), "memory with all connected / after", $"{Report.Number(connected)} / {Report.Number(Machine.Megabytes([stage.Processes[0].Id]), "MB")}");
        }
        finally
        {
            await Task.WhenAll(visitors.Select(visitor => visitor.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Everybody writes once, at the pace of all together, and is answered as soon as the row is there.</summary>
    private static async Task<(IReadOnlyList<double> OnScreen, IReadOnlyList<double> ToVisitor)> TalkAsync(IEnumerable<Visitor> visitors, Screen screen, string what)
    {
        var (onScreen, toVisitor) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        await Task.WhenAll(visitors.Select(async (visitor, n) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(n / PerSecond), Waiting.Clock);
            var isFirst = !screen.Shown.ContainsKey(visitor.Name);
            var posted = await visitor.WriteAsync($"{what}: вопрос {n}");
            if (!await Waiting.UntilAsync(() => Task.FromResult(screen.Conversations.ContainsKey(visitor.Name)), TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(10)))
            {
                return;
            }

            if (isFirst)
            {
                onScreen.Add(Waiting.Clock.GetElapsedTime(posted, screen.Shown[visitor.Name]).TotalMilliseconds);
            }

            var answer = $"{what}: ответ {n}";
            var sent = Waiting.Clock.GetTimestamp();
            await screen.AnswerAsync(screen.Conversations[visitor.Name], answer);
            if (await Waiting.UntilAsync(() => Task.FromResult(visitor.Answers.ContainsKey(answer)), TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(10)))
            {
                toVisitor.Add(Waiting.Clock.GetElapsedTime(sent, visitor.Answers[answer]).TotalMilliseconds);
            }
        }));
        return ([.. onScreen], [.. toVisitor]);
    }

    private static void Add(Report report, Setting setting, string what, List<double> times) =>
        report.Add("visitors", setting.ToString(), what, new Percentiles(times).ToString());
}
