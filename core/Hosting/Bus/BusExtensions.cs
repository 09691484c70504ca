using System.Reflection;
using JasperFx.CodeGeneration;
using JasperFx.Core;
using JasperFx.Resources;
using MedCrm.Contracts;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.Postgresql;
using Wolverine.Postgresql.Transport;
using Wolverine.RabbitMQ;

namespace MedCrm.Hosting.Bus;

/// <summary>The bus, configured once for everybody. Why each setting: docs/decisions/0001-message-bus.md.</summary>
public static class BusExtensions
{
    /// <summary>How many messages a listener takes ahead of its handlers.</summary>
    private const int Prefetch = 100;

    /// <summary>How many of a queue without order are handled at once.</summary>
    private const int Together = 50;

    internal static void UseHubDefaults(this WolverineOptions options, string part, Assembly assembly, string connectionString, BusOptions bus)
    {
        options.ServiceName = part;
        options.ApplicationAssembly = assembly;
        options.EnvelopeIdGeneration = EnvelopeIdGeneration.GuidV7;
        options.EnableAutomaticFailureAcks = false;
        options.Durability.Mode = bus.Clustered ? DurabilityMode.Balanced : DurabilityMode.Solo;
        options.Durability.MessageDeduplicationMode = MessageDeduplicationMode.CompareByHash;
        // Every look into a PostgreSQL queue goes through all that is kept, so a long memory makes the queue slower the busier it is. A message is
        // moved from outbox to queue to inbox, never copied, and handlers are idempotent: nothing is owed to this memory.
        options.Durability.KeepAfterMessageHandling = 2.Seconds();
        options.Durability.ScheduledJobPollingTime = 1.Seconds();
        // What an outage left behind in this process's name is taken up again without a restart. Handlers are idempotent, so one sent twice is one.
        options.Durability.OutboxStaleTime = bus.ResendAfter;
        options.Durability.InboxStaleTime = 30.Minutes();
        options.Policies.AutoApplyTransactions();
        options.Policies.UseDurableOutboxOnAllSendingEndpoints();
        options.Policies.UseDurableLocalQueues();
        options.UseSystemTextJsonForSerialization(Json.HubJson.Configure);
        options.MessagePartitioning.ByMessage<IAboutSubject>(message => message.SubjectId.ToString());
        options.Services.AddResourceSetupOnStartup();
#if PREGENERATED_CODE
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#else
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#endif
        if (bus.Transport == BusTransport.RabbitMq)
        {
            options.UseRabbitMq(new Uri(bus.RabbitMq!))
                .AutoProvision()
                .DisableSystemRequestReplyQueueDeclaration()
                .DisableDeadLetterQueueing()
                .ConfigureChannelCreation(channel =>
                {
                    channel.PublisherConfirmationsEnabled = true;
                    channel.PublisherConfirmationTrackingEnabled = true;
                });
        }
        else
        {
            options.UsePostgresqlPersistenceAndTransport(connectionString, MessageSchema(part), transportSchema: "bus")
                .AutoProvision()
                .EnableQueueNotifications()
                .EnableDeterministicQueueOrdering();
        }
    }

    /// <summary>Inbox, outbox, scheduled messages and dead letters of a part.</summary>
    public static string MessageSchema(string part) => $"{part}_bus";

    /// <summary>Sends every message of the map to its queues, durably; but not to those this part hears itself.</summary>
    internal static void PublishesTheMap(this WolverineOptions options, BusOptions bus, IReadOnlyCollection<string> heard)
    {
        foreach (var (message, queues) in Queues.Map)
        {
            foreach (var queue in queues.Except(heard))
            {
                options.Publish(rule =>
                {
                    rule.Message(message);
                    if (bus.Transport == BusTransport.RabbitMq)
                    {
                        rule.ToRabbitQueue(queue).UseDurableOutbox();
                    }
                    else
                    {
                        rule.ToPostgresqlQueue(queue).UseDurableOutbox();
                    }
                });
            }
        }
    }

    /// <summary>Declares a queue to which single messages are addressed by its name.</summary>
    public static void SendsTo(this WolverineOptions options, BusOptions bus, string queue)
    {
        ArgumentNullException.ThrowIfNull(bus);
        if (bus.Transport == BusTransport.RabbitMq)
        {
            options.Publish().ToRabbitQueue(queue).Named(queue).UseDurableOutbox();
        }
        else
        {
            options.Publish().ToPostgresqlQueue(queue).Named(queue).UseDurableOutbox();
        }
    }

    /// <summary>Hears a queue: one person's messages one after another, different people side by side; a message leaves the queue only after the handler's own transaction has committed.</summary>
    internal static void Hears(this WolverineOptions options, BusOptions bus, string queue)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var slots = (PartitionSlots)bus.Parallelism;
        if (bus.Transport == BusTransport.RabbitMq)
        {
            options.HearsRabbit(queue).PartitionProcessingByGroupId(slots);
        }
        else
        {
            options.HearsPostgresql(queue).PartitionProcessingByGroupId(slots);
        }
    }

    /// <summary>Hears a queue whose messages may overtake each other: many at once, so that what arrives together can be written together.</summary>
    internal static void HearsInAnyOrder(this WolverineOptions options, BusOptions bus, string queue)
    {
        ArgumentNullException.ThrowIfNull(bus);
        if (bus.Transport == BusTransport.RabbitMq)
        {
            options.HearsRabbit(queue).MaximumParallelMessages(Together);
        }
        else
        {
            options.HearsPostgresql(queue).MaximumParallelMessages(Together);
        }
    }

    private static RabbitMqListenerConfiguration HearsRabbit(this WolverineOptions options, string queue) =>
        options.ListenToRabbitQueue(queue).ProcessInParallelWithNativeAcks().PreFetchCount(Prefetch);

    private static PostgresqlListenerConfiguration HearsPostgresql(this WolverineOptions options, string queue) =>
        options.ListenToPostgresqlQueue(queue).UseDurableInbox().MaximumMessagesToReceive(Prefetch).PollingInterval(500.Milliseconds());
}
