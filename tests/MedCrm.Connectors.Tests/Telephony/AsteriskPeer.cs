using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>The manager interface of an Asterisk, as far as it is asked: greeting, sign-in, actions answered or refused word for word as the real one does, and whatever events a test has it tell.</summary>
internal sealed class AsteriskPeer : IAsyncDisposable
{
    public const string UserName = "medcrm";
    public const string Password = "only-for-tests";

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, SemaphoreSlim> _lines = new();
    private readonly Task _accepting;

    public AsteriskPeer(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often somebody has signed in.</summary>
    public int SignIns { get; private set; }

    /// <summary>Blocks of CoreShowChannel that a snapshot shows, without ActionID.</summary>
    public List<string> Channels { get; } = [];

    /// <summary>Actions as they came, but for the sign-in.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Actions { get; } = new();

    /// <summary>Tells events to everybody who has signed in.</summary>
    public async Task TellAsync(IEnumerable<string> events)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(events.Select(block => block + "\r\n\r\n")));
        foreach (var (line, gate) in _lines)
        {
            try
            {
                await gate.WaitAsync();
                try
                {
                    await line.GetStream().WriteAsync(bytes);
                }
                finally
                {
                    gate.Release();
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut in this very moment: what it did not hear is in the exchange's records.
            }
        }
    }

    public async Task TellRawAsync(byte[] bytes)
    {
        foreach (var line in _lines.Keys)
        {
            await line.GetStream().WriteAsync(bytes);
        }
    }

    /// <summary>Cuts every line, without a goodbye.</summary>
    public void Cut()
    {
        foreach (var line in _lines.Keys)
        {
            // Its server may have let go of it in this very moment.
            if (line.Client is { } socket)
            {
                socket.LingerState = new LingerOption(true, 0);
                line.Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient line)
    {
        // Never disposed: whoever waits for it at that moment would wait for ever.
        var gate = new SemaphoreSlim(1);
        try
        {
            var stream = line.GetStream();
            await stream.WriteAsync("Asterisk Call Manager/11.0.0\r\n"u8.ToArray());
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            while (await ReadActionAsync(reader) is { } action)
            {
                await gate.WaitAsync();
                try
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(Answer(action, line, gate)));
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The line is gone.
        }
        finally
        {
            _lines.TryRemove(line, out _);
            line.Dispose();
        }
    }

    private static async Task<Dictionary<string, string>?> ReadActionAsync(StreamReader reader)
    {
        var action = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { } text)
        {
            if (text.Length == 0)
            {
                return action;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            action.Add(text[..colon], text[(colon + 1)..].Trim());
        }

        return null;
    }

    private string Answer(Dictionary<string, string> action, TcpClient line, SemaphoreSlim gate)
    {
        var id = $"ActionID: {action["ActionID"]}\r\n";
        if (action["Action"] != "Login")
        {
            if (!_lines.ContainsKey(line))
            {
                return $"Response: Error\r\n{id}Message: Permission denied\r\n\r\n";
            }

            Actions.Enqueue(action);
        }

        switch (action["Action"])
        {
            case "Login" when action["Username"] == UserName && action["Secret"] == Password:
                _lines[line] = gate;
                SignIns++;
                return $"Response: Success\r\n{id}Message: Authentication accepted\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\nUptime: 133\r\nLastReload: 133\r\nStatus: Fully Booted\r\n\r\n";
            case "Login":
                return $"Response: Error\r\n{id}Message: Authentication failed\r\n\r\n";
            case "Ping":
                return $"Response: Success\r\n{id}Ping: Pong\r\nTimestamp: 1795386714.949784\r\n\r\n";
            case "CoreShowChannels":
                var items = string.Concat(Channels.Select(channel => $"Event: CoreShowChannel\r\n{id}{channel}\r\n\r\n"));
                return string.Create(CultureInfo.InvariantCulture, $"Response: Success\r\n{id}EventList: start\r\nMessage: Channels will follow\r\n\r\n{items}Event: CoreShowChannelsComplete\r\n{id}EventList: Complete\r\nListItems: {Channels.Count}\r\n\r\n");
            case "Originate" when action.ContainsKey("Channel") && action.ContainsKey("Context") && action.ContainsKey("Exten") && action.ContainsKey("Priority"):
                return $"Response: Success\r\n{id}Message: Originate successfully queued\r\n\r\n";
            case "Originate":
                return $"Response: Error\r\n{id}Message: Originate Access Forbidden\r\n\r\n";
            default:
                return $"Response: Error\r\n{id}Message: Invalid/unknown command: {action["Action"]}. Use Action: ListCommands to show available commands.\r\n\r\n";
        }
    }
}
