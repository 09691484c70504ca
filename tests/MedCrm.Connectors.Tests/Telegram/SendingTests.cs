using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Peers.Telegram;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

public sealed class SendingTests(TelegramRig rig) : IClassFixture<TelegramRig>
{
    private FakeTelegram Telegram => rig.Telegram;

    [Fact]
    public async Task An_answer_arrives_and_its_number_is_no_secret_told()
    {
        var user = TelegramRig.Somebody();
        var report = await rig.SendAsync(await rig.AnswerAsync(user, "Ждём вас <b>в четверг</b> & пятницу 😀"));
        Assert.Equal(DeliveryStatus.Sent, report.Status);
        Assert.Equal("Ждём вас <b>в четверг</b> & пятницу 😀", Assert.Single(Telegram.To(user)).Text);
        Assert.DoesNotContain($"{user}", report.ExternalMessageId, StringComparison.Ordinal);
        Assert.Empty(Telegram.Offences);
    }

    [Fact]
    public async Task A_long_answer_goes_in_pieces_and_a_repeated_command_sends_nothing()
    {
        var user = TelegramRig.Somebody();
        var text = string.Concat(Enumerable.Repeat("Длинный ответ 😀 ", 600)).Trim();
        var answer = await rig.AnswerAsync(user, text);
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(answer)).Status);
        await rig.Chat.SendAsync(answer);
        await Eventually.TrueAsync(() => rig.Chat.Heard.Reports.Count(report => report.MessageId == answer.MessageId) == 2);
        Assert.Equal(text, string.Join(' ', Telegram.To(user).Select(sent => sent.Text)));
        Assert.Equal(3, Telegram.To(user).Count());
    }

    [Fact]
    public async Task A_pause_that_telegram_asks_for_is_kept_and_so_is_the_order()
    {
        var (user, other) = (TelegramRig.Somebody(), TelegramRig.Somebody());
        Telegram.Limit("sendMessage", 2, user);
        var (first, second) = (await rig.AnswerAsync(user, "первое"), await rig.AnswerAsync(user, "второе"));
        await rig.Chat.SendAsync(first);
        await rig.Chat.SendAsync(second);
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(await rig.AnswerAsync(other, "другому"))).Status);
        Assert.Empty(Telegram.To(user));
        await rig.Chat.Heard.ReportAsync(second.MessageId);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(1));
        Assert.Equal(["первое", "второе"], Telegram.To(user).Select(sent => sent.Text!));
        Assert.Equal(3, Telegram.Calls.Count(call => call.Method == "sendMessage" && call.Parameters["chat_id"]!.GetValue<long>() == user));
    }

    [Fact]
    public async Task A_trouble_in_the_middle_of_a_long_answer_repeats_no_piece()
    {
        var user = TelegramRig.Somebody();
        var answer = await rig.AnswerAsync(user, new string('a', 4096) + new string('b', 4096) + "c");
        Telegram.Limit("sendMessage", 1, TelegramRig.Somebody());
        Telegram.Fail("sendMessage", Fault.InternalError, user);
        Telegram.Fail("sendMessage", Fault.BadGateway, user);
        Telegram.Fail("sendMessage", Fault.CutBefore, TelegramRig.Somebody());
        await rig.Chat.SendAsync(answer);
        Assert.Equal(DeliveryStatus.Sent, (await rig.Chat.Heard.ReportAsync(answer.MessageId)).Status);
        Assert.Equal(["a", "b", "c"], Telegram.To(user).Select(sent => sent.Text![..1]));
    }

    [Fact]
    public async Task What_telegram_took_without_saying_so_is_not_sent_twice()
    {
        var user = TelegramRig.Somebody();
        Telegram.Fail("sendMessage", Fault.CutAfter, user);
        var report = await rig.SendAsync(await rig.AnswerAsync(user, "один раз"));
        Assert.Equal((DeliveryStatus.Failed, "unconfirmed"), (report.Status, report.ReasonCode));
        Assert.Single(Telegram.To(user));
    }

    [Fact]
    public async Task Who_blocked_the_bot_cannot_be_answered()
    {
        var user = TelegramRig.Somebody();
        Telegram.Blocked[user] = true;
        var report = await rig.SendAsync(await rig.AnswerAsync(user, "x"));
        Assert.Equal((DeliveryStatus.Failed, "blocked"), (report.Status, report.ReasonCode));
        Assert.Contains("blocked by the user", rig.Open(report.Detail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_never_wrote_cannot_be_written_to()
    {
        var user = TelegramRig.Somebody();
        var answer = await rig.AnswerAsync(user, "x");
        Telegram.Bot(TelegramRig.Polling).Chats.TryRemove(user, out _);
        Assert.Equal("bad-address", (await rig.SendAsync(answer)).ReasonCode);
    }

    [Fact]
    public async Task A_bot_that_is_switched_off_sends_nothing()
    {
        var report = await rig.SendAsync(await rig.AnswerAsync(TelegramRig.Somebody(), "x", "telegram/branch"));
        Assert.Equal((DeliveryStatus.Failed, "channel-off"), (report.Status, report.ReasonCode));
    }

    [Fact]
    public async Task Files_go_as_what_they_are_up_to_the_limits()
    {
        var user = TelegramRig.Somebody();
        var photo = await rig.FileAsync(user, "снимок.jpg", "image/jpeg", 100_000);
        var large = await rig.FileAsync(user, "большой снимок.jpg", "image/jpeg", 11 * 1024 * 1024);
        var report = await rig.SendAsync(await rig.AnswerAsync(user, "Ваши файлы", "telegram/main", photo, large));
        Assert.Equal(DeliveryStatus.Sent, report.Status);
        Assert.Equal(
            [("sendMessage", null, 0L), ("sendPhoto", "снимок.jpg", 100_000L), ("sendDocument", "большой снимок.jpg", 11L * 1024 * 1024)],
            Telegram.To(user).Select(sent => (sent.Method, sent.FileName, sent.FileSize)));

        var tooLarge = await rig.FileAsync(user, "видео.mp4", "video/mp4", 51L * 1024 * 1024);
        var refused = await rig.SendAsync(await rig.AnswerAsync(user, "И видео", "telegram/main", tooLarge));
        Assert.Equal((DeliveryStatus.Failed, "too-large"), (refused.Status, refused.ReasonCode));
        Assert.Contains("50 МБ", rig.Open(refused.Detail), StringComparison.Ordinal);
        Assert.Empty(Telegram.Offences);
    }

    [Fact]
    public async Task A_pressed_choice_is_an_answer_once_and_takes_the_buttons_away()
    {
        var user = TelegramRig.Somebody();
        var question = await rig.AnswerAsync(user, new string('я', 4090) + " Вы придёте?") with { Choices = ["Приду", "Не приду"] };
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(question)).Status);
        Assert.Null(Telegram.To(user).First().ReplyMarkup);
        var asked = Telegram.To(user).Last();
        Assert.Equal(["Приду", "Не приду"], asked.ReplyMarkup!["inline_keyboard"]!.AsArray().Select(row => Assert.Single(row!.AsArray())!["text"]!.GetValue<string>()));

        Telegram.Press(TelegramRig.Polling, asked, "Приду");
        var again = Telegram.Press(TelegramRig.Polling, asked, "Приду");
        await Eventually.TrueAsync(() => !Telegram.Bot(TelegramRig.Polling).Callbacks.ContainsKey(again) && !Telegram.Buttons.ContainsKey((user, asked.MessageId)) && rig.Heard(user).Count > 0);
        Assert.Equal(("Приду", question.MessageId), Answer(Assert.Single(rig.Heard(user))));

        // Who thinks better of it before the buttons are gone says something else, and weeks later Telegram tells no more than the press.
        Telegram.Press(TelegramRig.Polling, asked, "Не приду", isOld: true);
        await Eventually.TrueAsync(() => rig.Heard(user).Count > 1);
        Assert.Equal(("Не приду", question.MessageId), Answer(Assert.Single(rig.Heard(user).Skip(1))));
        Assert.Empty(Telegram.Offences);

        (string? Text, MessageId? Question) Answer(ReceiveInboundMessage heard) => (rig.Open(heard.Text), heard.ChoiceOf);
    }

    [Fact]
    public async Task The_connection_test_asks_who_each_bot_is()
    {
        var reports = await rig.Get<MedCrm.Connectors.Sdk.IConnectionTest>().TestAsync(default);
        Assert.Equal(["telegram/main", "telegram/branch", "telegram/hook"], reports.Select(report => report.Channel));
        Assert.All(reports, report => Assert.True(report.Ok, report.Message));
        Assert.Contains("@clinic_test_bot", reports[0].Message, StringComparison.Ordinal);
        Assert.Contains("Выключен", reports[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sendMessage", """{"chat_id":1,"text":"x"}""", null)]
    [InlineData("sendMessage", """{"chat_id":1}""", "sendMessage: text is required")]
    [InlineData("sendMessage", """{"chat_id":"1","text":"x"}""", "sendMessage: chat_id is no integer")]
    [InlineData("sendMessage", """{"chat_id":1,"text":"x","txt":1}""", "sendMessage: txt is no parameter that was described")]
    [InlineData("sendMessage", """{"chat_id":1,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":""}]]}}""", "sendMessage: reply_markup has callback_data that is no 1 to 64 bytes")]
    [InlineData("getUpdates", """{"limit":101}""", "getUpdates: limit is out of range")]
    [InlineData("getUpdates", """{"allowed_updates":["Message"]}""", "getUpdates: allowed_updates is no list of kinds of updates")]
    [InlineData("setWebhook", """{"url":"http://x","secret_token":"*"}""", "setWebhook: url has a wrong form")]
    public void The_fake_sees_what_breaks_the_published_rules(string method, string parameters, string? offence)
    {
        var rules = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Telegram", "bot-api.json")))!["methods"]![method]!.AsObject();
        Assert.Equal(offence, FakeTelegram.Offend(method, rules, JsonNode.Parse(parameters)!.AsObject()).FirstOrDefault());
    }
}
