using MedCrm.Contracts;

namespace MedCrm.Connectors.Sdk.Calls;

/// <summary>What the connector must remember of a call: whose it is, for later words that do not say, and whether it is over.</summary>
public sealed record KnownCall
{
    /// <summary>Made from channel and external id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The exchange.</summary>
    public required string Channel { get; init; }

    /// <summary>The call's key in the exchange.</summary>
    public required string ExternalCallId { get; init; }

    /// <summary>The call as the hub knows it.</summary>
    public required CallId CallId { get; init; }

    /// <summary>The person outside; the call itself while the number is not known.</summary>
    public required DataSubjectId SubjectId { get; init; }

    /// <summary>Whether its end is still awaited.</summary>
    public required bool Open { get; init; }

    /// <summary>UTC instant at which we first heard of it.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>The key of a call in its exchange.</summary>
    public static Guid IdOf(string channel, string externalCallId) => DeterministicId.From("call", channel, externalCallId);
}

/// <summary>A call we were asked to place. Its key is why nobody is rung twice.</summary>
public sealed record CallAttempt
{
    /// <summary>The <see cref="CallId"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>UTC instant of the attempt.</summary>
    public required DateTimeOffset At { get; init; }
}
