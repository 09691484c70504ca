using MedCrm.Contracts;

namespace MedCrm.Connectors.Sdk;

/// <summary>Places calls (click to call).</summary>
public interface ICallPlacer
{
    /// <summary>Asks the exchange to ring the agent and then the contact. The Sdk calls it at most once for a call; an answer that is lost is not asked for again.</summary>
    /// <returns>Under which key the exchange will report it.</returns>
    /// <exception cref="ConnectorException">It was not placed; the manager is told that the call failed.</exception>
    Task<PlacedCall> PlaceAsync(CallToPlace wanted, CancellationToken ct);
}

/// <summary>A call to place, opened.</summary>
/// <param name="CallId">Chosen by the window.</param>
/// <param name="Channel">By which exchange. Null: the default one.</param>
/// <param name="To">The contact's number, E.164.</param>
/// <param name="Extension">The agent's telephone.</param>
public sealed record CallToPlace(CallId CallId, string? Channel, string To, string Extension);

/// <summary>The exchange took it over.</summary>
/// <param name="Channel">Which exchange.</param>
/// <param name="ExternalCallId">Its key of the call. Null: it tells none, and what it reports cannot be joined with the click.</param>
public sealed record PlacedCall(string Channel, string? ExternalCallId);
