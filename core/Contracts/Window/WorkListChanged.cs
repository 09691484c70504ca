using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Window;

/// <summary>A list of people whom somebody has to turn to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkList>))]
public enum WorkList
{
    /// <summary>Whom to call (<c>/api/call-list</c>).</summary>
    [JsonStringEnumMemberName("calls")] Calls,

    /// <summary>Who waits for a free slot (<c>/api/waiting-list</c>).</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,
}

/// <summary>Event of Patients for every screen: a list is not as it was. Whose entry changed is not said; a screen that shows the list reads it again.</summary>
/// <param name="List">Which.</param>
/// <param name="At">UTC instant of the change.</param>
[WireName("window.work-list-changed/1")]
public sealed record WorkListChanged(WorkList List, DateTimeOffset At);
