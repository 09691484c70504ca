using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Life;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

public sealed class RequestAfterTests
{
    /// <summary>What happened, and where the request stands then: status, unread, who has it.</summary>
    public static TheoryData<string, object[], RequestStatus, int, string?> Lives => new()
    {
        { "opened", [Opened()], RequestStatus.New, 1, null },
        { "opened by a machine", [Opened(automated: true)], RequestStatus.New, 0, null },
        { "wrote again", [Opened(), Wrote()], RequestStatus.New, 2, null },
        { "claimed", [Opened(), Claimed()], RequestStatus.InProgress, 0, "Ковалёва Анна" },
        { "claimed, wrote again", [Opened(), Claimed(), Wrote()], RequestStatus.InProgress, 1, "Ковалёва Анна" },
        { "released", [Opened(), Claimed(), Released()], RequestStatus.New, 0, null },
        { "assigned", [Opened(), Assigned(Maria)], RequestStatus.InProgress, 1, "Сидоренко Мария" },
        { "claimed, assigned on", [Opened(), Claimed(), Assigned(Maria)], RequestStatus.InProgress, 0, "Сидоренко Мария" },
        { "read", [Opened(), Wrote(), Read()], RequestStatus.New, 0, null },
        { "answered without a claim", [Opened(), Replied()], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "answered by a colleague", [Opened(), Claimed(), Replied(Maria)], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "answered, wrote again", [Opened(), Replied(), Wrote()], RequestStatus.InProgress, 1, "Ковалёва Анна" },
        { "answered, a machine wrote", [Opened(), Replied(), Wrote(automated: true)], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "noted", [Opened(), Noted()], RequestStatus.New, 1, null },
        { "snoozed", [Opened(), Claimed(), Snoozed()], RequestStatus.Snoozed, 0, "Ковалёва Анна" },
        { "snoozed, wrote again", [Opened(), Claimed(), Snoozed(), Wrote()], RequestStatus.Snoozed, 1, "Ковалёва Анна" },
        { "snoozed, claimed", [Opened(), Snoozed(), Claimed()], RequestStatus.Snoozed, 0, "Ковалёва Анна" },
        { "snoozed, assigned", [Opened(), Snoozed(), Assigned(Maria)], RequestStatus.Snoozed, 1, "Сидоренко Мария" },
        { "woke with an owner", [Opened(), Claimed(), Snoozed(), Woke()], RequestStatus.InProgress, 0, "Ковалёва Анна" },
        { "woke without an owner", [Opened(), Snoozed(), Woke()], RequestStatus.New, 1, null },
        { "snoozed, answered", [Opened(), Claimed(), Snoozed(), Replied()], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "snoozed, released", [Opened(), Claimed(), Snoozed(), Released()], RequestStatus.New, 0, null },
        { "delivered", [Opened(), Replied(), Delivery(DeliveryStatus.Sent)], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "not delivered", [Opened(), Replied(), Delivery(DeliveryStatus.Failed)], RequestStatus.InProgress, 1, "Ковалёва Анна" },
        { "not delivered, answered again", [Opened(), Replied(), Delivery(DeliveryStatus.Failed), Replied(id: MessageId.New())], RequestStatus.Waiting, 0, "Ковалёва Анна" },
        { "not delivered while snoozed", [Opened(), Replied(), Snoozed(), Delivery(DeliveryStatus.Failed)], RequestStatus.Snoozed, 1, "Ковалёва Анна" },
        { "not delivered, told before the answer itself", [Opened(), Delivery(DeliveryStatus.Failed), Replied()], RequestStatus.InProgress, 1, "Ковалёва Анна" },
        { "closed", [Opened(), Claimed(), Closed()], RequestStatus.Closed, 0, "Ковалёва Анна" },
        { "closed unread", [Opened(), Wrote(), Closed()], RequestStatus.Closed, 0, null },
        { "closed, a machine wrote", [Opened(), Claimed(), Closed(), Wrote(automated: true)], RequestStatus.Closed, 0, "Ковалёва Анна" },
        { "closed, answered late", [Opened(), Claimed(), Closed(), Replied()], RequestStatus.Closed, 0, "Ковалёва Анна" },
        { "closed, wrote again", [Opened(), Claimed(), Closed(), Reopened(), Wrote()], RequestStatus.InProgress, 1, "Ковалёва Анна" },
        { "closed without an owner, wrote again", [Opened(), Closed(), Reopened(), Wrote()], RequestStatus.New, 1, null },
        { "breached", [Opened(), new FirstResponseMissed(Noon, Noon)], RequestStatus.New, 1, null },
        { "nobody knows who it is", [Opened(), new IdentificationMissed(Noon)], RequestStatus.New, 1, null },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public void A_request_stands_where_its_events_have_brought_it(string life, object[] happened, RequestStatus status, int unread, string? assignee)
    {
        var request = After(happened);
        Assert.True((status, unread, assignee) == (request.Status, request.Unread, request.Assignee?.Name), $"{life}: {request.Status}, {request.Unread} unread, {request.Assignee?.Name}");
        Assert.Equal(happened.Length, request.Rev);
    }

    [Theory]
    [MemberData(nameof(Lives))]
    public void A_row_tells_a_moment_to_wake_only_while_it_sleeps(string life, object[] happened, RequestStatus status, int unread, string? assignee)
    {
        _ = (unread, assignee);
        Assert.True(After(happened).ToRow().SnoozedUntil is not null == (status == RequestStatus.Snoozed), life);
    }

    [Fact]
    public void Nothing_can_happen_before_the_opening() => Assert.Throws<InvalidOperationException>(() => After(Claimed()));

    [Fact]
    public void What_a_request_does_not_know_is_told() => Assert.Throws<InvalidOperationException>(() => After(Opened(), "a word"));

    [Fact]
    public void An_answer_ends_the_wait_for_the_first_one()
    {
        Assert.Equal(Noon.AddMinutes(15), After(Opened()).FirstResponseDueAt);
        Assert.Null(After(Opened(), Replied()).FirstResponseDueAt);
        Assert.Null(After(Opened(), Closed()).FirstResponseDueAt);
        Assert.Equal(Noon.AddMinutes(15), After(Opened(), Claimed(), Wrote()).FirstResponseDueAt);
    }

    [Fact]
    public void A_failed_answer_marks_the_row_until_that_answer_or_a_later_one_arrives()
    {
        Assert.True(After(Opened(), Replied(), Delivery(DeliveryStatus.Failed)).DeliveryFailed);
        var second = MessageId.New();
        Assert.False(After(Opened(), Replied(), Delivery(DeliveryStatus.Failed), Replied(id: second)).DeliveryFailed);
        Assert.False(After(Opened(), Replied(), Delivery(DeliveryStatus.Failed), Replied(id: second), Delivery(DeliveryStatus.Sent, second)).DeliveryFailed);
    }

    [Fact]
    public void A_failure_that_is_told_before_its_answer_is_not_forgotten()
    {
        Assert.True(After(Opened(), Delivery(DeliveryStatus.Failed), Replied()).DeliveryFailed);
        Assert.False(After(Opened(), Delivery(DeliveryStatus.Failed), Replied(), Replied(id: MessageId.New())).DeliveryFailed);
    }

    [Fact]
    public void A_late_word_of_an_earlier_answer_does_not_clear_the_mark()
    {
        var second = MessageId.New();
        Assert.True(After(Opened(), Replied(), Replied(id: second), Delivery(DeliveryStatus.Failed, second), Delivery(DeliveryStatus.Delivered, FirstReply)).DeliveryFailed);
    }

    [Fact]
    public void The_latest_contact_is_by_the_channels_clock_and_does_not_go_back()
    {
        var request = After(Opened(), Wrote(minute: 10), Wrote(minute: 5));
        Assert.Equal(Noon.AddMinutes(10), request.LastContactAt);
        Assert.Equal(Noon, request.CreatedAt);
    }

    [Fact]
    public void Closing_keeps_the_outcome_and_reopening_forgets_it()
    {
        var closed = After(Opened(), Closed(Outcome.Booked));
        Assert.Equal((Outcome.Booked, Noon.AddMinutes(30)), (closed.Outcome, closed.ClosedAt));
        var reopened = Request.After(closed, Reopened());
        Assert.Null(reopened.Outcome);
        Assert.Null(reopened.ClosedAt);
    }

    [Fact]
    public void The_best_candidate_is_shown_and_all_are_kept()
    {
        var request = After(Opened(), Linked(Patient("1", MatchGrade.Probable), Patient("2", MatchGrade.Possible)));
        Assert.Equal(new RequestRowPatient("1", Words("patient 1"), MatchGrade.Probable), request.Patient);
        Assert.Equal(2, request.Candidates.Count);
        Assert.NotNull(request.ContactId);
    }

    [Fact]
    public void Nobody_found_takes_nobody_away() =>
        Assert.Equal("1", After(Opened(), Linked(Patient("1", MatchGrade.Certain)), Linked()).Patient?.Id);

    [Fact]
    public void Repeats_of_the_last_fifty_messages_are_recognised()
    {
        var first = MessageId.New();
        var request = Enumerable.Range(1, 49).Aggregate(After(new RequestOpened(1, Message(id: first), null, Noon)), (now, minute) => Request.After(now, Wrote(minute)));
        Assert.True(request.Knows(first));
        Assert.False(Request.After(request, Wrote(60)).Knows(first));
    }

    [Fact]
    public void A_suspicion_stays_with_the_request()
    {
        var junk = Message(minute: 1) with { Suspicions = ["honeypot"] };
        Assert.True(After(Opened(), new MessageAttached(junk, Noon), Wrote(2)).Suspicious);
        Assert.False(After(Opened(), Wrote()).Suspicious);
    }

    [Fact]
    public void A_later_message_brings_the_address_the_first_one_lacked()
    {
        var mail = new ContactPoint(ContactPointSystem.Email, DataSubjectId.New(), Words("mail"));
        var request = After(Opened(), new MessageAttached(Message(minute: 1) with { ContactPoints = [mail] }, Noon));
        Assert.Equal((Words("phone"), Words("mail")), (request.Phone, request.Email));
        Assert.Equal([Irina.Value, mail.Key.Value], request.AddressKeys);
    }

    [Fact]
    public void Who_rewrites_what_they_asked_calls_for_work_again()
    {
        var wrote = Wrote();
        var answered = After(Opened(), wrote, Replied());
        Assert.Equal((RequestStatus.Waiting, 0), (answered.Status, answered.Unread));
        var rewritten = Request.After(answered, Changed(wrote.Message, "в 11", editedMinute: 5));
        Assert.Equal((RequestStatus.InProgress, 1, Words("preview of в 11")), (rewritten.Status, rewritten.Unread, rewritten.Preview));
    }

    [Fact]
    public void A_further_picture_of_an_album_does_not()
    {
        var wrote = Wrote();
        var request = After(Opened(), wrote, Replied(), Changed(wrote.Message, "и снимок"));
        Assert.Equal((RequestStatus.Waiting, 0), (request.Status, request.Unread));
    }

    [Fact]
    public void A_conversation_that_the_contact_shut_cannot_be_answered()
    {
        var wrote = Wrote();
        Assert.Null(After(Opened(), wrote, Reach(wrote.Message, false)).ReplyBy);
        Assert.Equal(ChannelKind.Telegram, After(Opened(), wrote, Reach(wrote.Message, false), Reach(wrote.Message, true)).ReplyBy);
        Assert.Equal(ChannelKind.Email, After(Opened(), wrote, Reach(Message(), false)).ReplyBy);
    }

    [Fact]
    public void What_was_told_is_known_when_it_is_told_again_and_news_is_not()
    {
        var wrote = Wrote();
        var failed = Delivery(DeliveryStatus.Failed);
        var quiet = Delivery(DeliveryStatus.Failed, MessageId.New()) with { Quiet = true };
        var changed = Changed(wrote.Message, "и снимок");
        var shut = Reach(wrote.Message, false);
        var request = After(Opened(), wrote, Replied(), failed, quiet, changed, shut);
        Assert.True(request.Knows(failed.Delivery) && request.Knows(quiet.Delivery) && request.Knows(changed.Change) && request.Knows(shut.Reachability));
        Assert.False(request.Knows(failed.Delivery with { Status = DeliveryStatus.Delivered }) || request.Knows(failed.Delivery with { At = failed.Delivery.At.AddSeconds(1) }));
        Assert.False(request.Knows(changed.Change with { Earlier = [new(Words("before"), Noon)] }) || request.Knows(shut.Reachability with { ReplyBy = ChannelKind.Telegram }));
    }
}
