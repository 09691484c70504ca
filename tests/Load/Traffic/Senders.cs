using System.Globalization;
using System.Text.Json;
using MedCrm.Load.Hub;

namespace MedCrm.Load.Traffic;

/// <summary>Senders in processes of their own.</summary>
internal static class Senders
{
    /// <param name="stage">Where to.</param>
    /// <param name="processes">How many.</param>
    /// <param name="each">Messages of each process.</param>
    /// <param name="perPerson">Messages of each person.</param>
    /// <param name="perSecond">Pace of each process. Zero: flat out.</param>
    public static async Task<IReadOnlyList<Accepted>> RunAsync(Stage stage, int processes, int each, int perPerson, double perSecond)
    {
        var ledgers = await Task.WhenAll(Enumerable.Range(0, processes).Select(async i =>
        {
            var ledger = Path.Combine(stage.Logs, $"sender-{i}.json");
            await Shell.RunAsync("dotnet", typeof(Senders).Assembly.Location, "send", "--to", stage.Window.ToString(), "--run", $"s{i}", "--first", Text(i * each), "--count", Text(each),
                "--per-person", Text(perPerson), "--per-second", perSecond.ToString(CultureInfo.InvariantCulture), "--ledger", ledger);
            await using var file = File.OpenRead(ledger);
            return (await JsonSerializer.DeserializeAsync<Accepted[]>(file))!;
        }));
        return [.. ledgers.SelectMany(ledger => ledger)];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
