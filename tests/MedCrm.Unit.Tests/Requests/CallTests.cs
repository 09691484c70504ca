using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Calls;
using MedCrm.Requests.Life;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

/// <summary>A call is folded from what is told of it, and a request counts it.</summary>
public sealed class CallTests
{
    private static readonly CallId Id = CallId.New();

    private static readonly CallChanged[] Tellings =
    [
        Told(CallPhase.Ringing) with { Direction = CallDirection.Inbound, Party = new(ContactPointSystem.Phone, Irina, Words("phone")), StartedAt = At(0), At = At(0) },
        Told(CallPhase.Ringing) with { Agents = [new("101", "Анна", At(2)), new("102", null, At(2))], At = At(2) },
        Told(CallPhase.Ringing) with { Agents = [new("101", null, null, At(7))], At = At(7) },
        Told(CallPhase.Answered) with { Agents = [new("102", null, null, At(9), At(9))], AnsweredAt = At(9), At = At(9) },
        Told(CallPhase.Ended) with { Agents = [new("102", null, null, null, null, At(39))], EndedAt = At(40), Outcome = CallOutcome.Failed, At = At(40) },
        Told(CallPhase.Ended) with { Recording = new Attachment(Guid.NewGuid(), Words("file"), "audio/wav", 4000), At = At(50) },
    ];

    [Fact]
    public void In_every_order_and_with_repeats_it_is_the_same_call()
    {
        var expected = Fold(Tellings);
        Assert.Equal((CallPhase.Ended, CallOutcome.Answered, "102", 9, 31), (expected.Phase, expected.Outcome, expected.AnsweredBy, expected.Wait, expected.Talk));
        Assert.NotNull(expected.Recording);
        Assert.Empty(expected.Ringing);
        foreach (var order in Permutations([.. Tellings]))
        {
            var call = Fold([.. order, order[0], order[3]]);
            Assert.Equal(Comparable(expected), Comparable(call));
            Assert.Equal(expected.Agents, call.Agents);
        }
    }

    [Fact]
    public void A_repeat_is_no_change()
    {
        var call = Fold(Tellings);
        Assert.All(Tellings, told => Assert.Same(call, Call.After(call, told)));
    }

    [Fact]
    public void Who_rings_is_known_at_every_moment()
    {
        Assert.Equal(["101", "102"], Fold(Tellings[..2]).Ringing);
        Assert.Equal(["102"], Fold(Tellings[..3]).Ringing);
        var answered = Fold(Tellings[..4]);
        Assert.Empty(answered.Ringing);
        Assert.Equal(["102"], answered.Talking);
        Assert.Equal(["101"], Fold([Tellings[0], Tellings[1], Tellings[2], Told(CallPhase.Ringing) with { Agents = [new("101", null, At(8))] }, Told(CallPhase.Ringing) with { Agents = [new("102", null, null, At(9))] }]).Ringing);
    }

    [Fact]
    public void Ten_missed_calls_are_one_row_with_a_counter_and_one_promise()
    {
        var request = Request.After(null, new RequestOpenedByCall(7, Missed(0), At(900), null, At(0)));
        for (var n = 1; n < 10; n++)
        {
            var attached = new CallAttached(Missed(n), At(900 + n), null, At(n));
            request = Request.After(Request.After(request, attached), attached);
        }

        Assert.Equal((10, 10, At(900), RequestStatus.New), (request.LastCall!.Missed, request.Unread, request.FirstResponseDueAt, request.Status));
        Assert.Equal(ChannelKind.Phone, request.ToRow().Channel);
    }

    [Fact]
    public void A_conversation_keeps_the_promise_and_its_agent_has_the_request()
    {
        var request = Request.After(null, new RequestOpenedByCall(7, Missed(0), At(900), null, At(0)));
        request = Request.After(request, new CallAttached(Fold(Tellings) with { Direction = CallDirection.Outbound }, null, Anna, At(60)));
        Assert.Equal((0, 0, (DateTimeOffset?)null, RequestStatus.InProgress), (request.LastCall!.Missed, request.Unread, request.FirstResponseDueAt, request.Status));
        Assert.Equal(Anna, request.Assignee);
    }

    [Fact]
    public void A_call_in_vain_on_our_side_breaks_nothing_and_keeps_nothing()
    {
        var request = Request.After(null, new RequestOpenedByCall(7, Missed(0), At(900), null, At(0)));
        var after = Request.After(request, new CallAttached(Missed(5) with { Direction = CallDirection.Outbound }, null, Anna, At(60)));
        Assert.Equal((1, At(900)), (after.LastCall!.Missed, after.FirstResponseDueAt));
    }

    // Lists are compared on their own, and how many steps it took depends on the order.
    private static Call Comparable(Call call) => call with { Rev = 0, Agents = [], Transfers = [] };

    private static Call Missed(int minute) => new()
    {
        Id = Guid.NewGuid(),
        SubjectId = Irina,
        Direction = CallDirection.Inbound,
        Phase = CallPhase.Ended,
        Outcome = CallOutcome.Abandoned,
        Party = new(ContactPointSystem.Phone, Irina, Words("phone")),
        StartedAt = Noon.AddMinutes(minute),
    };

    private static CallChanged Told(CallPhase phase) => new(Id, Irina, "telephony/main", null, phase, null, null, null, [], [], null, null, null, null, null, null, null, Noon);

    private static DateTimeOffset At(int second) => Noon.AddSeconds(second);

    private static Call Fold(IEnumerable<CallChanged> tellings) => tellings.Aggregate((Call?)null, Call.After)!;

    private static IEnumerable<CallChanged[]> Permutations(List<CallChanged> rest)
    {
        if (rest.Count == 1)
        {
            yield return [rest[0]];
            yield break;
        }

        foreach (var first in rest)
        {
            foreach (var tail in Permutations([.. rest.Where(other => other != first)]))
            {
                yield return [first, .. tail];
            }
        }
    }
}
