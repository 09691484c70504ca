using System.Security.Cryptography;
using System.Text;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>What a provider sent, before anybody believes it.</summary>
/// <param name="Path">What follows the exchange's key: <c>events/call</c>. Empty: nothing.</param>
/// <param name="Query">The query, read.</param>
/// <param name="Signature">The header <c>Signature</c>. Null: none.</param>
/// <param name="Body">The raw bytes: signatures are over these.</param>
internal sealed record Notification(string Path, IReadOnlyDictionary<string, StringValues> Query, string? Signature, ReadOnlyMemory<byte> Body)
{
    private const int MostFields = 200;
    private Dictionary<string, StringValues>? _form;

    /// <summary>The body as a form. Values are decoded from the raw bytes and used as they are, also for the signature.</summary>
    public string? Field(string name)
    {
        if (_form is null)
        {
            var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
            foreach (var (key, value) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Body.Span)).Take(MostFields))
            {
                fields[key] = value;
            }

            _form = fields;
        }

        return _form.TryGetValue(name, out var found) && found.Count > 0 && !string.IsNullOrEmpty(found[0]) ? found[0] : null;
    }
}

/// <summary>What became of a notification.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Not the provider, or an old notification sent again: 401, and nothing is stored.</summary>
    /// <param name="Reason">For the log; a word, nothing of the notification.</param>
    public sealed record Refused(string Reason) : Verdict;

    /// <summary>The provider asks whether somebody is at home.</summary>
    /// <param name="Answer">What it wants to hear.</param>
    public sealed record Echo(string Answer) : Verdict;

    /// <summary>Genuine. Without a call there is nothing in it for us; it is kept all the same.</summary>
    /// <param name="Call">The facts. Null: none.</param>
    /// <param name="Unreadable">Genuine, but not understood: a person must look.</param>
    public sealed record Genuine(InboundCall? Call, bool Unreadable = false) : Verdict
    {
        /// <summary>A recording that the provider has now. Null: none was told of.</summary>
        public ToldRecording? Recording { get; init; }
    }
}

/// <summary>A recording that a provider told of.</summary>
/// <param name="ExternalCallId">The call's key in the exchange.</param>
/// <param name="Reference">By what the provider gives it: an address, or a number.</param>
internal sealed record ToldRecording(string ExternalCallId, string Reference);

/// <summary>One provider's way to talk.</summary>
internal interface IDialect
{
    /// <summary>Judges and understands a notification.</summary>
    Verdict Read(CloudOptions exchange, Notification notification, DateTimeOffset now);

    /// <summary>Asks the provider to ring the agent and then the contact.</summary>
    /// <returns>The provider's key of the call. Null: it tells none.</returns>
    Task<string?> PlaceAsync(CloudOptions exchange, Uri api, CallToPlace call, HttpClient http, CancellationToken ct);

    /// <summary>Asks for a recording.</summary>
    /// <returns>Its bytes, or a refusal.</returns>
    Task<HttpResponseMessage> OpenRecordingAsync(CloudOptions exchange, string reference, HttpClient http, CancellationToken ct);
}

/// <summary>Recordings that lie at an address which the provider tells.</summary>
internal static class RecordingLink
{
    /// <summary>Opens it. Only over TLS, but for the provider's own API in a trial.</summary>
    /// <exception cref="ConnectorMisconfiguredException">It is no such address.</exception>
    public static Task<HttpResponseMessage> OpenAsync(CloudOptions exchange, string? link, HttpClient http, CancellationToken ct) =>
        Uri.TryCreate(link, UriKind.Absolute, out var from) && (from.Scheme == Uri.UriSchemeHttps || (exchange.Api is { } api && from.Authority == new Uri(api).Authority))
            ? http.GetAsync(from, HttpCompletionOption.ResponseHeadersRead, ct)
            : throw new ConnectorMisconfiguredException($"{exchange.Channel}: what was told as the address of a recording is none.");
}

/// <summary>Proofs, compared so that the time it takes tells nothing.</summary>
internal static class Proof
{
    public static bool Equal(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
