using System.Net;
using MedCrm.Contracts;
using MedCrm.Hosting;

namespace MedCrm.Connectors.Testing;

/// <summary>
/// The far side of a channel: the one thing a connector brings to the conformance suite, besides its samples.
/// The real server where it can be run, else a fake that is true to the protocol and refuses what the real one refuses.
/// One instance lives through one check.
/// </summary>
public abstract class ChannelPeer : IAsyncDisposable
{
    /// <summary>The connector under test.</summary>
    public abstract Part Part { get; }

    /// <summary>The connector's folder, with its <c>connector.json</c>.</summary>
    public abstract string Folder { get; }

    /// <summary>The pack of samples: a file per input, and beside it <c>{file}.expected.json</c>.</summary>
    public abstract string Samples { get; }

    /// <summary>Checks that cannot be asked of this channel, each with the reason: <c>["C17"] = "Mail cannot be edited"</c>. The report shows them.</summary>
    public virtual IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>();

    /// <summary>Which of the ways of the manifest (<c>mode</c>, <c>fallback</c>) this peer takes, where there are two. Null: all of them.</summary>
    public virtual string? Mode => null;

    /// <summary>The line on which the connector reads. Null: it does not dial, it is called.</summary>
    public virtual ChaosLine? Line => null;

    /// <summary>The line on which the connector sends. Null: the same.</summary>
    public virtual ChaosLine? SendLine => Line;

    /// <summary>Bytes on <see cref="SendLine"/> after which the far side has an answer.</summary>
    public virtual byte[] SendMark => [];

    /// <summary>Secrets of the settings; no log may hold them.</summary>
    public virtual IReadOnlyList<string> Secrets => [];

    /// <summary>Whether the channel tells when a message was written.</summary>
    public virtual bool TellsTime => true;

    /// <summary>Which of a contact's addresses an answer goes to.</summary>
    public virtual ContactPointSystem AnswersTo => ContactPointSystem.Account;

    /// <summary>How long this far side may take until an answer is shown, or a bounce has come back.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>Starts the far side.</summary>
    /// <returns>Settings that lead the connector to it.</returns>
    public abstract Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct);

    /// <summary>Settings with credentials that the far side refuses. Null: the channel has none to be tested.</summary>
    public virtual IReadOnlyDictionary<string, string?>? WithBadCredentials(IReadOnlyDictionary<string, string?> settings) => null;

    /// <summary>Writes a message as the channel would.</summary>
    public abstract Sample Compose(Letter letter);

    /// <summary>Puts hostile content where a message's would be. Null: the channel's own server would never pass it on.</summary>
    public virtual Sample? Wrap(HostileContent content) => new(content.Name, content.Bytes);

    /// <summary>Which letter's text a call stands for; a call has none of its own. Null: none of ours, or the channel carries no calls.</summary>
    /// <param name="phone">The number of the person outside. Null: hidden.</param>
    public virtual string? Recognise(string? phone) => null;

    /// <summary>Hands a message to the channel: posts it to a worker, or lays it down where the connector reads. May be called twice with the same.</summary>
    public abstract Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct);

    /// <summary>What the contact sees of our answers, oldest first.</summary>
    public virtual Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, CancellationToken ct) => throw new NotSupportedException("This peer shows no answers.");

    /// <summary>From now on the channel asks to wait, for so long, before it takes another answer.</summary>
    public virtual Task ThrottleAsync(TimeSpan wait, CancellationToken ct) => throw new NotSupportedException("This peer cannot throttle.");

    /// <summary>An address that can never be reached: blocked us, does not exist.</summary>
    public virtual string Unreachable => throw new NotSupportedException("This peer reaches everybody.");

    /// <summary>A message of a machine: an automatic reply, a bot.</summary>
    public virtual Sample Automatic(Letter letter) => throw new NotSupportedException("This channel has no machines.");

    /// <summary>The sender changes what they wrote.</summary>
    public virtual Sample Edit(Letter letter, string newText) => throw new NotSupportedException("This channel has no edits.");

    /// <summary>Calls that prove nothing, or the wrong thing: without a key, with a wrong signature, with the timestamp of yesterday. Each must be answered with 401.</summary>
    public virtual IReadOnlyList<WebhookAttempt> Forgeries(Letter letter) => [];

    /// <summary>What the vendor asks before it trusts an address: pings and challenges, with the exact answer.</summary>
    public virtual IReadOnlyList<WebhookAttempt> Greetings => [];

    /// <summary>Replaces what differs from run to run in a picture (a mailbox's number) by what the golden files say.</summary>
    public virtual string Scrub(string picture) => picture;

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A message to be written in the channel's own notation.</summary>
/// <param name="Id">Unique; the channel's message id is made from it.</param>
/// <param name="Text">What is written.</param>
public sealed record Letter(string Id, string Text)
{
    /// <summary>Who writes: a number that the peer turns into an address.</summary>
    public int Person { get; init; } = 1;

    /// <summary>As they call themselves.</summary>
    public string Name { get; init; } = "Анна Синтетова";

    /// <summary>When it was written, by the sender's clock. Null: now.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>A file: name and declared type, and its bytes. Null: none.</summary>
    public LetterFile? File { get; init; }
}

/// <summary>A file of a letter.</summary>
/// <param name="Name">As declared.</param>
/// <param name="MediaType">As declared.</param>
/// <param name="Content">Its bytes.</param>
public sealed record LetterFile(string Name, string MediaType, byte[] Content);

/// <summary>An input as it travels.</summary>
/// <param name="Name">For the messages of a failed check.</param>
/// <param name="Content">What the peer needs to deliver it.</param>
public sealed record Sample(string Name, ReadOnlyMemory<byte> Content);

/// <summary>What the channel knows after a delivery.</summary>
public enum Delivery
{
    /// <summary>Taken over; it will never be sent again.</summary>
    Acknowledged,

    /// <summary>Refused for good, and the sender was told (4xx).</summary>
    Refused,

    /// <summary>No answer, or "not now": the channel sends it again.</summary>
    NotAcknowledged,
}

/// <summary>An answer as the contact sees it.</summary>
/// <param name="Text">Its text.</param>
/// <param name="ExternalId">The channel's id. Copies with one id are shown as one.</param>
/// <param name="RepliesTo">The external id of the message it stands under. Null: stands alone.</param>
public sealed record SeenAnswer(string Text, string? ExternalId, string? RepliesTo);

/// <summary>A call to a webhook with the answer it must get.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Request">Makes the request; its address is relative.</param>
/// <param name="Status">The status it must get.</param>
/// <param name="Body">The exact body it must get. Null: any.</param>
public sealed record WebhookAttempt(string Name, Func<HttpRequestMessage> Request, HttpStatusCode Status, string? Body = null);
