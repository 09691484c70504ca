using MedCrm.Load.Hub;

namespace MedCrm.Load.Evidence;

/// <summary>What the product's processes said.</summary>
internal static class ProcessLogs
{
    // Wolverine's words for a message that it takes for one it had already.
    private static readonly string[] DuplicateWords = ["Discarding a duplicate", "Discarding duplicate", "Duplicate incoming envelope"];

    public static IReadOnlyList<string> Duplicates(Stage stage) => Lines(stage, line => DuplicateWords.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)));

    public static IReadOnlyList<string> Errors(Stage stage) =>
        Lines(stage, line => line.Contains("fail: ", StringComparison.Ordinal) || line.Contains("crit: ", StringComparison.Ordinal) || line.StartsWith("Unhandled", StringComparison.Ordinal));

    private static List<string> Lines(Stage stage, Func<string, bool> isWanted) =>
        [.. stage.Processes.SelectMany(process => File.ReadLines(Path.Combine(stage.Logs, $"{process.Name}.log")).Where(isWanted).Select(line => $"{process.Name}: {line}"))];
}
