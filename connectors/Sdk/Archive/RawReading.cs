namespace MedCrm.Connectors.Sdk.Archive;

/// <summary>Somebody read a raw input. Written before the answer leaves: what cannot be logged is not shown. Only grows.</summary>
public sealed record RawReading
{
    /// <summary>Grows with time.</summary>
    public required Guid Id { get; init; }

    /// <summary>UTC instant.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who read it.</summary>
    public required Guid AgentId { get; init; }

    /// <summary>As they are called.</summary>
    public required string AgentName { get; init; }

    /// <summary>The raw input.</summary>
    public required Guid InputId { get; init; }

    /// <summary>By which channel it came.</summary>
    public required string Channel { get; init; }
}
