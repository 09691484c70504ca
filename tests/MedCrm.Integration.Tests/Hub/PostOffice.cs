using System.Collections.Concurrent;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>Where answers go instead of a mail server. It takes every letter, except those to an address that begins with "nobody".</summary>
public sealed class PostOffice : IOutboundSender
{
    private readonly ConcurrentQueue<OutboundMessage> _letters = new();

    public IEnumerable<OutboundMessage> LettersTo(Person person) => _letters.Where(letter => letter.To == person.Mail);

    /// <summary>The Message-ID under which an answer travels.</summary>
    public static string MessageIdOf(MessageId answer) => $"{answer.Value:N}@clinic.example";

    public Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        _letters.Enqueue(message);
        return Task.FromResult<SendOutcome>(message.To.StartsWith("nobody", StringComparison.Ordinal)
            ? new SendOutcome.Refused("bad-address", $"550 <{message.To}> does not exist here")
            : new SendOutcome.Sent(MessageIdOf(message.MessageId)));
    }
}
