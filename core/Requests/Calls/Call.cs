using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Requests.Calls;

/// <summary>One call, folded from everything that was told of it. The order of telling does not matter, and a repeat changes nothing.</summary>
public sealed record Call
{
    public Guid Id { get; init; }

    /// <summary>Grows with every change that a person could notice.</summary>
    public long Rev { get; init; }

    public DataSubjectId SubjectId { get; init; }

    public string Channel { get; init; } = "";

    public CallDirection? Direction { get; init; }

    public CallPhase Phase { get; init; }

    public ContactPoint? Party { get; init; }

    public string? Line { get; init; }

    public string? Queue { get; init; }

    public IReadOnlyList<CallAgent> Agents { get; init; } = [];

    public IReadOnlyList<CallTransfer> Transfers { get; init; } = [];

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public CallOutcome? Outcome { get; init; }

    public int? WaitSeconds { get; init; }

    public int? TalkSeconds { get; init; }

    public Attachment? Recording { get; init; }

    /// <summary>UTC instant at which we first heard of it; stands in where the exchange told no beginning.</summary>
    public DateTimeOffset FirstAt { get; init; }

    /// <summary>The request it was written to. Null: none yet.</summary>
    public RequestId? RequestId { get; init; }

    /// <summary>The agent who clicked it. Null: nobody did.</summary>
    public Agent? PlacedBy { get; init; }

    public CallId CallId => new(Id);

    public DateTimeOffset Began => StartedAt ?? FirstAt;

    /// <summary>Somebody called and nobody answered.</summary>
    public bool IsMissed => Phase == CallPhase.Ended && Direction != CallDirection.Outbound && Outcome != CallOutcome.Answered;

    /// <summary>A person of ours spoke to the person outside.</summary>
    public bool IsAnswered => Outcome == CallOutcome.Answered || AnsweredAt is not null;

    /// <summary>Extensions whose telephones ring now.</summary>
    public IEnumerable<string> Ringing => Phase == CallPhase.Ringing ? Agents.Where(Rings).Select(agent => agent.Extension) : [];

    /// <summary>Extensions that are in the conversation now.</summary>
    public IEnumerable<string> Talking => Phase == CallPhase.Answered ? Agents.Where(agent => agent.AnsweredAt is not null && agent.LeftAt is null).Select(agent => agent.Extension) : [];

    /// <summary>Who answered first.</summary>
    public string? AnsweredBy => Agents.Where(agent => agent.AnsweredAt is not null).MinBy(agent => agent.AnsweredAt)?.Extension;

    /// <summary>Whole seconds until a person answered, or in vain. Null: neither yet, or not known.</summary>
    public int? Wait => WaitSeconds ?? Seconds(StartedAt, AnsweredAt ?? (IsAnswered ? null : EndedAt));

    /// <summary>Whole seconds of talking. Null: none, not over, or not known.</summary>
    public int? Talk => TalkSeconds ?? Seconds(AnsweredAt, EndedAt);

    /// <summary>The call after one more telling.</summary>
    public static Call After(Call? before, CallChanged told)
    {
        var call = before ?? new Call { Id = told.CallId.Value, SubjectId = told.SubjectId, Channel = told.Channel, FirstAt = told.At };
        var next = call with
        {
            // The number may be told later than the call; until then the call is its own subject.
            SubjectId = told.Party is not null ? told.SubjectId : call.SubjectId,
            Direction = call.Direction ?? told.Direction,
            Phase = told.Phase > call.Phase ? told.Phase : call.Phase,
            Party = call.Party ?? told.Party,
            Line = call.Line ?? told.Line,
            Queue = call.Queue ?? told.Queue,
            Agents = [.. call.Agents.Concat(told.Agents).GroupBy(agent => agent.Extension).Select(one => one.Aggregate(Join)).OrderBy(agent => agent.Extension, StringComparer.Ordinal)],
            Transfers = [.. call.Transfers.Union(told.Transfers).OrderBy(transfer => transfer.At)],
            StartedAt = Earliest(call.StartedAt, told.StartedAt),
            AnsweredAt = Earliest(call.AnsweredAt, told.AnsweredAt),
            EndedAt = Latest(call.EndedAt, told.EndedAt),
            Outcome = told.Outcome > call.Outcome || call.Outcome is null ? told.Outcome ?? call.Outcome : call.Outcome,
            WaitSeconds = call.WaitSeconds ?? told.WaitSeconds,
            TalkSeconds = Greater(call.TalkSeconds, told.TalkSeconds),
            Recording = call.Recording ?? told.Recording,
            FirstAt = told.At < call.FirstAt ? told.At : call.FirstAt,
        };
        if (next is { Phase: CallPhase.Ended, AnsweredAt: not null })
        {
            next = next with { Outcome = CallOutcome.Answered };
        }

        return before is not null && next.IsSameAs(before) ? before : next with { Rev = call.Rev + 1 };
    }

    private bool IsSameAs(Call other) =>
        this with { Agents = other.Agents, Transfers = other.Transfers } == other && Agents.SequenceEqual(other.Agents) && Transfers.SequenceEqual(other.Transfers);

    private static bool Rings(CallAgent agent) => agent.RangAt is { } rang && rang > (agent.StoppedAt ?? DateTimeOffset.MinValue) && agent.AnsweredAt is null;

    private static CallAgent Join(CallAgent one, CallAgent other) => new(
        one.Extension, one.Name ?? other.Name, Latest(one.RangAt, other.RangAt), Latest(one.StoppedAt, other.StoppedAt), Earliest(one.AnsweredAt, other.AnsweredAt), Latest(one.LeftAt, other.LeftAt));

    private static int? Seconds(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } a && to is { } b ? (int)Math.Round(Math.Max(0, (b - a).TotalSeconds), MidpointRounding.AwayFromZero) : null;

    private static int? Greater(int? one, int? other) => one is null || other > one ? other ?? one : one;

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;
}

/// <summary>Which telephone is an agent's.</summary>
public sealed class AgentExtension
{
    /// <summary>The extension: a telephone has one owner.</summary>
    public string Id { get; set; } = "";

    public Guid AgentId { get; set; }

    public string AgentName { get; set; } = "";

    public Agent Agent => new(new AgentId(AgentId), AgentName);
}
