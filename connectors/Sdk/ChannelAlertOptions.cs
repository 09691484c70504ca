using System.ComponentModel.DataAnnotations;

namespace MedCrm.Connectors.Sdk;

/// <summary>Section <c>Channels</c>: what about a channel is worth an alert.</summary>
public sealed class ChannelAlertOptions : IValidatableObject
{
    /// <summary>The section in the configuration.</summary>
    public const string Section = "Channels";

    /// <summary>After how much working time without a message a channel counts as silent, by channel (<c>email/info</c>) or by connector (<c>email</c>); the channel's own entry goes first. Zero: never. Default: 4 hours for <c>email</c>, 2 for <c>telephony</c>, 8 for <c>telegram</c>; no other channel is watched.</summary>
    public Dictionary<string, TimeSpan> SilenceAlert { get; set; } = new()
    {
        ["email"] = TimeSpan.FromHours(4),
        ["telephony"] = TimeSpan.FromHours(2),
        ["telegram"] = TimeSpan.FromHours(8),
    };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        SilenceAlert.Where(alert => alert.Value < TimeSpan.Zero || alert.Value > TimeSpan.FromDays(30))
            .Select(alert => new ValidationResult($"SilenceAlert:{alert.Key}: 0 to 30 days are possible, {alert.Value} is not."));

    /// <summary>The limit of a channel, in working time. Null: it may say nothing for ever.</summary>
    internal TimeSpan? SilenceOf(string channel) =>
        (SilenceAlert.TryGetValue(channel, out var own) || SilenceAlert.TryGetValue(channel.Split('/')[0], out own)) && own > TimeSpan.Zero ? own : null;
}
