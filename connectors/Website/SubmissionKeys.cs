using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Website;

/// <summary>
/// By what a repeat is recognised: the sender's <c>Idempotency-Key</c>, else Tilda's <c>tranid</c>, else the content within a minute
/// (an impatient second click, a webhook sent twice). The receipt is made from it, so that a repeat gets the same receipt.
/// </summary>
internal sealed class SubmissionKeys(IPersonalDataVault vault, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";
    private const int MostRemembered = 50_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _firstSeen = new();

    /// <summary>The receipt. Its number tells nothing of the submission.</summary>
    public string ReceiptOf(FormOptions form, string? idempotencyKey, SubmittedForm? submitted, ReadOnlyMemory<byte> body)
    {
        var given = Given(idempotencyKey) ?? Given(submitted?[Header]);
        var key = given is not null ? $"key\u001f{given}"
            : Given(submitted?["tranid"]) is { } tranid ? $"tranid\u001f{tranid}"
            : Content(form, submitted, body);
        return Guid.ParseExact(vault.HashOf($"receipt\u001f{form.Channel}\u001f{key}"), "N").ToString();
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private string Content(FormOptions form, SubmittedForm? submitted, ReadOnlyMemory<byte> body)
    {
        var hash = Convert.ToHexStringLower(Hash(form, submitted, body));
        var now = clock.GetUtcNow();
        if (_firstSeen.Count > MostRemembered)
        {
            foreach (var (old, at) in _firstSeen)
            {
                if (now - at > Window)
                {
                    _firstSeen.TryRemove(old, out _);
                }
            }
        }

        // The minute in which it was first seen, so that a second click right after the full minute is still a repeat.
        // Another process, or this one after a restart, arrives at the same minute by the clock alone.
        var first = _firstSeen.AddOrUpdate($"{form.Key}/{hash}", now, (_, seen) => now - seen < Window ? seen : now);
        return $"content\u001f{hash}\u001f{first.ToUnixTimeSeconds() / 60}";
    }

    private static byte[] Hash(FormOptions form, SubmittedForm? submitted, ReadOnlyMemory<byte> body)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (submitted is null)
        {
            sha.AppendData(body.Span);
            return sha.GetHashAndReset();
        }

        foreach (var field in submitted.Fields.Where(f => !string.Equals(f.Name, form.TokenField, StringComparison.OrdinalIgnoreCase)))
        {
            sha.AppendData(Encoding.UTF8.GetBytes($"{field.Name}\u001f{field.Value}\u001e"));
        }

        foreach (var file in submitted.Files)
        {
            sha.AppendData(Encoding.UTF8.GetBytes($"{file.FieldName}\u001f{file.FileName}\u001f{file.Content.Length}\u001e"));
            sha.AppendData(file.Content.Span);
        }

        return sha.GetHashAndReset();
    }
}
