using System.Text.RegularExpressions;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>What the names of channels tell: which are telephones of ours.</summary>
/// <param name="extension">What an extension looks like.</param>
internal sealed class AsteriskNames(Regex extension)
{
    /// <summary>Prefix of the ids of channels that we originate.</summary>
    public const string Ours = "medcrm-";

    /// <summary>The extension behind <c>PJSIP/101-0000001f</c>, <c>Local/101@internal-00000001;1</c> or <c>SIP/101</c>. Null: a trunk, or nothing of ours.</summary>
    public string? ExtensionOf(string? channel)
    {
        if (channel is null)
        {
            return null;
        }

        var name = channel.AsSpan(channel.IndexOf('/', StringComparison.Ordinal) + 1);
        var at = name.IndexOf('@');
        if (at >= 0)
        {
            name = name[..at];
        }
        else if (name.LastIndexOf('-') is var dash and > 0)
        {
            name = name[..dash];
        }

        var text = name.ToString();
        return extension.IsMatch(text) ? text : null;
    }

    /// <summary>The number itself, when it is an extension.</summary>
    public string? Extension(string? number) => number is not null && extension.IsMatch(number) ? number : null;
}
