using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MedCrm.Connectors.Testing;

/// <summary>Connectors × checks. Written again after each check, one file per connector, so that runs of several processes add up; <c>tests/run.sh</c> prints them.</summary>
public static class ConformanceReport
{
    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> Rows = new();
    private static readonly Lock Gate = new();

    /// <summary>The checks, in their order.</summary>
    public static IReadOnlyList<string> Checks { get; } = [.. Enumerable.Range(1, 22).Select(n => string.Create(CultureInfo.InvariantCulture, $"C{n}"))];

    /// <summary>Notes the outcome of a check.</summary>
    /// <param name="connector">The connector's key.</param>
    /// <param name="check">One of <see cref="Checks"/>.</param>
    /// <param name="outcome"><c>ok</c>, <c>FAIL</c>, or why it does not apply.</param>
    public static void Note(string connector, string check, string outcome)
    {
        var row = Rows.GetOrAdd(connector, _ => new());

        // A connector with two ways in has two suites: a failure of either counts, and what one cannot be asked the other may answer.
        row.AddOrUpdate(check, outcome, (_, known) => known == "FAIL" || (known == "ok" && outcome != "FAIL") ? known : outcome);
        lock (Gate)
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(Path.Combine(Folder(), $"{connector}.txt"), Line(connector, row));
        }
    }

    private static string Line(string connector, ConcurrentDictionary<string, string> row)
    {
        var line = new StringBuilder(connector.PadRight(12));
        var notes = new StringBuilder();
        foreach (var check in Checks)
        {
            var outcome = row.GetValueOrDefault(check);
            line.Append((outcome switch { null => "?", "ok" or "FAIL" => outcome, _ => "–" }).PadRight(5));
            if (outcome is not (null or "ok" or "FAIL"))
            {
                notes.Append(CultureInfo.InvariantCulture, $"  {connector} {check} –: {outcome}\n");
            }
        }

        return line.ToString().TrimEnd() + "\n" + notes;
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable("MEDCRM_CONFORMANCE_REPORT") is { Length: > 0 } chosen
            ? chosen
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "artifacts", "test-reports", "conformance"));
}
