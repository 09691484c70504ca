using Marten;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Telegram;

/// <summary>How far an answer of several messages has come. Telegram knows no idempotency key, so what was begun and not confirmed is never begun again.</summary>
public sealed record SendProgress
{
    /// <summary>The answer's.</summary>
    public required Guid Id { get; init; }

    /// <summary>Messages that Telegram confirmed.</summary>
    public int Confirmed { get; init; }

    /// <summary>One more is on its way, or was when the process died.</summary>
    public bool IsSending { get; init; }

    /// <summary>The first message's key, by which a reply refers to it.</summary>
    public string? ExternalMessageId { get; init; }
}

internal sealed class SendJournal(IDocumentStore store)
{
    public async Task<SendProgress> ReadAsync(MessageId id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<SendProgress>(id.Value, ct) ?? new SendProgress { Id = id.Value };
    }

    /// <summary>Not cancelled by a stop: only this knows what Telegram has.</summary>
    public async Task<SendProgress> WriteAsync(SendProgress progress)
    {
        await using var session = store.LightweightSession();
        session.Store(progress);
        await session.SaveChangesAsync(CancellationToken.None);
        return progress;
    }
}
