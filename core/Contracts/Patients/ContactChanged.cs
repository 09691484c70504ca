using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Patients;

/// <summary>What was done to a contact.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactChange>))]
public enum ContactChange
{
    /// <summary>Linked to a patient of the MIS.</summary>
    [JsonStringEnumMemberName("linked")] Linked,

    /// <summary>The link was taken off.</summary>
    [JsonStringEnumMemberName("unlinked")] Unlinked,

    /// <summary>A suggested patient was turned down.</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>The date of birth was told.</summary>
    [JsonStringEnumMemberName("birthTold")] BirthTold,

    /// <summary>Joined with another contact.</summary>
    [JsonStringEnumMemberName("merged")] Merged,

    /// <summary>A merge was taken back.</summary>
    [JsonStringEnumMemberName("unmerged")] Unmerged,
}

/// <summary>Event of Patients: a person decided something about a contact. The requests of all its members are from now on shown with this contact and these candidates.</summary>
/// <param name="SubjectId">The person whose first address it is.</param>
/// <param name="ContactId">The contact that goes on.</param>
/// <param name="Members">It and every contact that is shown as it.</param>
/// <param name="Change">What was done.</param>
/// <param name="Grade">The best candidate's grade; certain when linked.</param>
/// <param name="Candidates">Best first, at most five. Empty: nobody found.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">UTC instant.</param>
[WireName("patients.contact-changed/1")]
public sealed record ContactChanged(
    DataSubjectId SubjectId,
    ContactId ContactId,
    IReadOnlyList<ContactId> Members,
    ContactChange Change,
    MatchGrade Grade,
    IReadOnlyList<PatientCandidate> Candidates,
    Agent By,
    DateTimeOffset At) : IAboutSubject;
