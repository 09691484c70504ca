using Marten;

namespace MedCrm.Connectors.Sdk.Inbound;

internal sealed class CheckpointStore(IDocumentStore store) : ICheckpointStore
{
    public async Task<Checkpoint?> ReadAsync(string source, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<StoredCheckpoint>(source, ct) is { } stored ? new(stored.Id, stored.Position) : null;
    }
}
