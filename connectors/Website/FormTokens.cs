using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Website;

/// <summary>The time trap: the page gets the signed time at which it was shown and posts it back. Nothing is stored, and it survives restarts.</summary>
internal sealed class FormTokens(IPersonalDataVault vault, TimeProvider clock)
{
    public string Issue(FormOptions form)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return $"{time}.{Sign(form, time)}";
    }

    /// <summary>What is wrong with a token that was posted back, a word for <c>Suspicions</c>. Null: nothing.</summary>
    public string? Complaint(FormOptions form, string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return form.RequireToken ? "no-token" : null;
        }

        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0
            || !long.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token[(dot + 1)..]), Encoding.UTF8.GetBytes(Sign(form, token[..dot]))))
        {
            return "bad-token";
        }

        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return age < form.MinFillTime ? "too-fast" : age > form.MaxTokenAge ? "stale-token" : null;
    }

    private string Sign(FormOptions form, string time) => vault.HashOf($"form-token\u001f{form.Key}\u001f{time}");
}
