using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telephony.Asterisk;
using MedCrm.Contracts.Telephony;
using Xunit;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>What a call was is read from its events, in whatever order they come.</summary>
public sealed class AsteriskCallTests
{
    public sealed record Expected(
        string Recording, CallDirection Direction, CallOutcome Outcome, string Party, string Line, int? Wait, int? Talk, string Agents, string? AnsweredBy = null, string? Transfer = null, string? Queue = null);

    // As the exchange's own AgentConnect and AgentComplete have it where there are any; by hand from the time stamps elsewhere.
    internal static IReadOnlyList<Expected> All { get; } =
    [
        new("answered_queue_call", CallDirection.Inbound, CallOutcome.Answered, "+79161234567", "84951112233", 2, 1, "101", "101", Queue: "registratura"),
        new("abandoned_queue_call", CallDirection.Inbound, CallOutcome.Abandoned, "+79031112233", "84951112233", 3, null, "101", Queue: "registratura"),
        new("queue_timeout_no_answer", CallDirection.Inbound, CallOutcome.TimedOut, "+79031112234", "84951112233", 12, null, "101", Queue: "registratura"),
        new("busy", CallDirection.Inbound, CallOutcome.Busy, "+79031112235", "84951112255", 0, null, "103"),
        new("caller_cancel_before_answer", CallDirection.Inbound, CallOutcome.Abandoned, "+79051112242", "84951112255", 3, null, "103"),
        new("blind_transfer", CallDirection.Inbound, CallOutcome.Answered, "+79051112236", "84951112233", 1, 6, "101,103", "101", "Blind 101>103", "registratura"),
        new("click_to_call_originate", CallDirection.Outbound, CallOutcome.Answered, "+79161234567", "84951112233", 2, 3, "101", "101"),
        new("recording", CallDirection.Inbound, CallOutcome.Answered, "+79051112238", "84951112244", 1, 5, "101", "101", Queue: "registratura"),
        new("recording_local_agent_audio", CallDirection.Inbound, CallOutcome.Answered, "+79051112240", "84951112266", 0, 6, "105", "105"),
    ];

    public static TheoryData<string> Names => [.. All.Select(expected => expected.Recording)];

    [Theory, MemberData(nameof(Names))]
    public void A_recorded_call_is_told_rightly(string name) => Check(Of(name), Told(Recording.Events(name)));

    [Theory, MemberData(nameof(Names))]
    public void Backwards_it_is_the_same_call(string name) => Check(Of(name), Told(Recording.Events(name).Reverse()));

    [Theory, MemberData(nameof(Names))]
    public void In_two_hundred_disorders_with_every_event_twice_it_is_the_same_call(string name)
    {
        var events = Recording.Events(name);
        for (var seed = 0; seed < 200; seed++)
        {
            Check(Of(name), Told(Recording.Shuffled([.. events, .. events], seed)));
        }
    }

    [Fact]
    public void Colleagues_among_themselves_are_nobodys_business() => Assert.Null(TellOrNull(Recording.Events("originate_busy")));

    [Fact]
    public void An_attended_transfer_names_who_gave_and_who_got()
    {
        var at = 1795386716.5m;
        string[] events =
        [
            .. Recording.Events("answered_queue_call"),
            $"Event: AttendedTransfer\r\nTimestamp: {at}\r\nResult: Success\r\nOrigTransfererChannel: PJSIP/101-00000001\r\nOrigTransfererLinkedid: pbx1-1795386714.0\r\nSecondTransfererChannel: PJSIP/101-00000007\r\nTransferTargetChannel: PJSIP/102-00000008\r\nDestType: Bridge",
        ];
        var transfer = Assert.Single(Told(events).Transfers);
        Assert.Equal((CallTransferKind.Attended, "101", "102"), (transfer.Kind, transfer.From, transfer.To));
    }

    [Fact]
    public void The_path_of_the_recording_is_known()
    {
        var call = Feed(Recording.Events("recording"));
        Assert.Equal("2026/11/22/in-84951112244-+79051112238-pbx1-1795387147.71.wav", MedCrm.Connectors.Telephony.Asterisk.Recordings.Relative(call.Recording!));
    }

    [Fact]
    public void A_hidden_number_is_nobodys()
    {
        var hidden = Recording.Events("busy").Select(block => block.Replace("+79031112235", "anonymous", StringComparison.Ordinal));
        Assert.Null(Told(hidden).Party);
    }

    internal static Expected Of(string name) => All.Single(expected => expected.Recording == name);

    internal static void Check(Expected expected, InboundCall call)
    {
        Assert.Equal((expected.Direction, CallPhase.Ended, expected.Outcome), (call.Direction, call.Phase, call.Outcome));
        Assert.Equal((expected.Party, expected.Line, expected.Queue), (call.Party?.Value, call.Line, call.Queue));
        Assert.Equal((expected.Wait, expected.Talk), (call.WaitSeconds, call.TalkSeconds));
        Assert.Equal(expected.Agents, string.Join(',', call.Agents.Select(agent => agent.Extension)));
        Assert.Equal(expected.AnsweredBy, call.Agents.Where(agent => agent.AnsweredAt is not null).MinBy(agent => agent.AnsweredAt)?.Extension);
        Assert.Equal(expected.Transfer, call.Transfers is [var transfer] ? $"{transfer.Kind} {transfer.From}>{transfer.To}" : null);
        Assert.All(call.Agents, agent => Assert.True(agent.AnsweredAt is null || agent.LeftAt is not null, "Whoever spoke has left a call that is over."));
        Assert.All(call.Agents, agent => Assert.True(agent.RangAt is null || agent.StoppedAt is not null, "Nothing rings in a call that is over."));
    }

    private static InboundCall Told(IEnumerable<string> events) => TellOrNull(events) ?? throw new InvalidOperationException("The call was not told.");

    private static InboundCall? TellOrNull(IEnumerable<string> events) => Feed(events).News("telephony/main", settled: true);

    private static AsteriskCall Feed(IEnumerable<string> events)
    {
        var messages = events.Select(block => AmiMessage.Parse(System.Text.Encoding.UTF8.GetBytes(block))).Where(message => AsteriskCalls.CallOf(message) is not null).ToList();
        var call = new AsteriskCall(messages.Select(AsteriskCalls.CallOf).Distinct().Single()!, new AsteriskNames(new("^[0-9]{2,5}$")));
        messages.ForEach(message => call.Take(message, DateTimeOffset.UnixEpoch));
        return call;
    }
}
