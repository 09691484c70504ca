using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Patients;

/// <summary>How somebody saw people.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeenAs>))]
public enum SeenAs
{
    /// <summary>In a list of requests: the name, the telephone, the first words.</summary>
    [JsonStringEnumMemberName("inbox")] Inbox,

    /// <summary>Their request was opened: what they wrote.</summary>
    [JsonStringEnumMemberName("request")] Request,

    /// <summary>In the answer to a search.</summary>
    [JsonStringEnumMemberName("search")] Search,

    /// <summary>A window stood open, and whatever changed in the inbox was shown in it.</summary>
    [JsonStringEnumMemberName("window")] Window,
}

/// <summary>One person who was seen.</summary>
/// <param name="RequestId">Their request.</param>
/// <param name="PatientId">The patient they were taken for at that moment, the MIS's id. Null: nobody.</param>
public sealed record SeenRequest(RequestId RequestId, string? PatientId);

/// <summary>Command to Patients: into the access log with it. The same reader, way, request, patient and hour once more is the same entry.</summary>
/// <param name="Reader">Who saw.</param>
/// <param name="How">In which way.</param>
/// <param name="Seen">Whom. Empty: all whose requests changed in that hour (<see cref="SeenAs.Window"/>).</param>
/// <param name="At">UTC instant.</param>
[WireName("patients.log-seen/1")]
public sealed record LogSeen(Agent Reader, SeenAs How, IReadOnlyList<SeenRequest> Seen, DateTimeOffset At);
