using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.WebChat;

/// <summary>Turns what a visitor's browser posted into a message. Pure: the same input always gives the same message.</summary>
internal static class MessageMapper
{
    private const int LongestName = 200;
    private const int LongestPage = 2000;

    public static InboundMessage Map(ChatOptions chat, MessageFacts facts, VisitorMessage message, IReadOnlyList<VisitorFile> files)
    {
        var name = message.Name?.Trim();
        return new InboundMessage
        {
            Channel = chat.Channel,
            Kind = ChannelKind.Chat,
            ExternalMessageId = ExternalIdOf(facts.VisitorId, message.MessageId),
            ExternalConversationId = $"{facts.VisitorId:N}",
            // The account first: it is sure, and answers go there. A telephone is what somebody says of themselves.
            From = [new Address(ContactPointSystem.Account, Visitor.AccountOf(chat, facts.VisitorId)), .. Phone(message)],
            DisplayName = string.IsNullOrEmpty(name) ? null : name.Length > LongestName ? name[..LongestName] : name,
            Topic = chat.Key,
            Text = message.Text ?? "",
            Attachments = [.. files.Select(file => file.Attachment)],
            Form = message.Page is { Length: > 0 and <= LongestPage } page ? [new("page", page)] : null,
            Consent = message.Consent is { } consent ? new(consent.Given, consent.TextVersion, facts.RemoteAddress) : null,
            Suspicions = facts.Suspicions,
            SentAt = facts.ReceivedAt,
            ChoiceOf = message.ChoiceOf is { } answer ? new MessageId(answer) : null,
        };
    }

    // Within the visitor: nobody can choose the id of somebody else's message.
    public static string ExternalIdOf(Guid visitor, Guid message) => $"{visitor:N}-{message:N}";

    /// <summary>The visitor's message behind an external id. Null: not one of hers.</summary>
    public static Guid? MessageOf(Guid visitor, string externalId) =>
        externalId.StartsWith($"{visitor:N}-", StringComparison.Ordinal) && Guid.TryParseExact(externalId.AsSpan(33), "N", out var message) ? message : null;

    private static IEnumerable<Address> Phone(VisitorMessage message) => Addresses.Phone(message.Phone) is { } phone ? [phone] : [];
}
