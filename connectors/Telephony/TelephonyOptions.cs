using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony;

/// <summary>Section <c>Connectors:Telephony</c>. Read at start.</summary>
public sealed class TelephonyOptions : IValidatableObject
{
    public const string Section = "Connectors:Telephony";

    /// <summary>Asterisk exchanges, watched over their manager interface.</summary>
    [ValidateEnumeratedItems]
    public List<AsteriskOptions> Asterisk { get; set; } = [];

    /// <summary>Exchanges in the cloud, which call our webhook.</summary>
    [ValidateEnumeratedItems]
    public List<CloudOptions> Cloud { get; set; } = [];

    /// <summary>The exchange that places calls when none is named. Null: the first one.</summary>
    public string? Default { get; set; }

    internal IEnumerable<string> Keys => Asterisk.Select(exchange => exchange.Key).Concat(Cloud.Select(exchange => exchange.Key));

    /// <summary>The channel that places a call. Null: there is no such exchange.</summary>
    internal string? ChannelOf(string? wanted) =>
        wanted is null
            ? Keys.FirstOrDefault(key => Default is null || key == Default) is { } key ? $"telephony/{key}" : null
            : Keys.Any(known => $"telephony/{known}" == wanted) ? wanted : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var twice in Keys.GroupBy(key => key, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new($"The key {twice.Key} stands there twice.", [nameof(Asterisk)]);
        }

        if (Default is not null && !Keys.Contains(Default))
        {
            yield return new($"Default: there is no exchange {Default}.", [nameof(Default)]);
        }
    }
}

/// <summary>One Asterisk.</summary>
public sealed class AsteriskOptions : IValidatableObject
{
    /// <summary>The name of its channel, <c>telephony/{key}</c>. Lower case letters, digits, hyphen.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string Key { get; set; } = "";

    /// <summary>Host of the manager interface.</summary>
    [Required]
    public string Host { get; set; } = "";

    /// <summary>Port of the manager interface: 5038, with TLS usually 5039.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 5038;

    /// <summary>Whether the manager interface speaks TLS (tlsenable=yes in manager.conf).</summary>
    public bool Tls { get; set; }

    /// <summary>User in manager.conf; needs read and write of system, call, agent, dialplan, cdr, reporting and, to place calls, write of originate.</summary>
    [Required]
    public string UserName { get; set; } = "";

    /// <summary>Its secret.</summary>
    [Required]
    public string Password { get; set; } = "";

    /// <summary>What the number of an agent's telephone looks like; every other channel is a trunk.</summary>
    [Required]
    public string Extensions { get; set; } = "^[0-9]{2,5}$";

    /// <summary>How long all channels of a call must have been gone before it is over: late events come in it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The exchange's stored call records (cdr_custom, columns as in the README): a file, or an http(s) address. From them calls are closed that ended while we were away. Null: such calls are closed without an answer known.</summary>
    public string? CallRecords { get; set; }

    /// <summary>The IANA zone of the times in the stored call records.</summary>
    [Required]
    public string CallRecordsTimeZone { get; set; } = "Europe/Moscow";

    /// <summary>Where recordings are fetched from: a directory, or an http(s) address to which the recording's path below <c>monitor</c> is added. Null: recordings are not kept here.</summary>
    public string? Recordings { get; set; }

    /// <summary>A longer recording is not kept, in bytes. Default 200 MB.</summary>
    [Range(1024, 2_000_000_000)]
    public long MaxRecordingBytes { get; set; } = 200_000_000;

    /// <summary>User name and password for the two addresses, <c>user:password</c>. Null: none are asked for.</summary>
    public string? HttpCredentials { get; set; }

    /// <summary>How an agent's telephone is called, with <c>{0}</c> for the extension.</summary>
    [Required, RegularExpression(@"^[\w/@.{}-]*\{0\}[\w/@.{}-]*$")]
    public string OriginateChannel { get; set; } = "PJSIP/{0}";

    /// <summary>The dialplan context in which the contact's number is dialled: the one of the agents' telephones.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]+$")]
    public string OriginateContext { get; set; } = "from-internal";

    /// <summary>How the contact's number is dialled: <c>{0}</c> is the number in E.164 with the plus, <c>{1}</c> the digits only.</summary>
    [Required, RegularExpression(@"^[0-9*#+]*\{[01]\}[0-9*#]*$")]
    public string OriginateNumber { get; set; } = "{0}";

    internal string Channel => $"telephony/{Key}";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(CallRecordsTimeZone, out _))
        {
            yield return new($"CallRecordsTimeZone: {CallRecordsTimeZone} is not an IANA zone such as Europe/Moscow.", [nameof(CallRecordsTimeZone)]);
        }

        if (!IsPattern(Extensions))
        {
            yield return new($"Extensions: {Extensions} is not a regular expression.", [nameof(Extensions)]);
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}

/// <summary>Which cloud exchange it is.</summary>
public enum CloudProvider
{
    /// <summary>Mango Office.</summary>
    Mango,

    /// <summary>UIS and CoMagic.</summary>
    Uis,

    /// <summary>МегаФон Виртуальная АТС and others of its dialect (Gravitel, Дом.ру Бизнес).</summary>
    Megafon,

    /// <summary>Zadarma and Novofon of the first API.</summary>
    Zadarma,
}

/// <summary>One exchange in the cloud.</summary>
public sealed class CloudOptions : IValidatableObject
{
    /// <summary>The last part of its webhook, <c>/webhooks/telephony/{key}</c>, and the name of its channel, <c>telephony/{key}</c>. Lower case letters, digits, hyphen.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string Key { get; set; } = "";

    /// <summary>Whose it is.</summary>
    [EnumDataType(typeof(CloudProvider))]
    public CloudProvider Provider { get; set; }

    /// <summary>What the provider proves itself with. Mango: the signing salt. UIS: the value of <c>secret</c> in the notification. МегаФон: the crm_token. Zadarma: the API secret.</summary>
    [Required, MinLength(8)]
    public string Secret { get; set; } = "";

    /// <summary>What we prove ourselves with. Mango: the product's code (vpbx_api_key). UIS: the access_token. МегаФон: the token of the exchange. Zadarma: the API key.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The provider's API. Mango <c>https://app.mango-office.ru</c>, UIS <c>https://callapi.uiscom.ru</c>, МегаФон <c>https://{client}.megapbx.ru/sys/crm_api.wcgp</c>, Zadarma <c>https://api.zadarma.com</c>, Novofon <c>https://api.novofon.com</c>. Null: calls are not placed.</summary>
    [Url]
    public string? Api { get; set; }

    /// <summary>Our number that outgoing calls show (UIS: required to place calls). Null: the provider decides.</summary>
    public string? Line { get; set; }

    /// <summary>True: what the provider recorded is fetched, sealed and kept here. Mango and Zadarma need <see cref="Api"/> for it. Default: false.</summary>
    public bool Recordings { get; set; }

    /// <summary>A longer recording is not kept, in bytes. Default 200 MB.</summary>
    [Range(1024, 2_000_000_000)]
    public long MaxRecordingBytes { get; set; } = 200_000_000;

    /// <summary>The IANA zone of times without one in the provider's notifications.</summary>
    [Required]
    public string TimeZone { get; set; } = "Europe/Moscow";

    /// <summary>A notification whose own time is further from now than this is a replay and refused, where the provider signs the time. Zero: not checked.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(6);

    internal string Channel => $"telephony/{Key}";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new($"TimeZone: {TimeZone} is not an IANA zone such as Europe/Moscow.", [nameof(TimeZone)]);
        }

        if (Recordings && Api is null && Provider is (CloudProvider.Mango or CloudProvider.Zadarma))
        {
            yield return new($"Api is required to fetch the recordings of {Provider}.", [nameof(Api)]);
        }

        if (ApiKey.Length == 0 && (Provider == CloudProvider.Mango || Api is not null))
        {
            yield return new($"ApiKey is required for {Provider}.", [nameof(ApiKey)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class TelephonyOptionsValidator : IValidateOptions<TelephonyOptions>;
