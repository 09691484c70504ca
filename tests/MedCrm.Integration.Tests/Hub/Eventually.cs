namespace MedCrm.Integration.Tests.Hub;

/// <summary>Waits for what must become true, and no longer than that takes.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static async Task<T> AsyncOf<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (clock.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"Within {Patience.TotalSeconds} seconds there was no {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(40), clock);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> look, string what) => AsyncOf(async () => await look() ? what : null, what);
}
