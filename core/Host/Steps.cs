using System.Globalization;

namespace MedCrm.Host;

/// <summary>One line per step of a long command: what, and how it went.</summary>
public sealed class Steps(TextWriter output, TimeProvider clock)
{
    private const int Column = 24;

    public async Task<T> RunAsync<T>(string step, Func<Task<T>> work, Func<T, string?>? note = null)
    {
        var started = clock.GetTimestamp();
        await output.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"  {step.PadRight(Column)} … "));
        await output.FlushAsync();
        try
        {
            var result = await work();
            await EndAsync("ok", started, note?.Invoke(result));
            return result;
        }
        catch
        {
            await EndAsync("failed", started, null);
            throw;
        }
    }

    public Task RunAsync(string step, Func<Task> work) =>
        RunAsync<object?>(step, async () =>
        {
            await work();
            return null;
        });

    private async Task EndAsync(string word, long started, string? note) =>
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{word,-6} {clock.GetElapsedTime(started).TotalSeconds,5:0.0} s{(note is null ? "" : $"  {note}")}"));
}
