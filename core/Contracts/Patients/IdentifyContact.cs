using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Patients;

/// <summary>Command of Requests to Patients: who is this? Answered by <see cref="ContactIdentified"/>, also when nobody is found.</summary>
/// <param name="RequestId">The request that asks.</param>
/// <param name="SubjectId">Who wrote.</param>
/// <param name="ContactPoints">Addresses of the contact.</param>
/// <param name="DisplayName">As the contact named themselves. Null: not given.</param>
/// <param name="BirthDate">The date of birth as the contact wrote it; what is no date counts as not given. Null: not given.</param>
[WireName("patients.identify-contact/1")]
public sealed record IdentifyContact(RequestId RequestId, DataSubjectId SubjectId, IReadOnlyList<ContactPoint> ContactPoints, Sealed? DisplayName, Sealed? BirthDate = null) : IAboutSubject;

/// <summary>How sure the identification is (FHIR: match-grade). Only <see cref="Certain"/> links by itself.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MatchGrade>))]
public enum MatchGrade
{
    /// <summary>Nobody found.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Somebody like this exists.</summary>
    [JsonStringEnumMemberName("possible")] Possible,

    /// <summary>Likely, a person must confirm: a phone alone is a household.</summary>
    [JsonStringEnumMemberName("probable")] Probable,

    /// <summary>It is linked: by the engine, because nothing contradicts and nobody else comes near, or by a person.</summary>
    [JsonStringEnumMemberName("certain")] Certain,
}

/// <summary>A patient of the MIS who may be the contact.</summary>
/// <param name="PatientId">The MIS's own id.</param>
/// <param name="Name">Full name.</param>
/// <param name="BirthOn">Date of birth, <c>yyyy-MM-dd</c>, sealed. Null: the MIS has none.</param>
/// <param name="Grade">How sure.</param>
/// <param name="Reasons">Why, as stable words the window translates: <c>phone</c>, <c>shared-phone</c>, <c>email</c>, <c>full-name</c>; <c>family</c>, <c>given</c>, <c>patronymic</c>, <c>birth</c>, <c>snils</c>, <c>oms</c>, each also with <c>-close</c> (a slip of the finger), <c>-similar</c>, <c>-differs</c>; <c>previous-family</c>, <c>given-short</c>, <c>names-swapped</c>, <c>sex-differs</c>, <c>birth-unknown</c>; <c>linked</c> and <c>confirmed</c> for the patient the contact is linked to, by the engine or by a person.</param>
public sealed record PatientCandidate(string PatientId, Sealed Name, Sealed? BirthOn, MatchGrade Grade, IReadOnlyList<string> Reasons);

/// <summary>Event of Patients, answering <see cref="IdentifyContact"/>.</summary>
/// <param name="RequestId">The request that asked.</param>
/// <param name="SubjectId">Who wrote.</param>
/// <param name="ContactId">The contact behind the addresses; a new one when they were unknown.</param>
/// <param name="Grade">The best candidate's grade.</param>
/// <param name="Candidates">Best first, at most five. Empty: nobody found.</param>
/// <param name="At">UTC instant.</param>
[WireName("patients.contact-identified/1")]
public sealed record ContactIdentified(
    RequestId RequestId,
    DataSubjectId SubjectId,
    ContactId ContactId,
    MatchGrade Grade,
    IReadOnlyList<PatientCandidate> Candidates,
    DateTimeOffset At) : IAboutSubject
{
    /// <summary>The request's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid RequestKey => RequestId.Value;
}
