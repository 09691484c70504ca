namespace MedCrm.Connectors.Testing;

/// <summary>What a network and an impatient sender make of a row of messages. The same seed makes the same.</summary>
public static class Traffic
{
    /// <summary>Each up to three times, in any order, each at least once: what was dropped is sent again by whoever saw no acknowledgement.</summary>
    public static IReadOnlyList<T> Rough<T>(IEnumerable<T> messages, int seed)
    {
        var random = new Random(seed);
        var all = messages.SelectMany(message => Enumerable.Repeat(message, 1 + random.Next(3))).ToArray();
        random.Shuffle(all);
        return all;
    }

    /// <summary>Each once, in another order.</summary>
    public static IReadOnlyList<T> Shuffled<T>(IEnumerable<T> messages, int seed)
    {
        var all = messages.ToArray();
        new Random(seed).Shuffle(all);
        return all;
    }
}
