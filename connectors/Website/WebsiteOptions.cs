using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>Section <c>Connectors:Website</c>. Changes apply without a restart.</summary>
public sealed class WebsiteOptions : IValidatableObject
{
    public const string Section = "Connectors:Website";

    /// <summary>The forms that may send to us. A form that is not listed gets 404.</summary>
    [ValidateEnumeratedItems]
    public List<FormOptions> Forms { get; set; } = [];

    /// <summary>Networks (CIDR) whose X-Forwarded-For is believed: that of our Gateway. Empty: loopback and private networks.</summary>
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>Bodies above one megabyte held in memory at the same time; further ones wait. Bounds the memory of the process.</summary>
    [Range(1, 64)]
    public int LargeBodiesAtOnce { get; set; } = 2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in TrustedProxies.Where(network => !System.Net.IPNetwork.TryParse(network, out _)))
        {
            yield return new($"TrustedProxies: {network} is not a network such as 10.0.0.0/8.", [nameof(TrustedProxies)]);
        }

        foreach (var twice in Forms.GroupBy(form => form.Key, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new($"Forms: the key {twice.Key} stands there twice.", [nameof(Forms)]);
        }
    }

    public FormOptions? Form(string key) => Forms.Find(form => string.Equals(form.Key, key, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One form of a site.</summary>
public sealed class FormOptions
{
    /// <summary>The last part of its address, <c>/forms/{key}</c>, and the name of its channel, <c>website/{key}</c>. Lower case letters, digits, hyphen.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string Key { get; set; } = "";

    /// <summary>How managers see it: «Запись на приём».</summary>
    [Required, StringLength(200)]
    public string Title { get; set; } = "Форма на сайте";

    /// <summary>Which of the form's fields mean what. Usual Russian and English names are known without it.</summary>
    public FieldMapping Fields { get; set; } = new();

    /// <summary>Version of the consent wording that the form shows, kept with every consent. Null: the form asks for none, unless it sends a field that says so.</summary>
    public string? ConsentTextVersion { get; set; }

    /// <summary>A field people do not see; whoever fills it in is a machine.</summary>
    [Required]
    public string Honeypot { get; set; } = "website";

    /// <summary>The field in which the page returns the token of <c>GET /forms/{key}/token</c>.</summary>
    [Required]
    public string TokenField { get; set; } = "_token";

    /// <summary>Flags submissions without a token. Only for pages that ask for one with a script.</summary>
    public bool RequireToken { get; set; }

    /// <summary>Nobody fills the form in faster.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MinFillTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A token older than this is stale.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan MaxTokenAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Origins (<c>https://clinic.example</c>) whose scripts may post; <c>*</c> for all. Others are flagged. Empty: no script of another origin may read our answer, and origins are not looked at.</summary>
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>More submissions than this a minute from one address or one telephone are flagged. 0: not counted. Not small: a mobile operator shows many of its customers under one address.</summary>
    [Range(0, 100_000)]
    public int RatePerMinute { get; set; } = 60;

    /// <summary>Beyond it the answer is 413.</summary>
    [Range(1024, 256L * 1024 * 1024)]
    public long MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Beyond it the submission goes to the quarantine.</summary>
    [Range(1, 100_000)]
    public int MaxFields { get; set; } = 1000;

    /// <summary>A secret that servers send in the header <c>X-Api-Key</c> (or <c>?token=</c> where no header can be set). Null: anybody may post, as from a public page.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where a browser without a script goes afterwards. Null: to a page of ours that says thank you.</summary>
    [Url]
    public string? ThankYouUrl { get; set; }

    public string Channel => $"website/{Key}";
}

/// <summary>Names of fields, in front of the usual ones.</summary>
public sealed class FieldMapping
{
    /// <summary>The visitor's name.</summary>
    public List<string> Name { get; set; } = [];

    /// <summary>The telephone.</summary>
    public List<string> Phone { get; set; } = [];

    /// <summary>The mail address.</summary>
    public List<string> Email { get; set; } = [];

    /// <summary>What the visitor writes.</summary>
    public List<string> Message { get; set; } = [];

    /// <summary>The patient's date of birth, in whatever form.</summary>
    public List<string> BirthDate { get; set; } = [];

    /// <summary>The box that gives consent.</summary>
    public List<string> Consent { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class WebsiteOptionsValidator : IValidateOptions<WebsiteOptions>;
