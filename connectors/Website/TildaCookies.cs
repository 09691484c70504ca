using System.Net;

namespace MedCrm.Connectors.Website;

/// <summary>Tilda sends the visitor's cookies along in one field; some of them tell where the visitor came from.</summary>
internal static class TildaCookies
{
    public static IEnumerable<SubmittedField> Read(string? cookies)
    {
        foreach (var cookie in (cookies ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Pair(cookie);
            switch (name)
            {
                case "TILDAUTM":
                    // Pairs joined by |||, the whole encoded once more.
                    foreach (var part in WebUtility.UrlDecode(value).Split("|||", StringSplitOptions.RemoveEmptyEntries))
                    {
                        var (key, tag) = Pair(part);
                        yield return new(key, WebUtility.UrlDecode(tag));
                    }

                    break;
                case "_ym_uid":
                    yield return new("ClientID", value);
                    break;
                case "_ga" or "yclid" or "gclid":
                    yield return new(name, value);
                    break;
                case "previousUrl":
                    yield return new("referrer", WebUtility.UrlDecode(value));
                    break;
                default:
                    break;
            }
        }
    }

    private static (string Name, string Value) Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, "") : (text[..equals], text[(equals + 1)..]);
    }
}
