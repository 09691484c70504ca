using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.NServiceBus;

/// <summary>Section <c>Connectors:NServiceBus</c>: NServiceBus endpoints that bring contacts and carry answers.</summary>
public sealed class NServiceBusOptions : IValidatableObject
{
    public const string Section = "Connectors:NServiceBus";

    /// <summary>The RabbitMQ broker of the endpoints, <c>amqps://user:password@host:5671/vhost</c>; it need not be the hub's own. Required with endpoints. A secret.</summary>
    public string? Broker { get; set; }

    /// <summary>The endpoints. Default: none, and no broker is dialled.</summary>
    [ValidateEnumeratedItems]
    public List<EndpointOptions> Endpoints { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoints.Count > 0 && !(Uri.TryCreate(Broker, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"))
        {
            yield return new("Broker must be an address such as amqps://user:password@host:5671/vhost when there are Endpoints.", [nameof(Broker)]);
        }

        foreach (var twice in Endpoints.GroupBy(endpoint => endpoint.Key).Where(group => group.Key.Length > 0 && group.Count() > 1))
        {
            yield return new($"Endpoints: the key {twice.Key} stands there twice.", [nameof(Endpoints)]);
        }

        foreach (var twice in Endpoints.GroupBy(endpoint => endpoint.InputQueue).Where(group => group.Count() > 1))
        {
            yield return new($"Endpoints: the queue {twice.Key} stands there twice; each endpoint has its own.", [nameof(Endpoints)]);
        }
    }
}

/// <summary>One endpoint.</summary>
public sealed class EndpointOptions
{
    /// <summary>Its name in the channel, <c>nservicebus/{key}</c>. Lower case letters, digits, hyphen. Never change it: it is part of the key of each message.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,39}$")]
    public string Key { get; set; } = "";

    /// <summary>The name of the NServiceBus endpoint, as given to its <c>EndpointConfiguration</c>. Answers are sent to it.</summary>
    [Required, RegularExpression(@"^[A-Za-z0-9][A-Za-z0-9._\-]{0,199}$")]
    public string Name { get; set; } = "";

    /// <summary>Where the endpoint sends its commands: the queue we hear, and the exchange before it. Default: null, <c>medcrm.{key}</c>.</summary>
    [RegularExpression(@"^[A-Za-z0-9][A-Za-z0-9._\-]{0,199}$")]
    public string? Queue { get; set; }

    /// <summary>Whether we make that queue (durable, classic) and its exchange when they are missing. Default true; false where an administrator makes them, for example as a quorum queue. Then its delivery limit must be off: RabbitMQ 4 throws a message away after 20 tries.</summary>
    public bool DeclareQueue { get; set; } = true;

    internal string Channel => "nservicebus/" + Key;

    internal string InputQueue => Queue ?? "medcrm." + Key;
}

/// <summary>Checks the settings at start and lists all mistakes.</summary>
[OptionsValidator]
internal sealed partial class NServiceBusOptionsValidator : IValidateOptions<NServiceBusOptions>;
