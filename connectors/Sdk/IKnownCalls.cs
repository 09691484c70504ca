namespace MedCrm.Connectors.Sdk;

/// <summary>Calls whose end is still awaited: what a connector asks after a restart.</summary>
public interface IKnownCalls
{
    /// <summary>External ids of the open calls of an exchange.</summary>
    Task<IReadOnlyList<string>> OpenAsync(string channel, CancellationToken ct);
}
