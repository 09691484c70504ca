using System.ComponentModel.DataAnnotations;
using MedCrm.Hosting;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>Section <c>Connectors:WebChat</c>. Changes apply without a restart.</summary>
public sealed class WebChatOptions : IValidatableObject
{
    public const string Section = "Connectors:WebChat";

    /// <summary>The chats. One that is not listed gets 404.</summary>
    [ValidateEnumeratedItems]
    public List<ChatOptions> Chats { get; set; } = [];

    /// <summary>Networks (CIDR) whose X-Forwarded-For and -Host are believed: that of our Gateway. Empty: loopback and private networks.</summary>
    public List<string> TrustedProxies { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in TrustedProxies.Where(network => !System.Net.IPNetwork.TryParse(network, out _)))
        {
            yield return new($"TrustedProxies: {network} is not a network such as 10.0.0.0/8.", [nameof(TrustedProxies)]);
        }

        foreach (var twice in Chats.GroupBy(chat => chat.Key, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new($"Chats: the key {twice.Key} stands there twice.", [nameof(Chats)]);
        }
    }

    public ChatOptions? Chat(string? key) => Chats.Find(chat => string.Equals(chat.Key, key, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One chat of a site.</summary>
public sealed class ChatOptions : IValidatableObject
{
    /// <summary>What the page writes into <c>data-chat</c>, and the name of its channel, <c>webchat/{key}</c>. Public. Lower case letters, digits, hyphen.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string Key { get; set; } = "";

    /// <summary>Origins (<c>https://clinic.example</c>) whose pages may show the chat; <c>*</c> for all. Pages of the gateway itself always may. Others are refused.</summary>
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>Version of the consent wording, kept with every consent. Null: no consent is asked for.</summary>
    [StringLength(100)]
    public string? ConsentTextVersion { get; set; }

    /// <summary>The page with the privacy policy, linked from the consent. Null: no link.</summary>
    [Url]
    public string? PrivacyUrl { get; set; }

    /// <summary>Outside of the hours the widget shows this form of <c>Connectors:Website:Forms</c> (name, phone, message) instead of the chat; the site's origin must be allowed there too. Null: the chat takes messages at any hour and says when they will be answered.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string? OfflineForm { get; set; }

    /// <summary>The IANA zone of the hours. Default <c>Europe/Moscow</c>.</summary>
    public string TimeZone { get; set; } = "Europe/Moscow";

    /// <summary>Hours of each day in which somebody answers, <c>HH:mm-HH:mm</c>, several a day with commas; a day left out is a day off. Empty: always.</summary>
    public Dictionary<DayOfWeek, string> Hours { get; set; } = [];

    /// <summary>More messages than this a minute from one visitor, or ten times as many from one address, are flagged, never dropped. 0: not counted.</summary>
    [Range(0, 100_000)]
    public int RatePerMinute { get; set; } = 30;

    /// <summary>All files of one message together, in bytes. Beyond it the answer is 413.</summary>
    [Range(0, 64L * 1024 * 1024)]
    public long MaxFileBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Files of one message. Beyond it the answer is 413.</summary>
    [Range(0, 20)]
    public int MaxFiles { get; set; } = 5;

    /// <summary>How long a visitor who does not come back is known; each visit begins it anew. Afterwards her browser forgets the conversation, the clinic does not.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "366.00:00:00")]
    public TimeSpan VisitorLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What a visitor with a Russian page reads.</summary>
    [ValidateObjectMembers]
    public ChatTexts Russian { get; set; } = new()
    {
        Title = "Онлайн-чат",
        Greeting = "Здравствуйте! Напишите нам, мы ответим здесь.",
        Offline = "Сейчас нас нет на связи. Оставьте сообщение, и мы ответим, как только вернёмся.",
        Consent = "Даю согласие на обработку персональных данных",
    };

    /// <summary>What a visitor with a page in another language reads.</summary>
    [ValidateObjectMembers]
    public ChatTexts English { get; set; } = new()
    {
        Title = "Chat with us",
        Greeting = "Hello! Write to us, the answer will appear here.",
        Offline = "We are away at the moment. Leave a message and we will answer as soon as we are back.",
        Consent = "I agree to the processing of my personal data",
    };

    public string Channel => $"webchat/{Key}";

    /// <summary>The longest body of a message: its files, and room for words and their frame.</summary>
    internal long MaxBodyBytes => MaxFileBytes + (1024 * 1024);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new($"TimeZone '{TimeZone}' is not an IANA zone such as Europe/Moscow.", [nameof(TimeZone)]);
        }

        foreach (var (day, hours) in Hours.Where(pair => BusinessHours.ParseIntervals(pair.Value) is null))
        {
            yield return new($"Hours of {day}: '{hours}' must look like 08:00-13:00,14:00-20:00, rising and without overlaps.", [nameof(Hours)]);
        }

        foreach (var origin in AllowedOrigins.Where(origin => origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/")))
        {
            yield return new($"AllowedOrigins: {origin} is not an origin such as https://clinic.example.", [nameof(AllowedOrigins)]);
        }
    }
}

/// <summary>What a visitor reads.</summary>
public sealed class ChatTexts
{
    /// <summary>Above the chat.</summary>
    [Required, StringLength(100)]
    public string Title { get; set; } = "";

    /// <summary>The first line.</summary>
    [Required, StringLength(1000)]
    public string Greeting { get; set; } = "";

    /// <summary>Outside of the hours.</summary>
    [Required, StringLength(1000)]
    public string Offline { get; set; } = "";

    /// <summary>Beside the box.</summary>
    [Required, StringLength(2000)]
    public string Consent { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class WebChatOptionsValidator : IValidateOptions<WebChatOptions>;
