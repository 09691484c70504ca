using System.Globalization;

namespace MedCrm.Load;

/// <summary>Time: one clock for everything that is measured.</summary>
internal static class Waiting
{
    public static TimeProvider Clock { get; } = TimeProvider.System;

    /// <summary>Asks until it is so.</summary>
    /// <returns>False: patience ran out.</returns>
    public static async Task<bool> UntilAsync(Func<Task<bool>> isSo, TimeSpan patience, TimeSpan? every = null)
    {
        var began = Clock.GetTimestamp();
        while (!await isSo())
        {
            if (Clock.GetElapsedTime(began) > patience)
            {
                return false;
            }

            await Task.Delay(every ?? TimeSpan.FromMilliseconds(250), Clock);
        }

        return true;
    }

    /// <summary>Says what is going on, with the time, where it does not mix with the tables.</summary>
    public static Task SayAsync(string text) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Clock.GetUtcNow():HH:mm:ss} {text}"));
}
