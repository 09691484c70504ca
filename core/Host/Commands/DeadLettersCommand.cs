using System.CommandLine;
using System.Globalization;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Wolverine.Persistence.Durability;
using Wolverine.Persistence.Durability.DeadLetterManagement;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm dead-letters list|replay`: messages between the parts whose handling failed for good.</summary>
internal static class DeadLettersCommand
{
    private const int PageSize = 500;

    public static Command Create()
    {
        var data = UpCommand.DataOption();
        var only = new Option<string?>("--part") { Description = "Only this part's. Default: all." };
        var list = new Command("list", "Shows them, newest first.") { data, only };
        list.SetAction((parsed, ct) => ForEachPartAsync(parsed.GetRequiredValue(data), parsed.GetValue(only), async (part, letters) =>
        {
            var page = await letters.QueryAsync(new DeadLetterEnvelopeQuery { PageSize = PageSize }, ct);
            foreach (var letter in page.Envelopes)
            {
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{part}  {letter.Id}  {letter.SentAt:u}  {letter.MessageType}  {letter.ExceptionType}: {letter.ExceptionMessage}{(letter.Replayable ? "  (being replayed)" : "")}"));
            }

            return page.TotalCount;
        }));

        var ids = new Argument<Guid[]>("ID") { Description = "As the list names them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every one of the part." };
        var replay = new Command("replay", "Hands them to their handlers again; the running hub does it within seconds.") { ids, all, data, only };
        replay.SetAction((parsed, ct) =>
        {
            var chosen = parsed.GetValue(ids) ?? [];
            if (chosen.Length == 0 && !parsed.GetValue(all))
            {
                throw new CommandException("Name the ids to replay, or --all.");
            }

            return ForEachPartAsync(parsed.GetRequiredValue(data), parsed.GetValue(only), async (_, letters) =>
            {
                var query = chosen.Length == 0 ? new DeadLetterEnvelopeQuery { PageSize = PageSize } : new DeadLetterEnvelopeQuery { MessageIds = chosen };
                var found = await letters.QueryAsync(query, ct);
                await letters.ReplayAsync(query, ct);
                return found.TotalCount;
            });
        });
        return new Command("dead-letters", "Messages between the parts that failed for good; nothing is dropped.") { list, replay };
    }

    private static async Task<int> ForEachPartAsync(string data, string? only, Func<string, IDeadLetters, Task<int>> work)
    {
        using var hub = RunningHub.Load(data);
        hub.Database("Vault");
        IReadOnlyList<Part> parts = only is null ? Parts.All : Parts.Pick(Parts.All, [only]);
        var total = 0;
        foreach (var part in parts)
        {
            // Built, never started: a second copy of the part must not take work away from the running one.
            await using var app = part.Build(hub.Settings);
            total += await work(part.Name, app.Services.GetRequiredService<IMessageStore>().DeadLetters);
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{total} in all."));
        return 0;
    }
}
