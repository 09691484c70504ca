using Marten;

namespace MedCrm.Connectors.Sdk;

/// <summary>The only way into the hub.</summary>
public interface IInboundSink
{
    /// <summary>
    /// Stores the raw input, what was understood of it and the new checkpoint in ONE transaction, and sends the events on.
    /// Acknowledge to the channel only after this has returned.
    /// </summary>
    /// <param name="raw">What came over the wire, unchanged.</param>
    /// <param name="events">What was understood. Empty, or with <see cref="RawInput.QuarantineReason"/> set: the input is shown to a person, who can download and replay it.</param>
    /// <param name="checkpoint">Where the source stands after this input. Null: the channel has no position (webhooks).</param>
    /// <param name="ct">Cancels the attempt; nothing is stored then.</param>
    /// <returns><see cref="AcceptResult.Duplicate"/> when an input with the same <see cref="RawInput.ExternalId"/> was stored before; the checkpoint is moved all the same.</returns>
    /// <exception cref="ConnectorNotReadyException">The database or the file store is out of reach. Nothing was stored: do not acknowledge, come again.</exception>
    Task<AcceptResult> AcceptAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct);
}

/// <summary>What came over the wire.</summary>
/// <param name="Channel">Our bot, mailbox or form.</param>
/// <param name="ExternalId">The key by which a repeat of the same input is recognised within the channel. No personal data. At most 200 characters.</param>
/// <param name="MediaType">Of the content: <c>message/rfc822</c>, <c>application/json</c>.</param>
/// <param name="OpenAsync">Opens the content; may be called several times and each time starts at the beginning.</param>
public sealed record RawInput(string Channel, string ExternalId, string MediaType, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    /// <summary>Why nobody could understand it, a stable word: <c>broken-json</c>, <c>too-many-fields</c>, <c>unreadable</c>. Null: understood.</summary>
    public string? QuarantineReason { get; init; }

    /// <summary>
    /// What the connector keeps of its own about this input (a visitor's history): queued here, it is stored in the same transaction, and only when the input is new.
    /// Runs when the person has a key. Null: nothing.
    /// </summary>
    public Action<IDocumentSession>? Alongside { get; init; }

    /// <summary>A raw input that already lies in memory.</summary>
    public static RawInput FromBytes(string channel, string externalId, string mediaType, ReadOnlyMemory<byte> content) =>
        new(channel, externalId, mediaType, _ => Task.FromResult<Stream>(new MemoryStream(content.ToArray(), writable: false)));
}

/// <summary>Where a source stands in its channel. Moves only inside <see cref="IInboundSink.AcceptAsync"/>.</summary>
/// <param name="Source">Which position: the channel and, where it has several, the folder: <c>email/info/INBOX</c>.</param>
/// <param name="Position">The connector's own notation, at most 400 characters: <c>uidvalidity=17;uid=4711</c>.</param>
public sealed record Checkpoint(string Source, string Position);

/// <summary>What became of an input.</summary>
public enum AcceptResult
{
    /// <summary>Stored; it will be delivered exactly once.</summary>
    Accepted,

    /// <summary>Stored before; nothing new happened.</summary>
    Duplicate,

    /// <summary>Stored, but not understood: it waits in the quarantine.</summary>
    Quarantined,
}

/// <summary>Reads positions that <see cref="IInboundSink.AcceptAsync"/> stored.</summary>
public interface ICheckpointStore
{
    /// <summary>The last position of a source. Null: it was never read.</summary>
    Task<Checkpoint?> ReadAsync(string source, CancellationToken ct);
}
