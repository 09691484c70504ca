using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MedCrm.Load.Peers;

/// <summary>A RabbitMQ of our own, made by tests/peers.</summary>
internal sealed class RabbitPeer : IAsyncDisposable
{
    private static readonly string Script = Shell.PathTo("tests", "peers", "rabbitmq.sh");
    private readonly string _home;
    private Process? _again;

    private RabbitPeer(string home, Uri address)
    {
        _home = home;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<RabbitPeer> StartAsync(string home) => new(home, new Uri(await Shell.RunAsync(Script, "up", home)));

    /// <summary>kill -9 of the broker.</summary>
    public async Task KillAsync()
    {
        using var broker = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(_home, "pid")), CultureInfo.InvariantCulture));
        broker.Kill();
        await broker.WaitForExitAsync();
    }

    /// <summary>Starts the same node on the same data.</summary>
    public async Task StartAgainAsync()
    {
        _again?.Dispose();
        _again = Shell.Start(Path.Combine(_home, "start.log"), new Dictionary<string, string>(), _home, "bash", "-c",
            "set -a; . \"$0/env\"; set +a; exec \"$(ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin /opt/homebrew/opt/rabbitmq/sbin 2> /dev/null | sort -V | tail -n 1)/rabbitmq-server\"", _home);
        if (!await Waiting.UntilAsync(AnswersAsync, TimeSpan.FromSeconds(90)))
        {
            throw new LoadException($"RabbitMQ does not start again; its log: {_home}/start.log");
        }
    }

    /// <summary>How many messages wait in a queue; zero when there is none.</summary>
    public async Task<uint> WaitingAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = Address }.CreateConnectionAsync();
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync(Script, "down", _home);
        _again?.Dispose();
    }
}
