namespace MedCrm.Contracts.Telephony;

/// <summary>Command of Requests to the telephony connector: ring the agent's telephone, then the contact's (click to call). What comes of it is told by <see cref="CallChanged"/> under the same <paramref name="CallId"/>.</summary>
/// <remarks>May arrive twice; a call is placed at most once: nobody is rung again because an answer was lost.</remarks>
/// <param name="CallId">Chosen by the window; the idempotency key.</param>
/// <param name="SubjectId">Whom we call.</param>
/// <param name="Channel">By which exchange. Null: the connector's default one.</param>
/// <param name="To">The contact's number, E.164.</param>
/// <param name="Extension">The agent's telephone.</param>
/// <param name="Agent">Who calls.</param>
/// <param name="At">UTC instant of the click. A command older than a minute is not carried out: nobody sits there waiting any more.</param>
[WireName("telephony.place-call/1")]
public sealed record PlaceCall(
    CallId CallId,
    DataSubjectId SubjectId,
    string? Channel,
    Sealed To,
    string Extension,
    Agent Agent,
    DateTimeOffset At) : IAboutSubject;
