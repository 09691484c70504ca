using MedCrm.Contracts.Telephony;

namespace MedCrm.Contracts.Window;

/// <summary>Event of Requests for the screens of the agents in a call: the card as it is now. Of two cards of one call the one with the greater <see cref="CallCard.Rev"/> is the newer.</summary>
/// <param name="SubjectId">The person outside.</param>
/// <param name="Card">The whole card.</param>
/// <param name="At">UTC instant of the change.</param>
[WireName("window.call-card-changed/1")]
public sealed record CallCardChanged(DataSubjectId SubjectId, CallCard Card, DateTimeOffset At) : IAboutSubject;

/// <summary>A call on the screen while it lasts.</summary>
/// <param name="Id">The call.</param>
/// <param name="Rev">Grows with every change.</param>
/// <param name="Direction">Who called.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Phone">The number of the person outside. Null: hidden.</param>
/// <param name="Name">The contact's or the likeliest patient's name. Null: unknown.</param>
/// <param name="Line">Our number. Null: unknown.</param>
/// <param name="Queue">The queue. Null: none.</param>
/// <param name="RequestId">The request the call belongs to, or else the person's latest. Null: there is none.</param>
/// <param name="Ringing">Agents whose telephones ring now.</param>
/// <param name="Talking">The agents who are in the conversation now.</param>
/// <param name="Involved">All agents who rang or spoke so far: who must hear that it is over.</param>
/// <param name="StartedAt">UTC instant. Null: unknown.</param>
public sealed record CallCard(
    CallId Id,
    long Rev,
    CallDirection Direction,
    CallPhase Phase,
    Sealed? Phone,
    Sealed? Name,
    string? Line,
    string? Queue,
    RequestId? RequestId,
    IReadOnlyList<AgentId> Ringing,
    IReadOnlyList<AgentId> Talking,
    IReadOnlyList<AgentId> Involved,
    DateTimeOffset? StartedAt);
