using System.ComponentModel.DataAnnotations;

namespace MedCrm.Connectors.Pager;

/// <summary>Settings of the connector, section <c>Connectors:Pager</c>. Checked at start; all mistakes are listed.</summary>
public sealed class PagerOptions : IValidatableObject
{
    public const string Section = "Connectors:Pager";

    /// <summary>Address of the service, <c>https://api.pager.example</c>. Default: null, the connector idles.</summary>
    [Url]
    public string? Url { get; set; }

    /// <summary>The account's token. Required with <see cref="Url"/>. A secret.</summary>
    [StringLength(200)]
    public string? Token { get; set; }

    /// <summary>The secret with which the service signs its calls, at least 16 characters. Set: it calls <c>/hooks/pager</c>. Null: we ask. A secret.</summary>
    [StringLength(200, MinimumLength = 16)]
    public string? WebhookSecret { get; set; }

    /// <summary>How long one question waits for news; 1 second to 1 minute. Default: 25 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(25);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && string.IsNullOrWhiteSpace(Token))
        {
            yield return new($"{Section}:Token is required with Url.", [nameof(Token)]);
        }
    }
}
