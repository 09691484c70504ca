using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Sdk;

/// <summary>What a button of <see cref="OutboundMessage.Choices"/> carries, so that its press tells which message asked. A stranger's program may send anything: it is an address for a question of ours, and proves nothing.</summary>
public static class ChoiceData
{
    /// <summary>A UUID in base64url.</summary>
    private const int IdLength = 22;

    /// <param name="message">Our message that bears the buttons.</param>
    /// <param name="choices">All of them.</param>
    /// <param name="index">Which one.</param>
    /// <param name="longest">What the channel lets a button carry, in bytes of UTF-8; at least 26.</param>
    /// <returns>The message and the words; their number where they do not fit.</returns>
    public static string Of(MessageId message, IReadOnlyList<string> choices, int index, int longest)
    {
        var words = Encoding.UTF8.GetByteCount(choices[index]) <= longest - IdLength ? choices[index] : index.ToString(CultureInfo.InvariantCulture);
        return Base64Url.EncodeToString(message.Value.ToByteArray()) + words;
    }

    /// <summary>Reads what came back with a press.</summary>
    /// <param name="data">As the channel tells it. Null: it tells nothing.</param>
    /// <returns>Null: no button of ours.</returns>
    public static (MessageId Message, string Words)? Read(string? data)
    {
        if (data is not { Length: > IdLength } || !Base64Url.IsValid(data.AsSpan(0, IdLength), out var length) || length != 16)
        {
            return null;
        }

        return (new MessageId(new Guid(Base64Url.DecodeFromChars(data.AsSpan(0, IdLength)))), data[IdLength..]);
    }
}
