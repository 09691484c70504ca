using System.ComponentModel.DataAnnotations;

namespace MedCrm.Hosting.Retention;

/// <summary>How long is kept what has served its purpose: no longer than the purpose needs (152-ФЗ, article 5, part 7).</summary>
public sealed class RetentionOptions : IValidatableObject
{
    /// <summary>The section in the configuration.</summary>
    public const string Section = "Retention";

    /// <summary>How long a contact is kept as it came: a mail with its headers, the body of a form or of a webhook's call; 30 days to 10 years, zero: for ever. Its words and files stay in the conversation. What waits in the quarantine is kept until somebody has decided. Default 365 days: within a year a complaint about "what I really wrote" comes, if it comes.</summary>
    public TimeSpan RawInputs { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How long a file handed over for an answer waits for that answer to be sent; 1 to 365 days, zero: for ever. Default 7 days: longer than an answer rests half-written over holidays; a file that is late is handed over again.</summary>
    public TimeSpan UnsentUploads { get; set; } = TimeSpan.FromDays(7);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RawInputs != TimeSpan.Zero && (RawInputs < TimeSpan.FromDays(30) || RawInputs > TimeSpan.FromDays(3653)))
        {
            yield return new($"RawInputs: 30 to 3653 days are possible, or zero for ever; {RawInputs} is not.");
        }

        if (UnsentUploads != TimeSpan.Zero && (UnsentUploads < TimeSpan.FromDays(1) || UnsentUploads > TimeSpan.FromDays(365)))
        {
            yield return new($"UnsentUploads: 1 to 365 days are possible, or zero for ever; {UnsentUploads} is not.");
        }
    }
}
