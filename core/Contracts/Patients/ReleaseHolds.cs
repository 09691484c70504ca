namespace MedCrm.Contracts.Patients;

/// <summary>Command of Requests to Patients: the call is over or the request is closed, so nobody chooses a time in it any more. Slots that a booking has taken already stay.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="SubjectId">Who wrote it.</param>
/// <param name="At">UTC instant of the hang-up or the closing; what was held later stays.</param>
[WireName("patients.release-holds/1")]
public sealed record ReleaseHolds(RequestId RequestId, DataSubjectId SubjectId, DateTimeOffset At) : IAboutSubject;
