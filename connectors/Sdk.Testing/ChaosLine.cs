using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MedCrm.Connectors.Testing;

/// <summary>Where on the way of a commit the line breaks.</summary>
public enum CrashMoment
{
    /// <summary>The database never hears of it: nothing is stored.</summary>
    BeforeCommit,

    /// <summary>The database has it, and nobody hears so.</summary>
    AfterCommit,
}

/// <summary>
/// A TCP line with bad habits, between a connector and its peer or its database: slow, silent, cut, refused, or cut exactly around a commit.
/// It knows nothing of the protocol but the bytes a test names, so what breaks is what breaks in production: the line.
/// </summary>
public sealed class ChaosLine : IAsyncDisposable
{
    private static readonly byte[] Commit = [.. "COMMIT"u8, 0];
    private readonly IPEndPoint _far;
    private readonly ConcurrentDictionary<Call, byte> _calls = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private TcpListener? _listener;
    private Trap? _trap;
    private int _attempts;

    private ChaosLine(IPEndPoint far) => _far = far;

    /// <summary>Where to dial instead of the far side, on loopback.</summary>
    public int Port { get; private set; }

    /// <summary>How often somebody dialled, since the line was opened. What is refused by a line that is down is not seen.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Held before each piece that travels towards the far side.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Takes calls and says nothing, as a firewall that drops packets.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Takes calls and resets them at once.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>Opens a line.</summary>
    public static ChaosLine To(int port)
    {
        var line = new ChaosLine(new IPEndPoint(IPAddress.Loopback, port));
        line.Up();
        return line;
    }

    /// <summary>Nobody answers: the port is closed and all calls are cut.</summary>
    public void Down()
    {
        lock (_gate)
        {
            _listener?.Stop();
            _listener = null;
        }

        Cut();
    }

    /// <summary>Answers again, on the same port, with none of its bad habits.</summary>
    public void Up()
    {
        Delay = TimeSpan.Zero;
        IsSilent = IsRefusing = false;
        lock (_gate)
        {
            if (_listener is not null)
            {
                return;
            }

            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync(_listener);
        }
    }

    /// <summary>Resets all calls; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var call in _calls.Keys)
        {
            call.Reset();
        }
    }

    /// <summary>Ends the far side's half of all calls, as a server that stops.</summary>
    public void HalfClose()
    {
        foreach (var call in _calls.Keys)
        {
            call.HalfClose();
        }
    }

    /// <summary>Cuts all calls around the next commit of a transaction in which the near side has said <paramref name="marker"/> (PostgreSQL).</summary>
    /// <returns>Ends when it has happened.</returns>
    public Task CutAtCommit(CrashMoment moment, string marker) => Set(new Trap(System.Text.Encoding.UTF8.GetBytes(marker), Commit, moment == CrashMoment.BeforeCommit));

    /// <summary>Lets the near side say <paramref name="marker"/>, and cuts all calls instead of passing on the far side's answer to it.</summary>
    /// <returns>Ends when it has happened.</returns>
    public Task CutAnswerTo(byte[] marker) => Set(new Trap([], marker, false));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Down();
        _ended.Dispose();
    }

    private Task Set(Trap trap)
    {
        _trap = trap;
        return trap.Sprung;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_ended.IsCancellationRequested)
        {
            Socket near;
            try
            {
                near = await listener.AcceptSocketAsync(_ended.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                return;
            }

            Interlocked.Increment(ref _attempts);
            if (IsRefusing)
            {
                near.LingerState = new LingerOption(true, 0);
                near.Dispose();
                continue;
            }

            _ = CarryAsync(near);
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        var call = new Call(near, far);
        _calls.TryAdd(call, 0);
        try
        {
            await far.ConnectAsync(_far);
            await Task.WhenAny(ThereAsync(call), BackAsync(call));
        }
        catch (SocketException)
        {
            // The far side itself is away: the near side learns it as a reset.
        }
        finally
        {
            _calls.TryRemove(call, out _);
            call.Reset();
        }
    }

    private async Task ThereAsync(Call call)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await call.Near.ReceiveAsync(buffer)) > 0;)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay);
                }

                if (IsSilent)
                {
                    continue;
                }

                var trap = _trap;
                if (trap is not null && call.Says(trap, buffer.AsSpan(0, read)))
                {
                    if (trap.Before)
                    {
                        Spring(trap);
                        return;
                    }

                    call.CutOnAnswer = trap;
                }

                await SendAsync(call.Far, buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task BackAsync(Call call)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await call.Far.ReceiveAsync(buffer)) > 0;)
            {
                if (call.CutOnAnswer is { } trap)
                {
                    Spring(trap);
                    return;
                }

                if (!IsSilent)
                {
                    await SendAsync(call.Near, buffer.AsMemory(0, read));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Spring(Trap trap)
    {
        if (Interlocked.CompareExchange(ref _trap, null, trap) == trap)
        {
            // A process that dies takes all of its lines with it; nothing may slip out between two cuts.
            IsRefusing = true;
            Cut();
            trap.Spring();
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            data = data[await socket.SendAsync(data)..];
        }
    }

    private sealed class Trap(byte[] marker, byte[] trigger, bool before)
    {
        private readonly TaskCompletionSource _sprung = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Marker => marker;

        public byte[] Trigger => trigger;

        public bool Before => before;

        public Task Sprung => _sprung.Task;

        public void Spring() => _sprung.TrySetResult();
    }

    private sealed class Call(Socket near, Socket far)
    {
        private const int Longest = 64;
        private byte[] _tail = [];
        private Trap? _heardFor;

        public Socket Near => near;

        public Socket Far => far;

        public Trap? CutOnAnswer { get; set; }

        /// <summary>Whether the trigger was said, after the marker.</summary>
        public bool Says(Trap trap, ReadOnlySpan<byte> piece)
        {
            byte[] heard = [.. _tail, .. piece];
            _tail = heard[^Math.Min(Longest, heard.Length)..];
            var from = 0;
            if (_heardFor != trap)
            {
                var at = trap.Marker.Length == 0 ? 0 : heard.AsSpan().IndexOf(trap.Marker);
                if (at < 0)
                {
                    return false;
                }

                _heardFor = trap;
                from = at;
            }

            return heard.AsSpan(from).IndexOf(trap.Trigger) >= 0;
        }

        public void HalfClose()
        {
            try
            {
                Near.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }

        public void Reset()
        {
            foreach (var socket in new[] { Near, Far })
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                }

                socket.Dispose();
            }
        }
    }
}
