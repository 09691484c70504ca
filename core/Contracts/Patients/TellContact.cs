namespace MedCrm.Contracts.Patients;

/// <summary>Command of Patients to Requests: tell the contact of a request something, in the conversation of their latest written word, and on another channel of theirs when it does not arrive. Where they cannot be written to, the request's timeline says so, and a person calls.</summary>
/// <remarks>May arrive twice; <paramref name="MessageId"/> is derived from what is told, so that it is told once.</remarks>
/// <param name="MessageId">Of the message to the contact.</param>
/// <param name="RequestId">The request.</param>
/// <param name="SubjectId">Who wrote it.</param>
/// <param name="Text">Plain text, sealed for them.</param>
/// <param name="At">UTC instant.</param>
/// <param name="Choices">Answers to offer as buttons, where the channel has any. Null: none.</param>
/// <param name="AnswerUntil">UTC instant until which what the contact writes next may be an answer, told by <see cref="Requests.NoticeAnswered"/>; such a question goes to the channel the contact wrote from last, whichever request that was. Null: nothing is asked.</param>
[WireName("patients.tell-contact/1")]
public sealed record TellContact(
    MessageId MessageId, RequestId RequestId, DataSubjectId SubjectId, Sealed Text, DateTimeOffset At, IReadOnlyList<string>? Choices = null, DateTimeOffset? AnswerUntil = null) : IAboutSubject;
