using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Patients;

/// <summary>Where a visit stands (FHIR: AppointmentStatus, as far as a clinic uses it).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppointmentStatus>))]
public enum AppointmentStatus
{
    /// <summary>Asked for; the MIS has not answered yet.</summary>
    [JsonStringEnumMemberName("proposed")] Proposed,

    /// <summary>Preliminary: the MIS is out of reach or has not decided, nothing is promised.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>The MIS has it.</summary>
    [JsonStringEnumMemberName("booked")] Booked,

    /// <summary>The patient is here.</summary>
    [JsonStringEnumMemberName("arrived")] Arrived,

    /// <summary>Over.</summary>
    [JsonStringEnumMemberName("fulfilled")] Fulfilled,

    /// <summary>Will not take place.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The patient did not come.</summary>
    [JsonStringEnumMemberName("noshow")] NoShow,
}

/// <summary>Do the MIS and we say the same of a visit?</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppointmentTruth>))]
public enum AppointmentTruth
{
    /// <summary>Both say the same.</summary>
    [JsonStringEnumMemberName("agreed")] Agreed,

    /// <summary>We asked the MIS for something, and it has not answered yet.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>The MIS says something else, and a person must look.</summary>
    [JsonStringEnumMemberName("differs")] Differs,
}
