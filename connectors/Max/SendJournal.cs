using Marten;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Max;

/// <summary>How far an answer of several messages has come. MAX knows no idempotency key, so what was begun and not confirmed is looked for in the dialog before it is begun again.</summary>
public sealed record SendProgress
{
    /// <summary>The answer's.</summary>
    public required Guid Id { get; init; }

    /// <summary>Keys of the messages that MAX has, oldest first; the first is what a reply refers to.</summary>
    public IReadOnlyList<string> Sent { get; init; } = [];

    /// <summary>UTC instant at which the next one left. Null: none is on its way, and none was when the process died.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>How often it was looked for in vain since.</summary>
    public int Looks { get; init; }

    /// <summary>What the next one's file is called at MAX, once it was uploaded.</summary>
    public string? UploadToken { get; init; }
}

internal sealed class SendJournal(IDocumentStore store)
{
    public async Task<SendProgress> ReadAsync(MessageId id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<SendProgress>(id.Value, ct) ?? new SendProgress { Id = id.Value };
    }

    /// <summary>Whether a message is one of another answer, which happened to say the same.</summary>
    public async Task<bool> IsKnownAsync(string key, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<SendProgress>().AnyAsync(progress => progress.Sent.Contains(key), ct);
    }

    /// <summary>Not cancelled by a stop: only this knows what MAX has.</summary>
    public async Task<SendProgress> WriteAsync(SendProgress progress)
    {
        await using var session = store.LightweightSession();
        session.Store(progress);
        await session.SaveChangesAsync(CancellationToken.None);
        return progress;
    }
}
