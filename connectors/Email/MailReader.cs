using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>Reads bytes as a mail and understands them; also a second time, when a person replays an input from the quarantine.</summary>
internal sealed class MailReader(IOptions<EmailOptions> options, TimeProvider clock) : IRawInputMapper
{
    public const string TooLarge = "too-large";

    /// <summary>Understands a mail. Whatever a sender can think of must not stop the next mail: what cannot be read is <c>unreadable</c>, its bytes are kept and shown.</summary>
    /// <param name="spool">The bytes; they must stay until the attachments were read.</param>
    /// <param name="key">Their <see cref="BusinessKey"/>.</param>
    /// <param name="ours">Our addresses.</param>
    /// <param name="now">For dates that cannot be.</param>
    /// <param name="ct">Cancels.</param>
    public static MappedMail Understand(Spool spool, string key, MailboxIdentity ours, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            // Persistent: the parts stay where they are and are decoded while they are read.
            var mail = new MimeParser(MailMapper.Parsing, HeaderLimits.Open(spool), MimeFormat.Entity, persistent: true).ParseMessage(ct);
            return MailMapper.Map(mail, key, ours, spool.Open, now);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            return new MappedMail([], "unreadable", null);
        }
    }

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        if (raw.QuarantineReason == TooLarge)
        {
            return new MappedInput([], TooLarge); // only the headers were kept
        }

        await using var content = await raw.OpenAsync(ct);

        // Not disposed: the attachments are read after the return. A replay is rare, and the handle closes with the last of them.
        var spool = await Spool.WriteAsync(content.CanSeek ? content.Length : long.MaxValue, to => content.CopyToAsync(to, ct));
        var mapped = Understand(spool, raw.ExternalId, MailboxIdentity.Of(raw.Channel, options.Value.Mailboxes), clock.GetUtcNow(), ct);
        return new MappedInput(mapped.Events, mapped.QuarantineReason);
    }
}
