using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>One signed-in line to the manager interface of an exchange.</summary>
internal sealed class AmiClient : IAsyncDisposable
{
    /// <summary>More than this waiting means that we cannot keep up: better to begin anew with a snapshot than to grow.</summary>
    private const int MostWaiting = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpClient _tcp;
    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AmiMessage>> _asked = new();
    private readonly ConcurrentDictionary<string, (List<AmiMessage> Items, TaskCompletionSource<IReadOnlyList<AmiMessage>> Done)> _lists = new();
    private readonly Channel<AmiMessage> _events = Channel.CreateBounded<AmiMessage>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
    private readonly Task _reading;
    private long _actions;

    private AmiClient(TcpClient tcp, Stream stream, TimeProvider clock)
    {
        _tcp = tcp;
        _stream = stream;
        _clock = clock;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Events in the order of arrival; completed when the line is cut.</summary>
    public ChannelReader<AmiMessage> Events => _events.Reader;

    /// <exception cref="ConnectorNotReadyException">The exchange is out of reach.</exception>
    /// <exception cref="ConnectorAuthRefusedException">It does not know us.</exception>
    public static async Task<AmiClient> ConnectAsync(AsteriskOptions options, TimeProvider clock, CancellationToken ct)
    {
        var tcp = new TcpClient { NoDelay = true };
        AmiClient? client = null;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);
            await tcp.ConnectAsync(options.Host, options.Port, patience.Token);
            Stream stream = tcp.GetStream();
            if (options.Tls)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.Host }, patience.Token);
                stream = tls;
            }

            client = new AmiClient(tcp, stream, clock);
            var answer = await client.SendAsync("Login", [("Username", options.UserName), ("Secret", options.Password), ("Events", "system,call,agent,dialplan,cdr")], ct);
            if (answer["Response"] == "Success")
            {
                return client;
            }

            await client.DisposeAsync();
            throw new ConnectorAuthRefusedException($"{options.Channel}: АТС не приняла пользователя {options.UserName}. Сверьте UserName и Password с manager.conf и список permit= в нём.");
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException && !ct.IsCancellationRequested)
        {
            if (client is not null)
            {
                await client.DisposeAsync();
            }

            tcp.Dispose();
            throw new ConnectorNotReadyException($"{options.Channel}: {options.Host}:{options.Port} не отвечает как интерфейс управления ({e.GetType().Name}). Проверьте, что Asterisk запущен, enabled=yes в manager.conf и межсетевой экран.", e);
        }
    }

    /// <summary>Sends an action and waits for its response.</summary>
    /// <exception cref="ConnectorNotReadyException">No answer in time, or the line was cut.</exception>
    public Task<AmiMessage> SendAsync(string action, IReadOnlyList<(string Name, string Value)> fields, CancellationToken ct) => SendAsync(NextId(), action, fields, ct);

    /// <summary>Sends an action under a chosen ActionID.</summary>
    public async Task<AmiMessage> SendAsync(string actionId, string action, IReadOnlyList<(string Name, string Value)> fields, CancellationToken ct)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in fields.Prepend(("ActionID", actionId)).Prepend(("Action", action)))
        {
            if (name.AsSpan().IndexOfAny('\r', '\n') >= 0 || value.AsSpan().IndexOfAny('\r', '\n') >= 0)
            {
                throw new ArgumentException($"{name} holds a line break: whoever chose it could give the exchange commands.", nameof(fields));
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        var answered = new TaskCompletionSource<AmiMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[actionId] = answered;
        try
        {
            await _writing.WaitAsync(ct);
            try
            {
                await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()), ct);
            }
            finally
            {
                _writing.Release();
            }

            return await answered.Task.WaitAsync(Patience, _clock, ct);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or ObjectDisposedException)
        {
            throw new ConnectorNotReadyException($"АТС не ответила на {action} ({e.GetType().Name}). Проверьте, что Asterisk работает; соединение восстановится само.", e);
        }
        finally
        {
            _asked.TryRemove(actionId, out _);
        }
    }

    /// <summary>Sends an action that is answered by a list of events.</summary>
    public async Task<IReadOnlyList<AmiMessage>> ListAsync(string action, CancellationToken ct)
    {
        var id = NextId();
        var done = new TaskCompletionSource<IReadOnlyList<AmiMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);

        // Before sending: the first items may be quicker than we are.
        _lists[id] = ([], done);
        try
        {
            var answer = await SendAsync(id, action, [], ct);
            return answer["Response"] == "Success"
                ? await done.Task.WaitAsync(Patience, _clock, ct)
                : throw new ConnectorNotReadyException($"АТС отказывает в {action}. Дайте пользователю в manager.conf классы read и write: system, call, agent, reporting.");
        }
        catch (TimeoutException e)
        {
            throw new ConnectorNotReadyException($"АТС не закончила {action}. Соединение восстановится само; если повторяется, смотрите журнал Asterisk.", e);
        }
        finally
        {
            _lists.TryRemove(id, out _);
        }
    }

    /// <summary>Gives the line up; <see cref="Events"/> ends.</summary>
    public void Cut() => _tcp.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _tcp.Dispose();
        await _reading;
        await _stream.DisposeAsync();
        _writing.Dispose();
        _closing.Dispose();
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"medcrm.{Interlocked.Increment(ref _actions)}");

    private async Task ReadAsync()
    {
        Exception? cause = null;
        try
        {
            var reader = new AmiReader(_stream);
            while (await reader.ReadAsync(_closing.Token) is { } message)
            {
                if (!Dispatch(message))
                {
                    cause = new IOException("Events come faster than they can be stored.");
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            cause = e;
        }

        _tcp.Dispose();
        _events.Writer.TryComplete();
        var cut = new IOException("The line to the exchange was cut.", cause);
        foreach (var waiting in _asked.Values)
        {
            waiting.TrySetException(cut);
        }

        foreach (var (_, done) in _lists.Values)
        {
            done.TrySetException(new ConnectorNotReadyException(cut.Message, cut));
        }
    }

    private bool Dispatch(AmiMessage message)
    {
        var id = message["ActionID"];
        if (message.IsResponse)
        {
            if (id is not null && _asked.TryGetValue(id, out var answered))
            {
                answered.TrySetResult(message);
            }

            return true;
        }

        if (id is not null && _lists.TryGetValue(id, out var list))
        {
            if (string.Equals(message["EventList"], "Complete", StringComparison.OrdinalIgnoreCase))
            {
                list.Done.TrySetResult(list.Items);
            }
            else
            {
                list.Items.Add(message);
            }

            return true;
        }

        return message.Event is null || _events.Writer.TryWrite(message);
    }
}
