using MedCrm.Connectors.Telegram;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

public sealed class SendLinesTests
{
    private const string Bot = "telegram/main";
    private readonly Clock _clock = new();
    private readonly MessageId _first = MessageId.New();
    private readonly MessageId _second = MessageId.New();

    [Fact]
    public void A_refused_chat_waits_and_the_others_do_not()
    {
        var lines = new SendLines(_clock);
        Assert.Null(lines.Enter(Bot, 1, _first));
        lines.Leave(Bot, 1, _first, TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), lines.Enter(Bot, 1, _second));
        Assert.Null(lines.Enter(Bot, 2, MessageId.New()));
        Assert.Null(lines.Enter("telegram/other", 1, MessageId.New()));
    }

    [Fact]
    public void A_second_chat_that_is_refused_at_the_same_time_means_the_whole_bot()
    {
        var lines = new SendLines(_clock);
        Assert.Null(lines.Enter(Bot, 1, _first));
        lines.Leave(Bot, 1, _first, TimeSpan.FromSeconds(30));
        Assert.Null(lines.Enter(Bot, 2, _second));
        lines.Leave(Bot, 2, _second, TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(20), lines.Enter(Bot, 3, MessageId.New()));
        Assert.Null(lines.Enter("telegram/other", 3, MessageId.New()));
        _clock.Now += TimeSpan.FromSeconds(21);
        Assert.Null(lines.Enter(Bot, 4, MessageId.New()));
    }

    [Fact]
    public void Who_came_first_goes_first_also_when_the_other_asks_earlier()
    {
        var lines = new SendLines(_clock);
        Assert.Null(lines.Enter(Bot, 1, _first));
        Assert.NotNull(lines.Enter(Bot, 1, _second));
        lines.Leave(Bot, 1, _first, TimeSpan.FromSeconds(5));
        _clock.Now += TimeSpan.FromSeconds(6);
        Assert.NotNull(lines.Enter(Bot, 1, _second));
        Assert.Null(lines.Enter(Bot, 1, _first));
        lines.Leave(Bot, 1, _first, null);
        Assert.Null(lines.Enter(Bot, 1, _second));
    }

    [Fact]
    public void An_answer_that_never_comes_back_does_not_hold_up_the_others_for_ever()
    {
        var lines = new SendLines(_clock);
        Assert.Null(lines.Enter(Bot, 1, _first));
        lines.Leave(Bot, 1, _first, TimeSpan.FromSeconds(5));
        Assert.NotNull(lines.Enter(Bot, 1, _second));
        _clock.Now += TimeSpan.FromMinutes(11);
        Assert.Null(lines.Enter(Bot, 1, _second));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
