using Marten;

namespace MedCrm.Connectors.Sdk.Calls;

internal sealed class KnownCalls(IDocumentStore store) : IKnownCalls
{
    public async Task<IReadOnlyList<string>> OpenAsync(string channel, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.QueryAsync<KnownCall>("where open and data ->> 'channel' = ?", ct, channel)).Select(call => call.ExternalCallId)];
    }
}
