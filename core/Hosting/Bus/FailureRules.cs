using System.Net.Sockets;
using JasperFx.Core;
using Marten.Exceptions;
using Npgsql;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;

namespace MedCrm.Hosting.Bus;

/// <summary>What becomes of a message whose handler failed. Retries in memory keep a person's messages in order; what outlasts them either goes back to its queue or waits in the part's own dead letters, ready for replay. It is never let go of in between.</summary>
public static class FailureRules
{
    /// <summary>Must come after the part's own rules: the last one matches everything.</summary>
    internal static void UseFailureRules(this WolverineOptions options)
    {
        // While the database is away there are no dead letters to go to, and nothing is wrong with the message: back to the queue, however often.
        options.Policies.OnException(IsOutOfReach)
            .RetryWithCooldown(100.Milliseconds(), 500.Milliseconds(), 2.Seconds(), 5.Seconds())
            .Then.CustomActionIndefinitely(WaitAndDeferAsync, "Back to the queue after a pause");
        options.Policies.OnException<TransientFailureException>()
            .RetryWithCooldown(100.Milliseconds(), 500.Milliseconds(), 2.Seconds(), 5.Seconds(), 10.Seconds(), 15.Seconds(), 30.Seconds())
            .Then.CustomActionIndefinitely(BuryAsync, Burial);
        options.Policies.OnException(IsRace)
            .RetryWithCooldown(10.Milliseconds(), 50.Milliseconds(), 250.Milliseconds(), 1.Seconds())
            .Then.CustomActionIndefinitely(BuryAsync, Burial);
        options.Policies.OnAnyException()
            .RetryWithCooldown(50.Milliseconds(), 250.Milliseconds())
            .Then.CustomActionIndefinitely(BuryAsync, Burial);
    }

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private const string Burial = "To the dead letters, or back to the queue if they cannot be written";

    /// <summary>The database or the network is away, however deep the cause lies. A transaction that was cut off reports itself as disposed.</summary>
    public static bool IsOutOfReach(Exception e) => e switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException { IsTransient: true } or SocketException or IOException or TimeoutException => true,
        ObjectDisposedException { ObjectName: var name } when name.StartsWith("Npgsql", StringComparison.Ordinal) => true,
        AggregateException { InnerExceptions: var all } => all.Any(IsOutOfReach),
        { InnerException: { } inner } => IsOutOfReach(inner),
        _ => false,
    };

    /// <summary>Somebody was quicker. The next try sees what they did.</summary>
    public static bool IsRace(Exception e) => e switch
    {
        JasperFx.ConcurrencyException or ExistingStreamIdCollisionException or JasperFx.DocumentAlreadyExistsException => true,
        // Several inserts that met their twins come in a bundle.
        AggregateException { InnerExceptions: var all } => all.All(IsRace),
        MartenCommandException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } } => true,
        _ => false,
    };

    /// <summary>A message that goes back at once comes back at once: two of them filled a log with 33 000 failures in 90 seconds.</summary>
    private static async ValueTask WaitAndDeferAsync(IWolverineRuntime runtime, IEnvelopeLifecycle lifecycle, Exception cause)
    {
        await Task.Delay(Pause, runtime.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lifecycle.DeferAsync();
    }

    private static async ValueTask BuryAsync(IWolverineRuntime runtime, IEnvelopeLifecycle lifecycle, Exception cause)
    {
        try
        {
            await lifecycle.MoveToDeadLetterQueueAsync(cause);
        }
        catch (Exception e) when (IsOutOfReach(e))
        {
            await WaitAndDeferAsync(runtime, lifecycle, cause);
        }
    }
}
