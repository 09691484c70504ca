namespace MedCrm.Contracts.Patients;

/// <summary>Command of Patients to Requests: tell the contact of a request something, in the conversation of their latest written word. Where they cannot be written to, the request's timeline says so, and a person calls.</summary>
/// <remarks>May arrive twice; <paramref name="MessageId"/> is derived from what is told, so that it is told once.</remarks>
/// <param name="MessageId">Of the message to the contact.</param>
/// <param name="RequestId">The request.</param>
/// <param name="SubjectId">Who wrote it.</param>
/// <param name="Text">Plain text, sealed for them.</param>
/// <param name="At">UTC instant.</param>
[WireName("patients.tell-contact/1")]
public sealed record TellContact(MessageId MessageId, RequestId RequestId, DataSubjectId SubjectId, Sealed Text, DateTimeOffset At) : IAboutSubject;
