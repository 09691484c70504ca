using System.Text;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>Turns a message in plain text into the sealed command that may travel and rest.</summary>
internal sealed class MessageSealer(IPersonalDataVault vault, IBlobStore blobs)
{
    public const int LongestText = 100_000;
    private const int LongestPreview = 160;
    private const int MostReferences = 50;
    private const int LongestId = 200;

    /// <summary>Who wrote: the key of the first address, or of the message itself when it names none.</summary>
    public DataSubjectId SubjectOf(InboundMessage message)
    {
        var (system, value) = Senders(message)[0];
        return vault.SubjectOf(system, value);
    }

    /// <summary>Seals a message for a subject who has a key, and stores its files.</summary>
    public async Task<ReceiveInboundMessage> SealAsync(InboundMessage message, DataSubjectId subject, DateTimeOffset receivedAt, Guid rawInputId, CancellationToken ct)
    {
        var text = message.Text.Replace("\0", "", StringComparison.Ordinal);
        var attachments = new List<Attachment>(message.Attachments.Count);
        foreach (var attachment in message.Attachments)
        {
            attachments.Add(await StoreAsync(attachment, subject, ct));
        }

        if (text.Length > LongestText)
        {
            var whole = Encoding.UTF8.GetBytes(text);
            attachments.Add(await StoreAsync(new("Сообщение целиком.txt", "text/plain", _ => Task.FromResult<Stream>(new MemoryStream(whole))), subject, ct));
            text = Cut(text, LongestText);
        }

        // Cut or cleaned, the text is not the one that was marked.
        IReadOnlyList<Fold> folds = text.Length == message.Text.Length ? message.Folds : [];
        return new ReceiveInboundMessage(
            message.Kind,
            message.Channel,
            Id(message.ExternalMessageId),
            subject,
            [.. Senders(message).Select(address => new ContactPoint(address.System, vault.SubjectOf(address.System, address.Value), vault.Seal(subject, address.Value)))],
            Seal(subject, message.DisplayName),
            message.ExternalConversationId is { } conversation ? Id(conversation) : null,
            [.. message.References.Take(MostReferences).Select(Id)],
            [.. message.Aliases.Take(MostReferences).Select(Id)],
            vault.HashOf($"topic\u001f{message.Topic.Trim().ToUpperInvariant()}"),
            Seal(subject, message.Subject),
            vault.Seal(subject, text),
            vault.Seal(subject, Preview(Unfolded(text, folds))),
            attachments,
            message.Form is null ? null : [.. message.Form.Select(field => new FormField(null, vault.Seal(subject, field.Value), vault.Seal(subject, field.Name)))],
            message.Consent is { } consent ? new Consent(consent.Given, consent.TextVersion, receivedAt, Seal(subject, consent.RemoteAddress)) : null,
            message.Automated,
            message.Suspicions,
            // A clock that runs ahead would put the message above those that come after it.
            message.SentAt is { } sentAt && sentAt <= receivedAt ? sentAt : receivedAt,
            receivedAt,
            rawInputId,
            Seal(subject, message.BirthDate),
            folds.Count > 0 ? folds : null,
            message.ChoiceOf);
    }

    private static IReadOnlyList<Address> Senders(InboundMessage message) =>
        message.From.Count > 0 ? message.From : [new Address(ContactPointSystem.Account, $"{message.Channel}/{message.ExternalMessageId}")];

    /// <summary>A channel's id as it travels.</summary>
    public string Id(string externalId) => externalId.Length <= LongestId ? externalId : vault.HashOf(externalId);

    private Sealed? Seal(DataSubjectId subject, string? text) => string.IsNullOrEmpty(text) ? null : vault.Seal(subject, text);

    /// <summary>Stores a file for a subject who has a key.</summary>
    public async Task<Attachment> StoreAsync(InboundAttachment attachment, DataSubjectId subject, CancellationToken ct)
    {
        await using var content = await attachment.OpenAsync(ct);
        return await blobs.WriteAttachmentAsync(vault, subject, attachment.FileName, attachment.MediaType, content, ct);
    }

    /// <summary>What the author wrote themselves; a preview of the quote would tell the clinic's own words.</summary>
    private static string Unfolded(string text, IReadOnlyList<Fold> folds)
    {
        foreach (var fold in folds.Reverse())
        {
            text = text.Remove(fold.Start, fold.Length);
        }

        return text;
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static string Preview(string text)
    {
        var line = new StringBuilder(LongestPreview + 2);
        foreach (var rune in text.AsSpan().TrimStart().EnumerateRunes())
        {
            var space = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune);
            if (line.Length + rune.Utf16SequenceLength > LongestPreview)
            {
                break;
            }

            if (!space)
            {
                line.Append(rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }
}
