using System.Diagnostics;
using MedCrm.Connectors.Tests.Conformance;
using Xunit;

namespace MedCrm.Connectors.Tests.NServiceBus;

/// <summary>The broker of the run: the one that `./medcrm test` names, else our own, started by the same script when the first test asks for it.</summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("medcrm-broker-");
    private bool _started;

    /// <summary>Its address.</summary>
    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Address = Environment.GetEnvironmentVariable("MEDCRM_TEST_RABBITMQ") is { Length: > 0 } given ? given : await ScriptAsync("up");
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            await ScriptAsync("down");
        }

        _home.Delete(recursive: true);
    }

    private async Task<string> ScriptAsync(string verb)
    {
        _started = true;
        var answer = Path.Combine(_home.FullName, "answer");

        // Into a file: the server inherits the output and would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "exec \"$0\" \"$1\" \"$2\" > \"$3\"", SourceTree.At("tests", "peers", "rabbitmq.sh"), verb, Path.Combine(_home.FullName, "mq"), answer]))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await File.ReadAllTextAsync(answer)).Trim() : throw new InvalidOperationException($"rabbitmq.sh {verb} ended with {process.ExitCode}; its words are above.");
    }
}
