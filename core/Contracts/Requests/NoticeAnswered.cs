using System.Text.Json.Serialization;
using MedCrm.Contracts.Patients;

namespace MedCrm.Contracts.Requests;

/// <summary>How an answer was read.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeAnswer>))]
public enum NoticeAnswer
{
    /// <summary>Neither plainly yes nor plainly no; a manager reads it.</summary>
    [JsonStringEnumMemberName("other")] Other,

    /// <summary>Yes.</summary>
    [JsonStringEnumMemberName("yes")] Yes,

    /// <summary>No.</summary>
    [JsonStringEnumMemberName("no")] No,
}

/// <summary>Event of Requests: the contact answered a <see cref="TellContact"/> that asked something. After yes or no the question is closed; other words leave it open.</summary>
/// <param name="MessageId">Of the command.</param>
/// <param name="SubjectId">Who answered.</param>
/// <param name="Answer">How it was read.</param>
/// <param name="RequestId">The request in which the answer stands.</param>
/// <param name="At">UTC instant.</param>
[WireName("requests.notice-answered/1")]
public sealed record NoticeAnswered(MessageId MessageId, DataSubjectId SubjectId, NoticeAnswer Answer, RequestId RequestId, DateTimeOffset At) : IAboutSubject;

/// <summary>Event of Requests: what a <see cref="TellContact"/> said could not be brought to the contact by any channel; only told of those that asked something. Somebody must call.</summary>
/// <param name="MessageId">Of the command.</param>
/// <param name="SubjectId">To whom.</param>
/// <param name="At">UTC instant.</param>
[WireName("requests.contact-unreached/1")]
public sealed record ContactUnreached(MessageId MessageId, DataSubjectId SubjectId, DateTimeOffset At) : IAboutSubject;
