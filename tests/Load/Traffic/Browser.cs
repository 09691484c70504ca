using System.Diagnostics;
using System.Text.Json;
using MedCrm.Load.Hub;

namespace MedCrm.Load.Traffic;

/// <summary>The real window in a headless Chromium on the same machine, so by the same clock.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Process _process;

    private Browser(Process process) => _process = process;

    /// <returns>Null: there is no browser here, or the window did not open.</returns>
    public static async Task<Browser?> OpenAsync(Stage stage)
    {
        var packages = Shell.PathTo("web", "app", "node_modules");
        if (!Directory.Exists(packages))
        {
            await Waiting.SayAsync("No browser: run npm ci in web/app first.");
            return null;
        }

        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Traffic", "window.mjs"), stage.Window.ToString(), Stage.User, packages])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PASSWORD"] = stage.Password;
        var browser = new Browser(Process.Start(start)!);
        if (await browser._process.StandardOutput.ReadLineAsync() == "ready")
        {
            return browser;
        }

        browser.Dispose();
        await Waiting.SayAsync("The browser did not open the window.");
        return null;
    }

    /// <summary>Closes it.</summary>
    /// <returns>When each person's row was first in the store, by mail address or name, in Unix milliseconds.</returns>
    public async Task<IReadOnlyDictionary<string, long>> CloseAsync()
    {
        _process.StandardInput.Close();
        return JsonSerializer.Deserialize<Dictionary<string, long>>(await _process.StandardOutput.ReadToEndAsync())!;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
