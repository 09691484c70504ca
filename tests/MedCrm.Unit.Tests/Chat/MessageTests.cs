using MedCrm.Chat.Messages;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using Xunit;

namespace MedCrm.Unit.Tests.Chat;

public sealed class MessageTests
{
    [Theory]
    [InlineData(DeliveryStatus.Queued, DeliveryStatus.Sent, true)]
    [InlineData(DeliveryStatus.Queued, DeliveryStatus.Read, true)]
    [InlineData(DeliveryStatus.Sent, DeliveryStatus.Delivered, true)]
    [InlineData(DeliveryStatus.Sent, DeliveryStatus.Sent, false)]
    [InlineData(DeliveryStatus.Read, DeliveryStatus.Delivered, false)]
    [InlineData(DeliveryStatus.Read, DeliveryStatus.Sent, false)]
    [InlineData(DeliveryStatus.Sent, DeliveryStatus.Failed, true)]
    [InlineData(DeliveryStatus.Read, DeliveryStatus.Failed, true)]
    [InlineData(DeliveryStatus.Failed, DeliveryStatus.Failed, false)]
    [InlineData(DeliveryStatus.Failed, DeliveryStatus.Sent, false)]
    [InlineData(DeliveryStatus.Failed, DeliveryStatus.Read, false)]
    public void Only_progress_and_failure_count(DeliveryStatus before, DeliveryStatus report, bool news)
    {
        var message = new Message { Delivery = before };
        Assert.Equal(news, message.Report(report));
        Assert.Equal(news ? report : before, message.Delivery);
    }

    [Fact]
    public void Reports_in_any_order_end_at_the_farthest()
    {
        foreach (var order in Orders([DeliveryStatus.Sent, DeliveryStatus.Delivered, DeliveryStatus.Read]))
        {
            var message = new Message { Delivery = DeliveryStatus.Queued };
            Array.ForEach(order, status => message.Report(status));
            Assert.Equal(DeliveryStatus.Read, message.Delivery);
        }
    }

    [Fact]
    public void The_same_message_of_the_same_channel_has_the_same_id()
    {
        Assert.Equal(Message.IdOf("email/info", "a"), Message.IdOf("email/info", "a"));
        Assert.NotEqual(Message.IdOf("email/info", "a"), Message.IdOf("email/other", "a"));
        Assert.NotEqual(Message.IdOf("email/in", "foa"), Message.IdOf("email/info", "a"));
    }

    private static IEnumerable<DeliveryStatus[]> Orders(DeliveryStatus[] statuses) =>
        statuses.Length == 1
            ? [statuses]
            : statuses.SelectMany((first, at) => Orders([.. statuses.Where((_, index) => index != at)]).Select(rest => (DeliveryStatus[])[first, .. rest]));

    [Fact]
    public void What_was_written_before_is_kept_in_whatever_order_the_changes_come()
    {
        var at = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        static Sealed Words(string text) => new(default, text);
        var message = new Message { Text = Words("в 10") };
        Assert.True(message.Rewrite(Words("в 12"), at.AddMinutes(2)));
        Assert.False(message.Rewrite(Words("в 11"), at.AddMinutes(1)));
        Assert.Equal((Words("в 12"), at.AddMinutes(2)), (message.Text, message.EditedAt));
        Assert.Equal([Words("в 10"), Words("в 11")], message.Earlier.Select(earlier => earlier.Text));
    }
}
