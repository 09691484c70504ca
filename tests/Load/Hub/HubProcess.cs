using System.Diagnostics;

namespace MedCrm.Load.Hub;

/// <summary>One process of the product, started again whenever it ends, as containers are.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private readonly Func<Process> _start;
    private readonly HttpClient _probe;
    private readonly Task _keeping;
    private Process _process;
    private bool _stopping;

    private HubProcess(string name, Uri url, Func<Process> start)
    {
        Name = name;
        _start = start;
        _probe = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(3) };
        _process = start();
        _keeping = KeepRunningAsync();
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>How often it ended although nobody killed it.</summary>
    public int OwnEnds { get; private set; }

    private int Killed { get; set; }

    public static HubProcess Start(string name, Uri url, string log, IReadOnlyDictionary<string, string> environment, string directory, params string[] verb)
    {
        var host = Shell.PathTo("artifacts", "hub", "MedCrm.Host.dll");
        return File.Exists(host)
            ? new HubProcess(name, url, () => Shell.Start(log, environment, directory, ["dotnet", host, .. verb]))
            : throw new LoadException($"The Release build is missing: run ./medcrm build first. Looked for {host}.");
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Killed++;
        _process.Kill();
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        if (!_process.HasExited)
        {
            await Shell.TerminateAsync(_process);
        }

        if (!await Waiting.UntilAsync(() => Task.FromResult(_keeping.IsCompleted), StopPatience))
        {
            _process.Kill();
        }

        await _keeping;
        _process.Dispose();
        _probe.Dispose();
    }

    private async Task KeepRunningAsync()
    {
        var ends = 0;
        while (true)
        {
            await _process.WaitForExitAsync();
            if (_stopping)
            {
                return;
            }

            ends++;
            OwnEnds = Math.Max(0, ends - Killed);
            await Task.Delay(BeforeRestart, Waiting.Clock);
            var ended = _process;
            _process = _start();
            ended.Dispose();
        }
    }
}
