using System.Text.Json;

namespace MedCrm.Connectors.Testing;

/// <summary><c>connector.json</c>: what a connector says of itself.</summary>
/// <param name="Key">Its part's name: <c>email</c>.</param>
/// <param name="Name">For people, in Russian.</param>
/// <param name="Kind">The kind of channel.</param>
/// <param name="Directions"><c>inbound</c>, <c>outbound</c>.</param>
/// <param name="Mode">How inputs come: <c>push</c> (an open line), <c>poll</c>, <c>webhook</c>.</param>
/// <param name="Fallback">The other way, where there is one.</param>
/// <param name="Capabilities">What the channel can do.</param>
/// <param name="DeduplicationKey">By what a repeat is recognised.</param>
/// <param name="Settings">Its section of the configuration.</param>
/// <param name="Secrets">Settings that are secrets.</param>
/// <param name="Tier">As in <c>quality.yaml</c>.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Docs">Its guide.</param>
public sealed record ConnectorManifest(
    string Key,
    string Name,
    string Kind,
    IReadOnlyList<string> Directions,
    string Mode,
    string? Fallback,
    IReadOnlyList<string> Capabilities,
    string DeduplicationKey,
    string Settings,
    IReadOnlyList<string> Secrets,
    string Tier,
    string Owner,
    string Docs)
{
    /// <summary>Whether answers go out through it.</summary>
    public bool Sends => Directions.Contains("outbound");

    /// <summary>Whether it is called rather than asks.</summary>
    public bool IsCalled => Mode == "webhook" || Fallback == "webhook";

    /// <summary>Whether it asks or keeps a line.</summary>
    public bool Asks => Mode is "poll" or "push" || Fallback is "poll" or "push";

    /// <summary>Whether it claims a capability.</summary>
    public bool Can(string capability) => Capabilities.Contains(capability);

    /// <summary>Reads a manifest.</summary>
    /// <param name="folder">The connector's folder.</param>
    public static ConnectorManifest Read(string folder)
    {
        using var file = File.OpenRead(Path.Combine(folder, "connector.json"));
        return JsonSerializer.Deserialize<ConnectorManifest>(file, JsonSerializerOptions.Web) ?? throw new InvalidDataException($"{folder}: connector.json is empty.");
    }
}
