namespace MedCrm.Contracts.Window;

/// <summary>Event of Requests for every screen: the row as it is now. Rows may overtake each other on the way; the one with the greater <see cref="RequestRow.Rev"/> wins.</summary>
/// <param name="SubjectId">Who wrote.</param>
/// <param name="Row">The whole row.</param>
/// <param name="At">UTC instant of the change.</param>
[WireName("window.request-changed/1")]
public sealed record RequestChanged(DataSubjectId SubjectId, RequestRow Row, DateTimeOffset At) : IAboutSubject;
