using MedCrm.Contracts;

namespace MedCrm.Chat.Messages;

/// <summary>What is asked of everything a person writes here.</summary>
internal static class Checks
{
    /// <summary>All mistakes at once, by field. Null: none.</summary>
    public static Dictionary<string, string[]>? Of(MessageId id, string? text, int longest)
    {
        var mistakes = new Dictionary<string, string[]>();
        if (id.Value == Guid.Empty)
        {
            mistakes["messageId"] = ["message.id-missing"];
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            mistakes["text"] = ["message.text-missing"];
        }
        else if (text.Length > longest)
        {
            mistakes["text"] = ["message.text-too-long"];
        }

        return mistakes.Count == 0 ? null : mistakes;
    }
}
