using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>Medplum's FHIR router in a Node process, for the whole run.</summary>
public sealed class FhirServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Process? _process;
    private Uri? _url;

    /// <summary>The base address of an empty server; the process is started when the first test asks.</summary>
    public async Task<Uri> NewAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_url is null)
            {
                var home = Folder();
                Assert.SkipUnless(Directory.Exists(Path.Combine(home, "node_modules")), "The FHIR server is not installed: npm ci in tests/peers/fhir.");
                _process = Process.Start(new ProcessStartInfo("node", ["server.mjs"]) { WorkingDirectory = home, RedirectStandardOutput = true, RedirectStandardInput = true })!;
                var port = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The FHIR server did not start.");
                _url = new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}/");
            }

            return new Uri(_url, $"{Guid.NewGuid():N}/fhir/");
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // It ends with its standard input.
            _process.StandardInput.Close();
            _process.WaitForExit(TimeSpan.FromSeconds(5));
            _process.Dispose();
        }

        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "peers", "fhir"));
}
