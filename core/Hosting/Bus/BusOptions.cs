using System.ComponentModel.DataAnnotations;

namespace MedCrm.Hosting.Bus;

/// <summary>What carries the messages between the parts.</summary>
public enum BusTransport
{
    /// <summary>Queues in the hub's own database: nothing else to install. The embedded default.</summary>
    PostgreSql,

    /// <summary>A RabbitMQ broker: several processes or machines.</summary>
    RabbitMq,
}

/// <summary>Settings of the bus.</summary>
public sealed class BusOptions : IValidatableObject
{
    public const string Section = "Bus";

    /// <summary>What carries the messages. Default <c>PostgreSql</c>; then every connection string must name the same database.</summary>
    public BusTransport Transport { get; set; } = BusTransport.PostgreSql;

    /// <summary>The broker, <c>amqp://user:password@host:5672/vhost</c>. Required for RabbitMQ, unused otherwise.</summary>
    public string? RabbitMq { get; set; }

    /// <summary>Several processes of the same part share the work and take over from each other. Default false: each part runs once, and starts faster.</summary>
    public bool Clustered { get; set; }

    /// <summary>How many people's messages a part handles side by side: 3, 5, 7 or 9. One person's messages are always handled one after another. Default 5.</summary>
    [Range(3, 9)]
    public int Parallelism { get; set; } = 5;

    /// <summary>After what time a message that an outage left in a process's outbox is sent again, without a restart; 5 seconds to 1 hour. Default 2 minutes: longer than a message waits behind others on a busy day.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromMinutes(2);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Transport == BusTransport.RabbitMq && !(Uri.TryCreate(RabbitMq, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"))
        {
            yield return new ValidationResult("Bus:RabbitMq must be an address such as amqp://user:password@host:5672/vhost when Bus:Transport is RabbitMq.", [nameof(RabbitMq)]);
        }

        if (Parallelism % 2 == 0)
        {
            yield return new ValidationResult("Bus:Parallelism must be 3, 5, 7 or 9.", [nameof(Parallelism)]);
        }
    }
}
