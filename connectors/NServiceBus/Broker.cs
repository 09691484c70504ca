using System.Net.Sockets;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>The endpoints' RabbitMQ. What goes wrong leaves here as one of the Sdk's three words.</summary>
internal sealed class Broker(IOptions<NServiceBusOptions> options)
{
    // Together under the five seconds that a stop may take, over a line that says nothing.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    public async Task<IConnection> ConnectAsync(string purpose, CancellationToken ct)
    {
        var dialling = new ConnectionFactory
        {
            Uri = new Uri(options.Value.Broker!),
            ClientProvidedName = $"medcrm {purpose}",

            // The Sdk begins anew by itself, with growing pauses.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
            RequestedHeartbeat = TimeSpan.FromSeconds(15),
        }.CreateConnectionAsync(ct);
        try
        {
            return await dialling.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The client says farewell for seconds to a broker that says nothing; nobody waits for it.
            _ = LeaveAsync(dialling);
            throw;
        }
    }

    public static async Task LeaveAsync(IConnection connection)
    {
        await connection.CloseAsync(200, "", Farewell, abort: true, CancellationToken.None);
        await connection.DisposeAsync();
    }

    private static async Task LeaveAsync(Task<IConnection> dialling)
    {
        await ((Task)dialling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (dialling.IsCompletedSuccessfully)
        {
            await LeaveAsync(await dialling);
        }
    }

    /// <summary>Runs what talks to the broker.</summary>
    /// <exception cref="ConnectorException">One of the three words.</exception>
    public static async Task<T> GuardAsync<T>(string channel, Func<Task<T>> talk, CancellationToken ct)
    {
        try
        {
            return await talk();
        }
        catch (Exception e) when (!ct.IsCancellationRequested && WordFor(channel, e) is { } word)
        {
            throw word;
        }
    }

    // Foreign exceptions quote addresses and user names; only their kind is kept.
    private static ConnectorException? WordFor(string channel, Exception e) => e switch
    {
        BrokerUnreachableException { InnerException: AuthenticationFailureException or PossibleAuthenticationFailureException } or AuthenticationFailureException =>
            new ConnectorAuthRefusedException($"{channel}: RabbitMQ не принял имя и пароль. Проверьте Connectors:NServiceBus:Broker.", e),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused } =>
            new ConnectorAuthRefusedException($"{channel}: у пользователя RabbitMQ нет прав на очередь. Дайте ему права configure, write и read и запустите канал снова.", e),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotFound } =>
            new ConnectorNotReadyException($"{channel}: в RabbitMQ нет очереди или точки обмена. Запустите точку NServiceBus с EnableInstallers, сверьте Name и Queue.", e),
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.PreconditionFailed } =>
            new ConnectorMisconfiguredException($"{channel}: очередь уже есть, но объявлена иначе. Удалите её или поставьте DeclareQueue = false.", e),
        PublishException { IsReturn: true } =>
            new ConnectorNotReadyException($"{channel}: за точкой обмена NServiceBus нет очереди. Запустите точку NServiceBus с EnableInstallers.", e),
        RabbitMQClientException or SocketException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException =>
            new ConnectorNotReadyException($"{channel}: RabbitMQ не отвечает ({e.GetType().Name}). Проверьте сеть, сервер и Connectors:NServiceBus:Broker.", e),
        _ => null,
    };
}
