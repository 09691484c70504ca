using System.ComponentModel;
using System.Diagnostics;

namespace MedCrm.Host.Embedded;

/// <summary>Runs another program to its end.</summary>
internal static class Tool
{
    public sealed record Outcome(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <summary>Output and errors come back as one text; a program that is not there has exit code 127, as in a shell.</summary>
    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = directory ?? "" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new Outcome(process.ExitCode, (await output + await errors).Trim());
        }
        catch (Win32Exception e)
        {
            return new Outcome(127, e.Message);
        }
    }
}
