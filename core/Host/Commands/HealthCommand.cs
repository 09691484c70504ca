using System.CommandLine;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm health URL`: the probe of the container image, which has no curl.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "For example http://localhost:8080/health/ready." };
        var command = new Command("health", "Asks a health address; exit code 0 when it answers well.") { url };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(url), ct));
        return command;
    }

    private static async Task<int> RunAsync(string text, CancellationToken ct)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw new CommandException($"'{text}' is not an address such as http://localhost:8080/health/ready.");
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(url, ct);
            await Console.Out.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException or NotSupportedException)
        {
            throw new CommandException($"{url} does not answer: {e.Message}", e);
        }
    }
}
