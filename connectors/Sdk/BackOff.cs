namespace MedCrm.Connectors.Sdk;

/// <summary>Growing pauses, each a little different, so that many who were cut off together do not come back together.</summary>
internal static class BackOff
{
    /// <param name="failures">How many in a row, from 1.</param>
    public static TimeSpan Pause(int failures, TimeSpan first, TimeSpan longest)
    {
        var pause = TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Clamp(failures - 1, 0, 20)));
#pragma warning disable CA5394 // jitter needs no secrecy
        return pause * (0.8 + (0.2 * Random.Shared.NextDouble()));
#pragma warning restore CA5394
    }
}
