using JasperFx.Events;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Inbox;
using MedCrm.Requests.Life;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

public sealed class TimelineTests
{
    [Fact]
    public void A_report_of_delivery_is_told_with_its_answer()
    {
        var items = Fold(Opened(), Replied(), Delivery(DeliveryStatus.Sent), Delivery(DeliveryStatus.Failed, minute: 9));
        var reply = Assert.Single(items, item => item.Kind == TimelineKind.Reply);
        Assert.Equal(new TimelineDelivery(DeliveryStatus.Failed, "bad-address", null, Noon.AddMinutes(9)), reply.Delivery);
        Assert.Equal(4, reply.Version);
        Assert.Equal(3, items.Count);
    }

    [Fact]
    public void An_answer_begins_as_queued() =>
        Assert.Equal(DeliveryStatus.Queued, Fold(Opened(), Replied()).Single(item => item.Kind == TimelineKind.Reply).Delivery!.Status);

    [Fact]
    public void A_report_that_comes_before_its_answer_is_told_with_it() =>
        Assert.Equal(DeliveryStatus.Failed, Fold(Opened(), Delivery(DeliveryStatus.Failed), Replied()).Single(item => item.Kind == TimelineKind.Reply).Delivery!.Status);

    [Fact]
    public void A_report_of_an_answer_nobody_knows_adds_nothing() => Assert.Equal(2, Fold(Opened(), Delivery(DeliveryStatus.Sent)).Count);

    [Fact]
    public void A_message_is_told_once_with_everything_that_came_with_it()
    {
        var message = Message() with
        {
            Form = [new FormField("phone", Words("entered")), new FormField(null, Words("asked"), Words("question"))],
            Consent = new Consent(true, "2026-01", Noon, null),
            Suspicions = ["too-fast"],
            ReceivedAt = Noon.AddMinutes(3),
        };
        var item = Fold(new RequestOpened(1, message, null, Noon)).Single(entry => entry.Kind == TimelineKind.Inbound);
        Assert.Equal((message.MessageId.ToString(), message.Text, message.DisplayName, message.ConversationId), (item.Id, item.Text, item.Author, item.ConversationId));
        Assert.Equal((message.Consent, message.Suspicions), (item.Consent, item.Suspicions));
        // The first as releases told it that did not seal names.
        Assert.Equal([new TimelineField("phone", Words("entered")), new TimelineField("opened question", Words("asked"))], item.Form!);
        Assert.Equal((Noon, Noon.AddMinutes(3)), (item.At, item.ReceivedAt));
    }

    [Fact]
    public void A_removed_message_says_so_and_keeps_its_words()
    {
        var wrote = Wrote();
        var removal = new MessageRemovalRecorded(new MessageRemoved(wrote.Message.MessageId, wrote.Message.ConversationId, wrote.Message.SubjectId, Noon.AddMinutes(4)));
        var item = Fold(Opened(), wrote, removal).Single(entry => entry.Id == wrote.Message.MessageId.ToString());
        Assert.Equal((wrote.Message.Text, Noon.AddMinutes(4), 3), (item.Text, item.RemovedAt, item.Version));
    }

    [Fact]
    public void A_rewritten_message_shows_its_new_words_and_keeps_the_old_ones()
    {
        var wrote = Wrote();
        var item = Fold(Opened(), wrote, Changed(wrote.Message, "в 11", editedMinute: 4)).Single(entry => entry.Id == wrote.Message.MessageId.ToString());
        Assert.Equal((Words("в 11"), Noon.AddMinutes(4), 3), (item.Text, item.EditedAt, item.Version));
        Assert.Equal([new EarlierText(wrote.Message.Text, Noon)], item.Earlier);
    }

    [Fact]
    public void A_further_piece_is_no_rewriting()
    {
        var wrote = Wrote();
        Assert.Null(Fold(Opened(), wrote, Changed(wrote.Message, "и снимок")).Single(entry => entry.Id == wrote.Message.MessageId.ToString()).EditedAt);
    }

    [Fact]
    public void A_contact_who_shuts_the_channel_is_told_in_the_timeline() =>
        Assert.Equal(
            [TimelineEventType.Unreachable, TimelineEventType.Reachable],
            Fold(Opened(), Reach(Message(), false), Reach(Message(), true)).Select(item => item.Event?.Type).Where(type => type is TimelineEventType.Unreachable or TimelineEventType.Reachable).Select(type => type!.Value));

    [Fact]
    public void The_channels_clock_decides_the_order()
    {
        var late = Wrote(minute: 20);
        var early = Wrote(minute: 5);
        Assert.Equal(
            [early.Message.MessageId.ToString(), late.Message.MessageId.ToString()],
            Fold(Opened(), late, early).Where(item => item.Kind == TimelineKind.Inbound).Select(item => item.Id).Skip(1));
    }

    [Fact]
    public void What_people_did_is_told_with_their_names()
    {
        var told = Fold(Opened(), Claimed(), Assigned(Maria), Snoozed(), Woke(), Released(), Closed(Outcome.Declined), Reopened(), new FirstResponseMissed(Noon, Noon), new IdentificationMissed(Noon))
            .Select(item => item.Event).OfType<TimelineEvent>().ToDictionary(entry => entry.Type);
        Assert.Equal(Anna, told[TimelineEventType.Claimed].Agent);
        Assert.Equal((Anna, Maria), (told[TimelineEventType.Assigned].Agent, told[TimelineEventType.Assigned].Assignee));
        Assert.Equal(Noon.AddDays(1), told[TimelineEventType.Snoozed].Until);
        Assert.Equal(Outcome.Declined, told[TimelineEventType.Closed].Outcome);
        Assert.Null(told[TimelineEventType.Reopened].Agent);
        Assert.Equal(10, told.Count);
    }

    [Fact]
    public void Nobody_found_is_no_news() => Assert.DoesNotContain(Fold(Opened(), Linked()), item => item.Event?.Type == TimelineEventType.Identified);

    [Fact]
    public void Who_was_found_is_told_with_the_grade() =>
        Assert.Equal(
            (MatchGrade.Probable, Words("patient 7")),
            Fold(Opened(), Linked(Patient("7", MatchGrade.Probable))).Select(item => item.Event).Where(entry => entry?.Type == TimelineEventType.Identified).Select(entry => (entry!.Grade!.Value, entry.PatientName!.Value)).Single());

    [Fact]
    public void Reading_leaves_no_trace() => Assert.Equal(2, Fold(Opened(), Read()).Count);

    private static List<TimelineItem> Fold(params object[] happened) =>
        [.. GetTimelineEndpoint.Fold(happened.Select(Event), value => $"opened {value.Ciphertext}").OrderBy(item => item.At).ThenBy(item => item.Version)];

    private static IEvent Event(object data, int index)
    {
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        e.Id = Guid.CreateVersion7();
        e.Version = index + 1;
        return e;
    }
}
