using System.Globalization;
using System.Text;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>
/// One call as the events of all its channels tell it. Every fact is kept as an earliest or a latest instant, so that events in any order,
/// and twice, come to the same; only reading is done in between.
/// </summary>
internal sealed class AsteriskCall(string linkedId, AsteriskNames names)
{
    private const int LongestRaw = 256 * 1024;
    private const int MostLegs = 200;
    private const int MostTransfers = 20;

    private readonly Dictionary<string, Leg> _legs = [];
    private readonly HashSet<CallTransfer> _transfers = [];
    private readonly StringBuilder _raw = new();
    private DateTimeOffset? _joinedAt;
    private DateTimeOffset? _leftQueueAt;
    private string? _queue;
    private bool _queueTimedOut;
    private bool _abandoned;
    private bool _recordedAnswer;
    private DateTimeOffset? _recordedEnd;
    private CallOutcome? _originated;
    private DateTimeOffset? _originatedAt;
    private (DateTimeOffset At, string Number)? _dialled;
    private (DateTimeOffset At, string Number)? _outLine;
    private string? _told;
    private string? _untold;

    public string LinkedId { get; } = linkedId;

    /// <summary>Where the exchange keeps what it recorded. Null: nothing.</summary>
    public string? Recording { get; private set; }

    /// <summary>When we last heard of it, by our clock.</summary>
    public DateTimeOffset HeardAt { get; private set; }

    /// <summary>Whether its end was told.</summary>
    public bool Closed { get; private set; }

    /// <summary>Events since it was last told, as they came.</summary>
    public string Raw => _raw.ToString();

    private Leg? Caller => _legs.GetValueOrDefault(LinkedId);

    /// <summary>Whether every channel has hung up.</summary>
    public bool IsOver => (_legs.Count > 0 || _originated is not null) && _legs.Values.All(leg => leg.HungUpAt is not null);

    public void Take(AmiMessage message, DateTimeOffset now)
    {
        HeardAt = now;
        if (_raw.Length + message.Raw.Length < LongestRaw)
        {
            _raw.Append(message.Raw).Append('\n');
        }

        var at = message.Timestamp ?? now;
        var own = LegOf(message["Uniqueid"]);
        if (own is not null)
        {
            own.Channel ??= message["Channel"];
            own.Notice(at, message["CallerIDNum"], message["Exten"]);
        }

        var other = LegOf(message["DestUniqueid"]);
        if (other is not null)
        {
            other.Channel ??= message["DestChannel"];
        }

        switch (message.Event)
        {
            case "AgentCalled":
                Ring(other, at);
                if (other is not null)
                {
                    other.Name ??= message["MemberName"];
                }

                _queue ??= message["Queue"];
                break;
            case "DialBegin":
                Ring(other, at);
                if (own is not null && other is not null && names.ExtensionOf(other.Channel) is null)
                {
                    _dialled = Earlier(_dialled, at, message["Exten"]);
                    _outLine = Earlier(_outLine, at, message["CallerIDNum"]);
                }

                break;
            case "DialEnd":
                EndDial(other, message["DialStatus"], at);
                break;
            case "AgentRingNoAnswer":
                Stop(other, at);
                break;
            case "AgentConnect":
                EndDial(other, "ANSWER", at);
                break;
            case "QueueCallerJoin":
                _joinedAt = Earliest(_joinedAt, at);
                _queue ??= message["Queue"];
                break;
            case "QueueCallerLeave":
                _leftQueueAt = Latest(_leftQueueAt, at);
                break;
            case "QueueCallerAbandon":
                _abandoned = true;
                _leftQueueAt = Latest(_leftQueueAt, at);
                break;
            case "VarSet" when message["Variable"] == "QUEUESTATUS":
                // Also a caller whom the queue gave up is reported as one who gave up; only this tells them apart.
                _queueTimedOut |= message["Value"] is "TIMEOUT" or "FULL" or "JOINEMPTY" or "LEAVEEMPTY" or "JOINUNAVAIL" or "LEAVEUNAVAIL";
                break;
            case "VarSet" when message["Variable"] == "MIXMONITOR_FILENAME":
                // Told twice, as it was asked for and as it lies on the disk; the first is the one a mounted directory knows.
                Recording = Recording is { } known && known.Length <= (message["Value"]?.Length ?? int.MaxValue) ? known : message["Value"];
                break;
            case "BridgeEnter" when own is not null:
                own.JoinedAt = Latest(own.JoinedAt, at);
                break;
            case "BridgeLeave" when own is not null:
                own.LeftAt = Latest(own.LeftAt, at);
                break;
            case "Hangup" when own is not null:
                own.HungUpAt = Earliest(own.HungUpAt, at);
                break;
            case "BlindTransfer" when message["Result"] == "Success":
                Transfer(CallTransferKind.Blind, message["TransfererChannel"], message["Extension"], at);
                break;
            case "AttendedTransfer" when message["Result"] == "Success":
                Transfer(CallTransferKind.Attended, message["OrigTransfererChannel"], names.ExtensionOf(message["TransferTargetChannel"]) ?? message["TransferTargetCallerIDNum"] ?? message["SecondTransfererConnectedLineNum"], at);
                break;
            case "OriginateResponse":
                Originated(message, at);
                break;
            case "Cdr":
                TakeRecord(message);
                break;
            case "CoreShowChannel" when own is not null:
                own.Seen(message["ChannelStateDesc"] ?? "", message["BridgeId"] is not null, at);
                break;
            default:
                break;
        }
    }

    /// <summary>The exchange does not know a channel any more, and we did not see it go.</summary>
    public void Vanish(Func<string, bool> isAlive, DateTimeOffset now)
    {
        foreach (var (id, leg) in _legs)
        {
            if (leg.HungUpAt is null && !isAlive(id))
            {
                leg.HungUpAt = _recordedEnd ?? now;
            }
        }
    }

    /// <summary>What is known, as far as it is news. Null: nothing to tell.</summary>
    public InboundCall? News(string channel, bool settled)
    {
        if (Describe(channel, settled) is not { } call)
        {
            return null;
        }

        var signature = string.Join(
            '|',
            [
                call.Phase, call.Party?.Value, call.Line, call.Queue, call.Outcome, call.AnsweredAt?.Ticks,
                .. call.Agents.Select(agent => string.Create(CultureInfo.InvariantCulture, $"{agent.Extension} {agent.RangAt > (agent.StoppedAt ?? default)} {agent.AnsweredAt?.Ticks} {agent.LeftAt is null}")),
                .. call.Transfers.Select(transfer => $"{transfer.Kind} {transfer.From} {transfer.To}"),
            ]);
        if (signature == _told)
        {
            return null;
        }

        _untold = signature;
        return call;
    }

    /// <summary>The news was stored.</summary>
    public void Told(InboundCall call)
    {
        _told = _untold;
        _raw.Clear();
        Closed |= call.Phase == CallPhase.Ended;
    }

    private InboundCall? Describe(string channel, bool settled)
    {
        var callerExtension = names.ExtensionOf(Caller?.Channel);
        var ours = LinkedId.StartsWith(AsteriskNames.Ours, StringComparison.Ordinal);
        var inbound = callerExtension is null && !ours;
        if (Caller is null && !ours && !settled)
        {
            return null;
        }

        var targets = _legs.Where(leg => leg.Key != LinkedId || ours).Select(leg => leg.Value).ToList();
        var agents = targets.Where(leg => names.ExtensionOf(leg.Channel) is not null && leg.RangAt is not null).ToList();
        var outside = targets.Where(leg => names.ExtensionOf(leg.Channel) is null && leg.RangAt is not null).ToList();
        if (!inbound && outside.Count == 0 && !(ours && settled))
        {
            // Colleagues among themselves, or a telephone of ours that has not dialled yet.
            return null;
        }

        var counterparts = inbound ? agents : outside;
        var answeredAt = counterparts.Min(leg => leg.AnsweredAt);
        var answered = answeredAt is not null || (_recordedAnswer && IsOver);
        var ended = settled && IsOver;
        var startedAt = Earliest(Caller?.SeenAt ?? _legs.Values.Min(leg => leg.SeenAt), _originatedAt);
        DateTimeOffset? endedAt = ended ? (inbound ? Caller?.HungUpAt : null) ?? _legs.Values.Max(leg => leg.HungUpAt) ?? _recordedEnd ?? _originatedAt ?? HeardAt : null;
        var party = inbound ? Caller?.Number : _dialled?.Number;
        var waitedSince = inbound ? _joinedAt ?? startedAt : outside.Min(leg => leg.RangAt) ?? startedAt;
        var waitedUntil = answeredAt ?? (inbound ? _leftQueueAt : null) ?? endedAt;
        return new InboundCall
        {
            Channel = channel,
            ExternalCallId = LinkedId,
            CallId = ours && Guid.TryParseExact(LinkedId.AsSpan(AsteriskNames.Ours.Length), "N", out var id) ? new CallId(id) : null,
            Direction = inbound ? CallDirection.Inbound : CallDirection.Outbound,
            Phase = ended ? CallPhase.Ended : answered ? CallPhase.Answered : CallPhase.Ringing,
            Party = Addresses.Phone(party),
            Line = inbound ? Caller?.Dialled : _outLine?.Number,
            Queue = _queue,
            Agents = inbound ? AgentsOf(agents, endedAt) : [Outgoing(callerExtension ?? names.ExtensionOf(agents.FirstOrDefault()?.Channel), answeredAt, endedAt)],
            Transfers = [.. _transfers.OrderBy(transfer => transfer.At)],
            StartedAt = startedAt,
            AnsweredAt = answeredAt,
            EndedAt = endedAt,
            Outcome = ended ? OutcomeOf(answered, counterparts) : null,
            WaitSeconds = (answeredAt is not null || ended) && !(answered && answeredAt is null) ? Seconds(waitedSince, waitedUntil) : null,
            TalkSeconds = ended && answeredAt is not null ? Talk(inbound ? agents : outside, endedAt!.Value) : null,
        };
    }

    private CallOutcome OutcomeOf(bool answered, List<Leg> called)
    {
        // A record of the exchange calls a caller "answered" whom only a queue's music has answered; a person is one whose telephone was picked up.
        if (answered)
        {
            return CallOutcome.Answered;
        }

        if (_queueTimedOut)
        {
            return CallOutcome.TimedOut;
        }

        if (_abandoned)
        {
            return CallOutcome.Abandoned;
        }

        if (_originated is { } failure)
        {
            return failure;
        }

        var last = called.Where(leg => leg.Ended is not null).OrderBy(leg => leg.Ended!.Value.At).LastOrDefault()?.Ended?.Status;
        return last switch
        {
            "BUSY" => CallOutcome.Busy,
            "NOANSWER" => CallOutcome.TimedOut,
            "CHANUNAVAIL" or "CONGESTION" or "INVALIDARGS" => CallOutcome.Failed,
            _ => CallOutcome.Abandoned,
        };
    }

    private IReadOnlyList<CallAgent> AgentsOf(List<Leg> legs, DateTimeOffset? endedAt) =>
    [
        .. legs.GroupBy(leg => names.ExtensionOf(leg.Channel)!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
        {
            var last = group.MaxBy(leg => leg.RangAt)!;
            var spoke = group.Where(leg => leg.AnsweredAt is not null).ToList();
            return new CallAgent(
                group.Key,
                group.Select(leg => leg.Name).FirstOrDefault(name => name is not null),
                last.RangAt,
                last.StoppedAt ?? last.AnsweredAt ?? last.HungUpAt ?? endedAt,
                spoke.Min(leg => leg.AnsweredAt),
                spoke.Count == 0 || spoke.Any(leg => leg.Gone is null && endedAt is null) ? null : spoke.Max(leg => leg.Gone ?? endedAt));
        }),
    ];

    private static CallAgent Outgoing(string? extension, DateTimeOffset? answeredAt, DateTimeOffset? endedAt) =>
        new(extension ?? "?", null, null, null, answeredAt, answeredAt is null ? null : endedAt);

    /// <summary>Somebody of ours was on the line: the union of what the telephones say, for two may be one.</summary>
    private static int Talk(List<Leg> legs, DateTimeOffset endedAt)
    {
        var total = TimeSpan.Zero;
        var until = DateTimeOffset.MinValue;
        foreach (var leg in legs.Where(leg => leg.AnsweredAt is not null).OrderBy(leg => leg.AnsweredAt))
        {
            var from = leg.AnsweredAt!.Value > until ? leg.AnsweredAt.Value : until;
            var gone = leg.Gone is { } left && left < endedAt ? left : endedAt;
            if (gone > from)
            {
                total += gone - from;
                until = gone;
            }
        }

        return (int)Math.Round(total.TotalSeconds, MidpointRounding.AwayFromZero);
    }

    private static int? Seconds(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } a && to is { } b ? (int)Math.Round(Math.Max(0, (b - a).TotalSeconds), MidpointRounding.AwayFromZero) : null;

    private Leg? LegOf(string? uniqueId)
    {
        if (uniqueId is null)
        {
            return null;
        }

        if (!_legs.TryGetValue(uniqueId, out var leg) && _legs.Count < MostLegs)
        {
            _legs[uniqueId] = leg = new Leg();
        }

        return leg;
    }

    private static void Ring(Leg? leg, DateTimeOffset at)
    {
        if (leg is not null)
        {
            leg.RangAt = Earliest(leg.RangAt, at);
        }
    }

    private static void Stop(Leg? leg, DateTimeOffset at)
    {
        if (leg is not null)
        {
            leg.StoppedAt = Earliest(leg.StoppedAt, at);
        }
    }

    private static void EndDial(Leg? leg, string? status, DateTimeOffset at)
    {
        if (leg is null)
        {
            return;
        }

        leg.RangAt = Earliest(leg.RangAt, at);
        Stop(leg, at);
        if (status == "ANSWER")
        {
            leg.AnsweredAt = Earliest(leg.AnsweredAt, at);
        }
        else if (status is not null && (leg.Ended is null || at < leg.Ended.Value.At))
        {
            // A leg that was given up is reported a second time as cancelled; the first word is the true one.
            leg.Ended = (at, status);
        }
    }

    private void Transfer(CallTransferKind kind, string? from, string? to, DateTimeOffset at)
    {
        if (to is not null && _transfers.Count < MostTransfers)
        {
            _transfers.Add(new(kind, names.ExtensionOf(from), to, at));
        }
    }

    private void Originated(AmiMessage message, DateTimeOffset at)
    {
        _originatedAt = Earliest(_originatedAt, at);
        _dialled ??= message["Exten"] is { } number ? (at, number) : null;
        if (message["Response"] == "Failure")
        {
            _originated = message["Reason"] switch
            {
                "5" => CallOutcome.Busy,
                "1" or "3" => CallOutcome.TimedOut,
                _ => CallOutcome.Failed,
            };
        }
    }

    private void TakeRecord(AmiMessage record)
    {
        Recording ??= record["RecordingFile"];
        _recordedAnswer |= record["Disposition"] == "ANSWERED" && names.ExtensionOf(record["DestinationChannel"]) is not null && record["BillableSeconds"] is not null and not "0";
        if (record["MedCrmStored"] is null || record.Timestamp is not { } endedAt)
        {
            return;
        }

        // A record from the store stands for channels we have not seen.
        _recordedEnd = Latest(_recordedEnd, endedAt);
        var caller = LegOf(LinkedId)!;
        if (record["UniqueID"] == LinkedId)
        {
            caller.Channel ??= record["Channel"];
            caller.HungUpAt ??= endedAt;
            if (record["MedCrmStart"] is { } start && DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, out var startedAt))
            {
                caller.Notice(startedAt, record["Source"], record["Destination"]);
            }
        }

        if (names.ExtensionOf(caller.Channel) is not null)
        {
            _dialled ??= record["Destination"] is { } dialled ? (endedAt, dialled) : null;
        }

        if (record["DestinationChannel"] is { } destination && LegOf($"record {destination}") is { } leg)
        {
            leg.Channel = destination;
            leg.RangAt = Earliest(leg.RangAt, caller.SeenAt ?? endedAt);
            leg.StoppedAt = Earliest(leg.StoppedAt, endedAt);
            leg.HungUpAt ??= endedAt;

            // Only Dial leaves the answering to the person called; before a queue the exchange itself has answered.
            if (record["Disposition"] == "ANSWERED" && record["LastApplication"] == "Dial" && record["MedCrmAnswer"] is { } answer && DateTimeOffset.TryParse(answer, CultureInfo.InvariantCulture, out var answeredAt))
            {
                leg.AnsweredAt ??= answeredAt;
            }
            else if (record["Disposition"] is "BUSY")
            {
                leg.Ended ??= (endedAt, "BUSY");
            }
        }
    }

    private static (DateTimeOffset, string)? Earlier((DateTimeOffset At, string Number)? known, DateTimeOffset at, string? number) =>
        number is not null && (known is null || at < known.Value.At) ? (at, number) : known;

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;

    /// <summary>One channel of the call.</summary>
    private sealed class Leg
    {
        private DateTimeOffset? _numberAt;
        private DateTimeOffset? _dialledAt;

        public string? Channel { get; set; }

        public string? Name { get; set; }

        public string? Number { get; private set; }

        public string? Dialled { get; private set; }

        public DateTimeOffset? SeenAt { get; private set; }

        public DateTimeOffset? RangAt { get; set; }

        public DateTimeOffset? StoppedAt { get; set; }

        public DateTimeOffset? AnsweredAt { get; set; }

        public (DateTimeOffset At, string Status)? Ended { get; set; }

        public DateTimeOffset? JoinedAt { get; set; }

        public DateTimeOffset? LeftAt { get; set; }

        public DateTimeOffset? HungUpAt { get; set; }

        /// <summary>When it left the conversation. Null: it is in it.</summary>
        public DateTimeOffset? Gone => LeftAt is { } left && left >= (JoinedAt ?? left) ? (HungUpAt < left ? HungUpAt : left) : HungUpAt;

        /// <summary>Numbers change on the way through the dialplan; what the first event says is what was called.</summary>
        public void Notice(DateTimeOffset at, string? number, string? dialled)
        {
            SeenAt = Earliest(SeenAt, at);
            if (number is not null && (_numberAt is null || at < _numberAt))
            {
                (Number, _numberAt) = (number, at);
            }

            if (dialled is not (null or "h" or "s") && (_dialledAt is null || at < _dialledAt))
            {
                (Dialled, _dialledAt) = (dialled, at);
            }
        }

        /// <summary>As a snapshot shows it.</summary>
        public void Seen(string state, bool bridged, DateTimeOffset at)
        {
            if (state == "Ringing")
            {
                RangAt = Earliest(RangAt, at);
            }
            else if (bridged && AnsweredAt is null)
            {
                RangAt = Earliest(RangAt, at);
                StoppedAt = Earliest(StoppedAt, at);
                AnsweredAt = at;
            }
        }
    }
}
