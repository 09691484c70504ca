using System.Text.Json.Serialization;
using MedCrm.Contracts.Chat;

namespace MedCrm.Contracts.Telephony;

/// <summary>Who called whom.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallDirection>))]
public enum CallDirection
{
    /// <summary>A contact called us.</summary>
    [JsonStringEnumMemberName("inbound")] Inbound,

    /// <summary>We called a contact.</summary>
    [JsonStringEnumMemberName("outbound")] Outbound,
}

/// <summary>How far a call has come. A call never goes back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallPhase>))]
public enum CallPhase
{
    /// <summary>Nobody has answered: greeting, queue, ringing telephones.</summary>
    [JsonStringEnumMemberName("ringing")] Ringing,

    /// <summary>Two people talk.</summary>
    [JsonStringEnumMemberName("answered")] Answered,

    /// <summary>Over.</summary>
    [JsonStringEnumMemberName("ended")] Ended,
}

/// <summary>What came of a call (call centres: disposition). In the order of weight: of two reports about one call the later word in this list wins.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallOutcome>))]
public enum CallOutcome
{
    /// <summary>It could not be put through, or its end was not seen and nobody is known to have answered.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Whoever was called was busy.</summary>
    [JsonStringEnumMemberName("busy")] Busy,

    /// <summary>The caller hung up before anybody answered.</summary>
    [JsonStringEnumMemberName("abandoned")] Abandoned,

    /// <summary>Nobody answered within the time the exchange allows.</summary>
    [JsonStringEnumMemberName("timedOut")] TimedOut,

    /// <summary>A person answered. A greeting, a queue or an answering machine is nobody.</summary>
    [JsonStringEnumMemberName("answered")] Answered,
}

/// <summary>How a call was handed over.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallTransferKind>))]
public enum CallTransferKind
{
    /// <summary>Without a word to whoever gets it.</summary>
    [JsonStringEnumMemberName("blind")] Blind,

    /// <summary>After speaking to whoever gets it.</summary>
    [JsonStringEnumMemberName("attended")] Attended,
}

/// <summary>
/// Event of the telephony connector: facts about one call. Messages about one call may come in any order, repeat, and each may hold only
/// a part: whoever keeps the call folds them together. What is not known is null and takes nothing back.
/// </summary>
/// <param name="CallId">The call.</param>
/// <param name="SubjectId">The person outside; where the number is hidden or not yet told, the call itself.</param>
/// <param name="Channel">The exchange: <c>telephony/main</c>.</param>
/// <param name="Direction">Who called. Null: this message does not say.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Party">The number of the person outside. Null: hidden, or this message does not say.</param>
/// <param name="Line">Our number that was called, or that calls. Null: unknown.</param>
/// <param name="Queue">The exchange's queue or group. Null: none, or unknown.</param>
/// <param name="Agents">Telephones of ours that rang or spoke, by extension.</param>
/// <param name="Transfers">In the order in which they happened.</param>
/// <param name="StartedAt">UTC instant, by the exchange's clock. Null: this message does not say.</param>
/// <param name="AnsweredAt">UTC instant at which the first person answered. Null: nobody, or not known when.</param>
/// <param name="EndedAt">UTC instant. Null: not over.</param>
/// <param name="Outcome">What came of it. Null: not over.</param>
/// <param name="WaitSeconds">Whole seconds the caller waited for a person; in a queue from joining it. Null: not told; then it is answer or end less start.</param>
/// <param name="TalkSeconds">Whole seconds a person of ours was on the line. Null: not told; then it is end less answer.</param>
/// <param name="Recording">What was recorded, already stored. Null: none yet.</param>
/// <param name="At">UTC instant at which the connector had the latest of these facts.</param>
[WireName("telephony.call-changed/1")]
public sealed record CallChanged(
    CallId CallId,
    DataSubjectId SubjectId,
    string Channel,
    CallDirection? Direction,
    CallPhase Phase,
    ContactPoint? Party,
    string? Line,
    string? Queue,
    IReadOnlyList<CallAgent> Agents,
    IReadOnlyList<CallTransfer> Transfers,
    DateTimeOffset? StartedAt,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset? EndedAt,
    CallOutcome? Outcome,
    int? WaitSeconds,
    int? TalkSeconds,
    Attachment? Recording,
    DateTimeOffset At) : IAboutSubject;

/// <summary>A telephone of ours in a call.</summary>
/// <param name="Extension">Its number in the exchange: <c>101</c>.</param>
/// <param name="Name">As the exchange calls it. Null: it does not.</param>
/// <param name="RangAt">UTC instant at which it last began to ring. Null: it did not, or unknown.</param>
/// <param name="StoppedAt">UTC instant at which it last stopped ringing, answered or not. Null: it rings, or never did.</param>
/// <param name="AnsweredAt">UTC instant at which it was first answered. Null: it was not.</param>
/// <param name="LeftAt">UTC instant at which it last left the conversation. Null: it is in it, or never was.</param>
public sealed record CallAgent(
    string Extension,
    string? Name = null,
    DateTimeOffset? RangAt = null,
    DateTimeOffset? StoppedAt = null,
    DateTimeOffset? AnsweredAt = null,
    DateTimeOffset? LeftAt = null);

/// <summary>A call was handed over.</summary>
/// <param name="Kind">How.</param>
/// <param name="From">The extension that gave it. Null: unknown.</param>
/// <param name="To">The number that was to get it.</param>
/// <param name="At">UTC instant.</param>
public sealed record CallTransfer(CallTransferKind Kind, string? From, string To, DateTimeOffset At);
