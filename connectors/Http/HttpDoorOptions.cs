using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Http;

/// <summary>Section <c>Connectors:Http</c>: who may hand in events over HTTP.</summary>
public sealed class HttpDoorOptions : IValidatableObject
{
    public const string Section = "Connectors:Http";

    /// <summary>The programs that may come in. Default: none, and everybody gets 401.</summary>
    [ValidateEnumeratedItems]
    public List<HttpClientOptions> Clients { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var twice in Clients.GroupBy(client => client.Key).Where(group => group.Key.Length > 0 && group.Count() > 1))
        {
            yield return new($"Clients: the key {twice.Key} stands there twice.", [nameof(Clients)]);
        }

        if (Clients.Where(client => client.ApiKey.Length > 0).GroupBy(client => client.ApiKey).Any(group => group.Count() > 1))
        {
            yield return new("Clients: two of them have the same ApiKey; each needs its own.", [nameof(Clients)]);
        }
    }

    /// <summary>Who has this key. All are compared, so that the time taken tells nothing.</summary>
    internal HttpClientOptions? ClientOf(string apiKey)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));
        HttpClientOptions? found = null;
        foreach (var client in Clients)
        {
            found = CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(client.ApiKey))) ? client : found;
        }

        return found;
    }
}

/// <summary>One program that speaks to the door.</summary>
public sealed class HttpClientOptions : IValidatableObject
{
    /// <summary>Its name in the channel, <c>http/{key}</c>. Lower case letters, digits, hyphen. Never change it: it is part of the key of each message.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,39}$")]
    public string Key { get; set; } = "";

    /// <summary>What it sends in the header <c>X-Api-Key</c>, 24 to 200 characters, for example from <c>openssl rand -hex 24</c>. A secret.</summary>
    [Required, StringLength(200, MinimumLength = 24)]
    public string ApiKey { get; set; } = "";

    /// <summary>Where answers are posted. Default: null, its contacts cannot be answered.</summary>
    [Url]
    public string? CallbackUrl { get; set; }

    /// <summary>With which answers are signed, 24 to 200 characters. Required with <see cref="CallbackUrl"/>. A secret.</summary>
    [StringLength(200, MinimumLength = 24)]
    public string? CallbackSecret { get; set; }

    internal string Channel => "http/" + Key;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CallbackUrl is not null && string.IsNullOrEmpty(CallbackSecret))
        {
            yield return new("CallbackSecret is required with CallbackUrl.", [nameof(CallbackSecret)]);
        }
    }
}

/// <summary>Checks the settings at start and lists all mistakes.</summary>
[OptionsValidator]
internal sealed partial class HttpDoorOptionsValidator : IValidateOptions<HttpDoorOptions>;
