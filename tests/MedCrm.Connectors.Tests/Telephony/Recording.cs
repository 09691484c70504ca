using System.Globalization;
using System.Text;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>Calls as a real Asterisk 22 told them, byte for byte.</summary>
internal static class Recording
{
    /// <summary>The blocks of a recording, without the greeting and the answers to whoever recorded.</summary>
    public static IReadOnlyList<string> Events(string name) =>
    [
        .. File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Telephony", "Recordings", $"{name}.txt"), Encoding.UTF8).Split("\r\n\r\n")
            .Where(block => block.StartsWith("Event: ", StringComparison.Ordinal) && !block.Contains("\r\nActionID: mcl-", StringComparison.Ordinal) && !block.StartsWith("Event: FullyBooted", StringComparison.Ordinal)),
    ];

    public static string[] Shuffled(IEnumerable<string> events, int seed)
    {
        var shuffled = events.ToArray();
#pragma warning disable CA5394 // the same disorder in every run
        new Random(seed).Shuffle(shuffled);
#pragma warning restore CA5394
        return shuffled;
    }

    /// <summary>The same call once more, as another call: other channels, another caller.</summary>
    public static string[] Another(IEnumerable<string> events, int number) =>
    [
        .. events.Select(block => block
            .Replace("pbx1-", string.Create(CultureInfo.InvariantCulture, $"pbx{number}-"), StringComparison.Ordinal)
            .Replace("+79161234567", string.Create(CultureInfo.InvariantCulture, $"+7902{number:D7}"), StringComparison.Ordinal)),
    ];
}
