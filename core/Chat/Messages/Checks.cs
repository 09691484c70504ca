using MedCrm.Contracts;

namespace MedCrm.Chat.Messages;

/// <summary>What is asked of everything a person writes here.</summary>
internal static class Checks
{
    /// <summary>All mistakes at once, by field. Null: none.</summary>
    /// <param name="id">Of what is written.</param>
    /// <param name="text">What is written.</param>
    /// <param name="longest">In characters.</param>
    /// <param name="mayBeBlank">Whether there is something besides the text.</param>
    public static Dictionary<string, string[]>? Of(MessageId id, string? text, int longest, bool mayBeBlank = false)
    {
        var mistakes = new Dictionary<string, string[]>();
        if (id.Value == Guid.Empty)
        {
            mistakes["messageId"] = ["message.id-missing"];
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            if (!mayBeBlank)
            {
                mistakes["text"] = ["message.text-missing"];
            }
        }
        else if (text.Length > longest)
        {
            mistakes["text"] = ["message.text-too-long"];
        }

        return mistakes.Count == 0 ? null : mistakes;
    }
}
