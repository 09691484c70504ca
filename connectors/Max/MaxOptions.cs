using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Max;

/// <summary>Settings of the MAX connector, section <c>Connectors:Max</c>. Checked at start; all mistakes are listed.</summary>
public sealed class MaxOptions : IValidatableObject
{
    public const string Section = "Connectors:Max";

    /// <summary>The bots of the centre, one per legal entity or branch. Default: none, and the connector idles.</summary>
    [ValidateEnumeratedItems]
    public List<MaxBotOptions> Bots { get; set; } = [];

    /// <summary>Where the Bot API is. Default: <c>https://platform-api2.max.ru</c>.</summary>
    [Required, Url]
    public string ApiUrl { get; set; } = "https://platform-api2.max.ru";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var twice in Bots.GroupBy(bot => bot.Key).Where(bots => bots.Key.Length > 0 && bots.Count() > 1))
        {
            yield return new($"Bots: the key {twice.Key} is used {twice.Count()} times.", [nameof(Bots)]);
        }

        if (Bots.Where(bot => bot is { Enabled: true, Token.Length: > 0 }).GroupBy(bot => bot.Token).Any(bots => bots.Count() > 1))
        {
            yield return new("Bots: two bots have the same token.", [nameof(Bots)]);
        }
    }
}

/// <summary>One bot.</summary>
public sealed class MaxBotOptions : IValidatableObject
{
    /// <summary>Short name, 1 to 40 of <c>a-z 0-9 . _ -</c>: <c>main</c> makes the channel <c>max/main</c>. Never change it: it is part of the position and of the key of each message.</summary>
    [Required, RegularExpression("^[a-z0-9._-]{1,40}$")]
    public string Key { get; set; } = "";

    /// <summary>What the cabinet of MAX for partners gave (Интеграция → Получить токен). A secret.</summary>
    [StringLength(500)]
    public string Token { get; set; } = "";

    /// <summary>False: nothing is read, nothing is sent, answers are refused with a reason. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long one poll waits for news; 1 to 90 seconds. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:30")]
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Our public https address, <c>https://crm.clinic.example</c>; the path <c>/hooks/max/{key}</c> is added, and MAX calls it. Null: we ask (long polling), which needs no public address.</summary>
    [Url]
    public string? WebhookUrl { get; set; }

    /// <summary>What MAX must send back with each call, 16 to 256 of <c>A-Z a-z 0-9 _ -</c>. Required with <see cref="WebhookUrl"/>. A secret.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{16,256}$")]
    public string? WebhookSecret { get; set; }

    /// <summary>Asks an unknown person for the telephone, once, with a button that shares it; up to 1000 characters, empty: never asks. Neutral on purpose: a message on a lock screen must not tell that somebody turned to a clinic.</summary>
    [StringLength(1000)]
    public string AskPhoneText { get; set; } = "Здравствуйте! Сообщение получено. Чтобы мы могли связаться с вами и по телефону, нажмите кнопку ниже.";

    /// <summary>The words on that button; 1 to 60 characters.</summary>
    [Required, StringLength(60)]
    public string AskPhoneButton { get; set; } = "Поделиться номером";

    internal string Channel => "max/" + Key;

    internal bool IsCalled => WebhookUrl is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Enabled && string.IsNullOrWhiteSpace(Token))
        {
            yield return new("Token is required.", [nameof(Token)]);
        }

        if (WebhookUrl is not null && !WebhookUrl.StartsWith("https://", StringComparison.Ordinal))
        {
            yield return new("WebhookUrl: an https address is needed.", [nameof(WebhookUrl)]);
        }

        if (WebhookUrl is not null && WebhookSecret is null)
        {
            yield return new("WebhookSecret is required with WebhookUrl.", [nameof(WebhookSecret)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class MaxOptionsValidator : IValidateOptions<MaxOptions>;
