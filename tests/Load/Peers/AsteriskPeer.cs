using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace MedCrm.Load.Peers;

/// <summary>The manager interface of an Asterisk on which many calls go on at once: each tells, at its own pace, what a recorded one told.</summary>
internal sealed partial class AsteriskPeer : IAsyncDisposable
{
    public const string Password = "only-for-tests";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<NetworkStream> _signedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<(double At, string Block)> _call;
    private readonly Task _serving;

    public AsteriskPeer()
    {
        var recording = File.ReadAllText(Shell.PathTo("tests", "MedCrm.Connectors.Tests", "Telephony", "Recordings", "answered_queue_call.txt"), Encoding.UTF8);
        _call = [.. recording.Split("\r\n\r\n").Where(block => block.Contains("\r\nTimestamp: ", StringComparison.Ordinal)).Select(block => (double.Parse(Stamp().Match(block).Groups[1].Value, CultureInfo.InvariantCulture), block))];
        var first = _call[0].At;
        _call = [.. _call.Select(told => (told.At - first, told.Block))];
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int EventsOfACall => _call.Count;

    public async Task WaitUntilWatchedAsync() => await _signedIn.Task.WaitAsync(TimeSpan.FromMinutes(3));

    /// <summary>That many calls side by side, each stretched to a length.</summary>
    public async Task CallAsync(int from, int count, TimeSpan length)
    {
        var stream = await _signedIn.Task;
        var pace = length.TotalSeconds / _call[^1].At;
        var began = Waiting.Clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(from, count).Select(async number =>
        {
            // Not all in the same instant, as nobody calls.
            var offset = (number - from) / (double)count;
            foreach (var moment in _call.GroupBy(told => Math.Round(told.At, 1)))
            {
                var due = TimeSpan.FromSeconds((moment.Key * pace) + offset) - Waiting.Clock.GetElapsedTime(began);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, Waiting.Clock);
                }

                await WriteAsync(stream, string.Concat(moment.Select(told => told.Block
                    .Replace("pbx1-", string.Create(CultureInfo.InvariantCulture, $"pbx{number}-"), StringComparison.Ordinal)
                    .Replace("+79161234567", string.Create(CultureInfo.InvariantCulture, $"+7902{number:D7}"), StringComparison.Ordinal) + "\r\n\r\n")));
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopping.Dispose();
        _writing.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var line = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var stream = line.GetStream();
                await WriteAsync(stream, "Asterisk Call Manager/11.0.0\r\n");
                using var reader = new StreamReader(stream, Encoding.UTF8);
                string? action = null, id = null;
                while (await reader.ReadLineAsync(_stopping.Token) is { } text)
                {
                    (action, id) = text.Split(": ", 2) switch
                    {
                        ["Action", var value] => (value, id),
                        ["ActionID", var value] => (action, value),
                        _ => (action, id),
                    };
                    if (text.Length == 0)
                    {
                        await WriteAsync(stream, action == "CoreShowChannels"
                            ? $"Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\nEvent: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
                            : $"Response: Success\r\nActionID: {id}\r\n\r\n");
                        if (action == "CoreShowChannels")
                        {
                            _signedIn.TrySetResult(stream);
                        }
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Stopping.
        }
    }

    private async Task WriteAsync(NetworkStream stream, string text)
    {
        await _writing.WaitAsync();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
        finally
        {
            _writing.Release();
        }
    }

    [GeneratedRegex(@"\r\nTimestamp: ([0-9.]+)")]
    private static partial Regex Stamp();
}
