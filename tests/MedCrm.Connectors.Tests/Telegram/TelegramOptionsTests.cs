using MedCrm.Connectors.Telegram;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

public sealed class TelegramOptionsTests
{
    [Fact]
    public void No_bot_is_no_mistake() => Assert.True(new TelegramOptionsValidator().Validate(null, new TelegramOptions()).Succeeded);

    [Fact]
    public void A_bot_that_is_switched_off_needs_no_token()
    {
        var options = new TelegramOptions();
        options.Bots.Add(new BotOptions { Key = "branch", Enabled = false });
        Assert.True(new TelegramOptionsValidator().Validate(null, options).Succeeded);
    }

    [Fact]
    public void All_mistakes_are_listed_at_once()
    {
        var options = new TelegramOptions { ApiUrl = "telegram", Proxy = "proxy:1080" };
        options.Bots.Add(new BotOptions { Key = "Бот", Token = "no", PollTimeout = TimeSpan.Zero, Mode = BotMode.Webhook, WebhookUrl = "http://crm.clinic.test", WebhookSecret = "short", AskPhoneButton = "" });
        Assert.Equal(
        [
            "Connectors:Telegram:ApiUrl: an http or https address without a slash at the end is needed.",
            "Connectors:Telegram:Proxy: http://host:port or socks5://host:port is needed.",
            "Connectors:Telegram:Bots:0:Key: 1 to 40 of a-z, 0-9, '.', '_', '-' are needed.",
            "Connectors:Telegram:Bots:0:Token: the bot's token as BotFather gave it is needed (digits, a colon, letters).",
            "Connectors:Telegram:Bots:0:PollTimeout: 00:00:01 to 00:00:50 are possible, 00:00:00 is not.",
            "Connectors:Telegram:Bots:0:WebhookUrl: our public https address is needed for webhooks.",
            "Connectors:Telegram:Bots:0:WebhookSecret: 16 to 256 of A-Z, a-z, 0-9, '_', '-' are needed for webhooks.",
            "Connectors:Telegram:Bots:0:AskPhoneButton: 1 to 60 characters are needed.",
        ],
            new TelegramOptionsValidator().Validate(null, options).Failures!);
    }

    [Fact]
    public void A_position_survives_its_text_and_grows_old()
    {
        var position = PollPosition.Parse("update=4711;at=2026-01-31T08:00:00Z")!;
        Assert.Equal("update=4711;at=2026-01-31T08:00:00Z", position.ToString());
        Assert.Equal(4712, position.Offset(position.At.AddDays(5)));
        Assert.Null(position.Offset(position.At.AddDays(7)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("uid=5")]
    [InlineData("update=x;at=y")]
    public void Another_ones_position_is_none(string? text) => Assert.Null(PollPosition.Parse(text));
}
