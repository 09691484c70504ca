using System.Text.Json.Nodes;
using MedCrm.Connectors.Max;
using MedCrm.Contracts.Chat;
using MedCrm.Peers.Max;
using Xunit;

namespace MedCrm.Connectors.Tests.Max;

/// <summary>What only MAX does; what every connector owes is asked by the conformance suite.</summary>
public sealed class MaxTests(MaxRig rig) : IClassFixture<MaxRig>
{
    private FakeMax Max => rig.Max;

    [Fact]
    public async Task Every_kind_of_file_comes_whole()
    {
        byte[] jpeg = [0xFF, 0xD8, 0xFF, .. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        byte[] mp4 = [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[5000]];
        byte[] mp3 = [.. "ID3"u8, .. new byte[3000]];
        byte[] webp = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. new byte[100]];
        byte[] pdf = [.. "%PDF-1.7"u8, .. new byte[700]];
        Max.Bot(MaxRig.Token).Videos["v1"] = Max.Keep(mp4);
        var message = await rig.HearAsync(MaxRig.Somebody(), new()
        {
            ["text"] = "Вот всё",
            ["attachments"] = new JsonArray(
                Attachment("image", ("url", Max.Keep(jpeg)), ("photo_id", 1), ("token", "p")),
                Attachment("video", ("url", "https://nowhere.test/page"), ("token", "v1")),
                Attachment("audio", ("url", Max.Keep(mp3)), ("token", "a")),
                Attachment("sticker", ("url", Max.Keep(webp)), ("code", "s")),
                Named(Attachment("file", ("url", Max.Keep(pdf)), ("token", "f")), "анализы.pdf", pdf.Length)),
        });
        Assert.Equal(["image/jpeg", "video/mp4", "audio/mpeg", "image/webp", "application/pdf"], message.Attachments.Select(file => file.MediaType));
        Assert.Equal("анализы.pdf", rig.Open(message.Attachments[4].FileName));
        Assert.Equal(jpeg, await rig.ReadAsync(message.Attachments[0]));
        Assert.Equal(mp4, await rig.ReadAsync(message.Attachments[1]));
        Assert.Equal("Вот всё\nСтикер", rig.Open(message.Text));
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_is_told_of_and_costs_no_message()
    {
        var user = MaxRig.Somebody();
        var gone = await rig.HearAsync(user, new() { ["text"] = "Снимки", ["attachments"] = new JsonArray(Attachment("image", ("url", new Uri(Max.Url, "/kept/none").ToString()))) });
        Assert.Equal("Снимки\nФайл «Фото.jpg» MAX не отдал. Попросите прислать его ещё раз.", rig.Open(gone.Text));
        var large = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(Named(Attachment("file", ("url", "https://nowhere.test/x")), "МРТ.zip", 70 * 1024 * 1024)) });
        Assert.Contains("«МРТ.zip» (70 МБ)", rig.Open(large.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_telephone_counts_only_as_ones_own_where_max_vouches_for_it()
    {
        var user = MaxRig.Somebody();
        JsonObject Contact(long who, string phone, string? hash) => Attachment("contact", ("vcf_info", Card(phone)), ("max_info", FakeMax.User(who)), ("hash", hash));
        var card = Card("79161234567");
        var own = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(Contact(user, "79161234567", FakeMax.Sign(MaxRig.Token, card))) });
        Assert.Equal([$"max/{user}", "+79161234567"], own.ContactPoints.Select(point => rig.Open(point.Value)));
        Assert.Equal("Свой номер: +79161234567", rig.Open(own.Text));

        var unsigned = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(Contact(user, "79161234567", null)) });
        var forged = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(Contact(user, "79167654321", FakeMax.Sign(MaxRig.Token, card))) });
        var foreign = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(Contact(user + 100_000, "79161234567", FakeMax.Sign(MaxRig.Token, card))) });
        var forwarded = await rig.HearAsync(user, new(), Link("forward", new() { ["mid"] = "mid.f", ["attachments"] = new JsonArray(Contact(user, "79161234567", FakeMax.Sign(MaxRig.Token, card))) }));
        Assert.All(new[] { unsigned, forged, foreign, forwarded }, message => Assert.Single(message.ContactPoints));
        Assert.Contains("+79167654321", rig.Open(forged.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_telephone_is_asked_for_once_with_a_button_and_never_of_those_who_told_it()
    {
        var (asked, open, last) = (MaxRig.Somebody(), MaxRig.Somebody(), MaxRig.Somebody());
        var card = Card("79161112233");
        await rig.HearAsync(open, new() { ["attachments"] = new JsonArray(Attachment("contact", ("vcf_info", card), ("hash", FakeMax.Sign(MaxRig.Token, card)))) });
        await rig.HearAsync(asked, new() { ["text"] = "раз" });
        await Eventually.TrueAsync(() => Max.To(asked).Any());
        await rig.HearAsync(asked, new() { ["text"] = "два" });

        // Courtesies leave one after another: what comes behind them shows that they are through.
        await rig.HearAsync(last, new() { ["text"] = "три" });
        await Eventually.TrueAsync(() => Max.To(last).Any());
        var question = Assert.Single(Max.To(asked));
        Assert.Empty(Max.To(open));
        var button = question.Attachments![0]!["payload"]!["buttons"]![0]![0]!;
        Assert.Equal(("request_contact", "Поделиться номером"), (button["type"]!.GetValue<string>(), button["text"]!.GetValue<string>()));
        Assert.DoesNotMatch("(?i)врач|клиник|медицин|пациент|приём", question.Text!);
        Assert.Empty(Max.Offences);
    }

    [Fact]
    public async Task A_pressed_button_is_said_by_its_label_and_confirmed()
    {
        var user = MaxRig.Somebody();
        var message = Max.Message(user, new()
        {
            ["text"] = "Придёте?",
            ["attachments"] = new JsonArray(new JsonObject { ["type"] = "inline_keyboard", ["payload"] = new JsonObject { ["buttons"] = new JsonArray(new JsonArray(new JsonObject { ["type"] = "callback", ["text"] = "Приду", ["payload"] = "yes" })) } }),
        });
        var id = $"cb{user}";
        var heard = await rig.HappenAsync(user, FakeMax.Update("message_callback", ("message", message), ("callback", new JsonObject { ["callback_id"] = id, ["payload"] = "yes", ["timestamp"] = 1775026702210, ["user"] = FakeMax.User(user) })));
        Assert.Equal("Нажата кнопка «Приду»", rig.Open(heard.Text));
        await Eventually.TrueAsync(() => !Max.Callbacks.ContainsKey(id));
    }

    [Fact]
    public async Task A_pressed_choice_is_an_answer_once_and_takes_the_buttons_away()
    {
        var user = await KnownAsync();
        var question = await rig.AnswerAsync(user, "Вы придёте?") with { Choices = ["Приду", "Не приду"] };
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(question)).Status);
        var asked = Max.To(user).Last();
        Assert.Equal(["Приду", "Не приду"], asked.Attachments![0]!["payload"]!["buttons"]!.AsArray().Select(row => Assert.Single(row!.AsArray())!["text"]!.GetValue<string>()));

        var before = rig.Heard(user).Count;
        Max.Press(MaxRig.Token, asked, "Приду");
        var again = Max.Press(MaxRig.Token, asked, "Приду");
        await Eventually.TrueAsync(() => !Max.Callbacks.ContainsKey(again) && Max.Rewritten.ContainsKey(asked.Mid) && rig.Heard(user).Count > before);
        Assert.Equal(("Приду", question.MessageId), (rig.Open(rig.Heard(user)[^1].Text), rig.Heard(user)[^1].ChoiceOf));
        Assert.Equal(("Вы придёте?", 0), (Max.Rewritten[asked.Mid].Text, Max.Rewritten[asked.Mid].Attachments!.Count));

        // Who thinks better of it before the buttons are gone says something else.
        Max.Press(MaxRig.Token, asked, "Не приду");
        await Eventually.TrueAsync(() => rig.Heard(user).Any(message => rig.Open(message.Text) == "Не приду"));
        Assert.Equal(before + 2, rig.Heard(user).Count);
        Assert.Empty(Max.Offences);
    }

    [Fact]
    public async Task A_start_tells_its_source_and_a_stop_shuts_the_channel()
    {
        var user = MaxRig.Somebody();
        var started = await rig.HappenAsync(user, FakeMax.Update("bot_started", ("chat_id", FakeMax.DialogOf(user)), ("user", FakeMax.User(user)), ("payload", "lead_8f3a")));
        Assert.Equal("lead_8f3a", rig.Open(Assert.Single(started.Form!).Value));
        Max.Happen(MaxRig.Token, FakeMax.Update("bot_stopped", ("chat_id", FakeMax.DialogOf(user)), ("user", FakeMax.User(user))));
        var report = await Eventually.AsyncOf(() => rig.Chat.Heard.Reachability.FirstOrDefault(report => report.SubjectId == rig.SubjectOf(user)));
        Assert.Equal((false, started.ExternalConversationId), (report.Reachable, report.ExternalConversationId));
    }

    [Fact]
    public async Task An_edit_and_a_removal_name_their_message()
    {
        var user = MaxRig.Somebody();
        var message = Max.Message(user, new() { ["text"] = "в 10" });
        var heard = await rig.HappenAsync(user, FakeMax.Update("message_created", ("message", message.DeepClone())));
        message["body"]!["text"] = "в 11";
        Max.Happen(MaxRig.Token, FakeMax.Update("message_edited", ("message", message.DeepClone())));
        var change = await Eventually.AsyncOf(() => rig.Chat.Heard.Changes.FirstOrDefault(change => change.SubjectId == rig.SubjectOf(user)));
        Assert.Equal((heard.ExternalMessageId, "в 11"), (change.Message.ExternalMessageId, rig.Open(change.Message.Text)));
        Max.Happen(MaxRig.Token, FakeMax.Update("message_removed", ("message_id", message["body"]!["mid"]!.DeepClone()), ("chat_id", FakeMax.DialogOf(user)), ("user_id", user)));
        var removal = await Eventually.AsyncOf(() => rig.Chat.Heard.Removals.FirstOrDefault(removal => removal.SubjectId == rig.SubjectOf(user)));
        Assert.Equal(heard.ExternalMessageId, removal.ExternalMessageId);
        Assert.DoesNotContain($"{user}", heard.ExternalMessageId + heard.ExternalConversationId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_quoted_forwarded_or_only_a_place_is_said_in_words()
    {
        var user = MaxRig.Somebody();
        var reply = await rig.HearAsync(user, new() { ["text"] = "Да" }, Link("reply", new() { ["mid"] = "mid.q", ["text"] = "Вам удобно\nв четверг?" }));
        Assert.Equal("> Вам удобно в четверг?\nДа", rig.Open(reply.Text));
        Assert.Single(reply.References);
        var forward = await rig.HearAsync(user, new(), Link("forward", new() { ["mid"] = "mid.g", ["text"] = "Направление" }));
        Assert.Equal("Переслано: Пётр Пробный\nНаправление", rig.Open(forward.Text));
        var place = await rig.HearAsync(user, new() { ["attachments"] = new JsonArray(new JsonObject { ["type"] = "location", ["latitude"] = 55.751244, ["longitude"] = 37.618423 }) });
        Assert.Equal("Геопозиция: 55.751244, 37.618423", rig.Open(place.Text));
    }

    [Fact]
    public async Task Groups_are_passed_over_and_do_not_stop_the_next()
    {
        var user = MaxRig.Somebody();
        var group = Max.Message(user, new() { ["text"] = "всем" });
        group["recipient"]!["chat_type"] = "chat";
        Max.Happen(MaxRig.Token, FakeMax.Update("message_created", ("message", group)));
        Assert.Equal("мне", rig.Open((await rig.HearAsync(user, new() { ["text"] = "мне" })).Text));
        await Eventually.TrueAsync(() => Max.Bot(MaxRig.Token).Pending == 0);
    }

    [Fact]
    public async Task Files_are_uploaded_each_as_its_own_message_and_waited_for()
    {
        var user = await KnownAsync();
        Max.NotReadyTimes = 1;
        var answer = await rig.AnswerAsync(
            user, "Ваши документы", await rig.FileAsync(user, "памятка.pdf", "application/pdf", [1, 2, 3]), await rig.FileAsync(user, "карта.png", "image/png", [4, 5]), await rig.FileAsync(user, "голос.ogg", "audio/ogg", [6]));
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(answer)).Status);
        var seen = Max.To(user).Where(sent => sent.Text == "Ваши документы" || sent.File is not null).ToList();
        Assert.Equal(["Ваши документы", null, null, null], seen.Select(sent => sent.Text));
        Assert.Equal([("памятка.pdf", 3L), ("карта.png", 2L), ("голос.ogg", 1L)], seen.Skip(1).Select(sent => sent.File!.Value));
        Assert.Empty(Max.Offences);
    }

    [Fact]
    public async Task Who_stopped_the_bot_is_a_failed_delivery_and_so_is_a_bot_that_is_switched_off()
    {
        var user = await KnownAsync();
        Max.Stopped[user] = true;
        var blocked = await rig.SendAsync(await rig.AnswerAsync(user, "x"));
        Assert.Equal((DeliveryStatus.Failed, "blocked"), (blocked.Status, blocked.ReasonCode));
        var off = await rig.SendAsync(await rig.AnswerAsync(user, "x") with { Channel = "max/branch" });
        Assert.Equal((DeliveryStatus.Failed, "channel-off"), (off.Status, off.ReasonCode));
        var strange = await rig.SendAsync(await rig.AnswerAsync(MaxRig.Somebody(), "x"));
        Assert.Equal((DeliveryStatus.Failed, "bad-address"), (strange.Status, strange.ReasonCode));
    }

    [Theory]
    [InlineData(Fault.CutAfter)]
    [InlineData(Fault.CutBefore)]
    public async Task What_max_did_not_confirm_is_looked_for_and_arrives_once(Fault fault)
    {
        var user = await KnownAsync();

        // The same words a moment before must not be taken for these.
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(await rig.AnswerAsync(user, "Да"))).Status);
        Max.Fail("POST /messages", fault);
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(await rig.AnswerAsync(user, "Да"))).Status);
        Assert.Equal(2, Max.To(user).Count(sent => sent.Text == "Да"));
    }

    [Fact]
    public async Task A_max_in_trouble_is_waited_for()
    {
        var user = await KnownAsync();
        Max.Fail("GET /updates", Fault.Unavailable);
        Max.Fail("GET /updates", Fault.BadGateway);
        Max.Fail("POST /messages", Fault.Unavailable);
        await rig.HearAsync(user, new() { ["text"] = "всё равно" });
        Assert.Equal(DeliveryStatus.Sent, (await rig.SendAsync(await rig.AnswerAsync(user, "Слышим"))).Status);
        Assert.Single(Max.To(user), sent => sent.Text == "Слышим");
    }

    [Fact]
    public void All_mistakes_of_the_settings_are_listed()
    {
        var options = new MaxOptions { Bots = [new() { Key = "Main" }, new() { Key = "b", Token = "t", WebhookUrl = "http://x.test" }, new() { Key = "off", Enabled = false }] };
        var failures = string.Join('\n', new MaxOptionsValidator().Validate(null, options).Failures!);
        Assert.Contains("Token is required", failures, StringComparison.Ordinal);
        Assert.Contains("WebhookSecret is required", failures, StringComparison.Ordinal);
        Assert.Contains("https", failures, StringComparison.Ordinal);
        Assert.Contains("Key", failures, StringComparison.Ordinal);
        Assert.True(new MaxOptionsValidator().Validate(null, new MaxOptions()).Succeeded);
    }

    /// <summary>Somebody who has written, and was asked for the telephone.</summary>
    private async Task<long> KnownAsync()
    {
        var user = MaxRig.Somebody();
        await rig.HearAsync(user, new() { ["text"] = "Здравствуйте" });
        await Eventually.TrueAsync(() => Max.To(user).Any());
        return user;
    }

    private static string Card(string phone) => $"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{phone}\r\nFN:Анна Синтетова\r\nEND:VCARD\r\n";

    private static JsonObject Link(string type, JsonObject message) => new() { ["type"] = type, ["sender"] = FakeMax.User(5, "Пётр Пробный"), ["message"] = message };

    private static JsonObject Attachment(string type, params (string Name, JsonNode? Value)[] payload) =>
        new() { ["type"] = type, ["payload"] = new JsonObject(payload.Select(field => KeyValuePair.Create(field.Name, field.Value))) };

    private static JsonObject Named(JsonObject file, string name, long size)
    {
        file["filename"] = name;
        file["size"] = size;
        return file;
    }
}
