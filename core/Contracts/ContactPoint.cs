using System.Text.Json.Serialization;

namespace MedCrm.Contracts;

/// <summary>The kind of door a contact came through.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelKind>))]
public enum ChannelKind
{
    /// <summary>A form on a website.</summary>
    [JsonStringEnumMemberName("website")] Website,

    /// <summary>A mailbox.</summary>
    [JsonStringEnumMemberName("email")] Email,

    /// <summary>A Telegram bot.</summary>
    [JsonStringEnumMemberName("telegram")] Telegram,

    /// <summary>The chat widget on a website.</summary>
    [JsonStringEnumMemberName("chat")] Chat,

    /// <summary>A telephone line.</summary>
    [JsonStringEnumMemberName("phone")] Phone,

    /// <summary>A MAX bot.</summary>
    [JsonStringEnumMemberName("max")] Max,

    /// <summary>A program of the clinic's own that speaks to the plain HTTP door.</summary>
    [JsonStringEnumMemberName("http")] Http,

    /// <summary>A program of the clinic's own that is an NServiceBus endpoint.</summary>
    [JsonStringEnumMemberName("nservicebus")] NServiceBus,
}

/// <summary>What kind of address it is (FHIR: ContactPoint.system).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactPointSystem>))]
public enum ContactPointSystem
{
    /// <summary>A telephone number, E.164.</summary>
    [JsonStringEnumMemberName("phone")] Phone,

    /// <summary>A mail address, lower case.</summary>
    [JsonStringEnumMemberName("email")] Email,

    /// <summary>An account in a messenger or a visitor of the site, as the channel names it.</summary>
    [JsonStringEnumMemberName("account")] Account,
}

/// <summary>One address of a contact (FHIR: ContactPoint).</summary>
/// <param name="System">What kind of address.</param>
/// <param name="Key">The normalised address under a secret hash: equal addresses have equal keys, and nothing more can be learnt from it. Used to look people up without opening <paramref name="Value"/>.</param>
/// <param name="Value">The normalised address: a phone in E.164 (<c>+79161234567</c>), a mail address in lower case.</param>
public sealed record ContactPoint(ContactPointSystem System, DataSubjectId Key, Sealed Value);
