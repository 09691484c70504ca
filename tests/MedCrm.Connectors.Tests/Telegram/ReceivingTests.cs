using System.Text.Json.Nodes;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Contracts;
using MedCrm.Peers.Telegram;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

public sealed class ReceivingTests(TelegramRig rig) : IClassFixture<TelegramRig>
{
    private FakeTelegram Telegram => rig.Telegram;

    [Fact]
    public async Task A_text_comes_in_and_is_confirmed_only_with_its_position()
    {
        var user = TelegramRig.Somebody();
        var message = await rig.HearAsync(user, new() { ["text"] = "Здравствуйте" });
        Assert.Equal(("Здравствуйте", "telegram/main", ChannelKind.Telegram), (rig.Open(message.Text), message.Channel, message.Kind));
        Assert.Equal($"telegram/{user}", rig.Open(message.ContactPoints.Single().Value));
        await Eventually.TrueAsync(() => Telegram.Bot(TelegramRig.Polling).Pending == 0);
        Assert.StartsWith("update=", (await rig.Get<ICheckpointStore>().ReadAsync("telegram/main", default))!.Position, StringComparison.Ordinal);
        Assert.Empty(Telegram.Offences);
    }

    [Fact]
    public async Task Files_come_whole_and_are_told_by_their_content()
    {
        var user = TelegramRig.Somebody();
        byte[] jpeg = [0xFF, 0xD8, 0xFF, .. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        var photo = Assert.Single((await rig.HearAsync(user, new() { ["photo"] = new JsonArray(Size(jpeg)), ["caption"] = "Снимок" })).Attachments);
        Assert.Equal(("image/jpeg", "Фото.jpg"), (photo.MediaType, rig.Open(photo.FileName)));
        Assert.Equal(jpeg, await rig.ReadAsync(photo));

        byte[] ogg = [.. "OggS"u8, .. new byte[5000]];
        var voice = Assert.Single((await rig.HearAsync(user, new() { ["voice"] = File(ogg, ("duration", 12), ("mime_type", "audio/ogg")) })).Attachments);
        Assert.Equal(("audio/ogg", ogg.Length), (voice.MediaType, (int)voice.Size));

        byte[] exe = [.. "MZ"u8, .. new byte[100]];
        var lie = Assert.Single((await rig.HearAsync(user, new() { ["document"] = File(exe, ("file_name", "анализы.pdf"), ("mime_type", "application/pdf")) })).Attachments);
        Assert.Equal(("application/x-msdownload", "анализы.pdf"), (lie.MediaType, rig.Open(lie.FileName)));

        JsonObject Size(byte[] bytes) => File(bytes, ("width", 90), ("height", 90));
    }

    [Fact]
    public async Task A_file_that_telegram_does_not_give_away_is_told_of()
    {
        var user = TelegramRig.Somebody();
        var id = Telegram.Keep(null, 34 * 1024 * 1024);
        var told = await rig.HearAsync(user, new() { ["document"] = new JsonObject { ["file_id"] = id, ["file_unique_id"] = "u", ["file_name"] = "МРТ.zip", ["file_size"] = 34 * 1024 * 1024 }, ["caption"] = "Снимки" });
        Assert.Contains("«МРТ.zip» (34 МБ)", rig.Open(told.Text), StringComparison.Ordinal);
        Assert.StartsWith("Снимки", rig.Open(told.Text), StringComparison.Ordinal);
        Assert.Empty(told.Attachments);

        // Its size was not told beforehand, and getFile refuses.
        var untold = await rig.HearAsync(user, new() { ["document"] = new JsonObject { ["file_id"] = id, ["file_unique_id"] = "u" } });
        Assert.Contains("20 МБ", rig.Open(untold.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_fetched_again()
    {
        var user = TelegramRig.Somebody();
        Telegram.Fail("download", Fault.CutBefore);
        var message = await rig.HearAsync(user, new() { ["document"] = File([1, 2, 3], ("file_name", "a.bin")) });
        Assert.Equal([1, 2, 3], await rig.ReadAsync(Assert.Single(message.Attachments)));
    }

    [Fact]
    public async Task An_album_comes_as_pieces_of_one_message_and_an_edit_as_a_change_of_it()
    {
        var user = TelegramRig.Somebody();
        for (var i = 0; i < 3; i++)
        {
            var piece = new JsonObject { ["media_group_id"] = $"g{user}", ["photo"] = new JsonArray(File([0xFF, 0xD8, 0xFF, (byte)i], ("width", 9), ("height", 9))) };
            if (i == 0)
            {
                piece["caption"] = "Три снимка";
            }

            Telegram.Happen(TelegramRig.Polling, "message", Telegram.Message(user, piece));
        }

        await Eventually.TrueAsync(() => rig.Changes(user).Count == 3);
        Assert.Single(rig.Changes(user).Select(change => change.Message.ExternalMessageId).Distinct());
        Assert.All(rig.Changes(user), change => Assert.Single(change.Message.Attachments));

        var text = Telegram.Message(user, new() { ["text"] = "в 10" });
        Telegram.Happen(TelegramRig.Polling, "message", text);
        var edited = (JsonObject)text.DeepClone();
        edited["text"] = "в 11";
        edited["edit_date"] = text["date"]!.GetValue<long>() + 60;
        Telegram.Happen(TelegramRig.Polling, "edited_message", edited);
        await Eventually.TrueAsync(() => rig.Changes(user).Count == 4);
        var change = rig.Changes(user)[^1];
        Assert.Equal((rig.Heard(user).Single().ExternalMessageId, "в 11"), (change.Message.ExternalMessageId, rig.Open(change.Message.Text)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(edited["edit_date"]!.GetValue<long>()), change.EditedAt);
    }

    [Fact]
    public async Task A_person_who_blocks_the_bot_is_reported()
    {
        var user = TelegramRig.Somebody();
        var conversation = (await rig.HearAsync(user, new() { ["text"] = "x" })).ExternalConversationId;
        var person = new JsonObject { ["id"] = user, ["is_bot"] = false, ["first_name"] = "Анна" };
        JsonObject Member(string status) => status == "kicked" ? new() { ["user"] = person.DeepClone(), ["status"] = status, ["until_date"] = 0 } : new() { ["user"] = person.DeepClone(), ["status"] = status };
        Telegram.Happen(TelegramRig.Polling, "my_chat_member", new()
        {
            ["chat"] = new JsonObject { ["id"] = user, ["type"] = "private", ["first_name"] = "Анна" },
            ["from"] = person.DeepClone(),
            ["date"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["old_chat_member"] = Member("member"),
            ["new_chat_member"] = Member("kicked"),
        });
        var report = await Eventually.AsyncOf(() => rig.Chat.Heard.Reachability.FirstOrDefault(report => report.SubjectId == rig.SubjectOf(user)));
        Assert.Equal((false, conversation), (report.Reachable, report.ExternalConversationId));
    }

    [Fact]
    public async Task A_pressed_button_is_heard_and_confirmed()
    {
        var user = TelegramRig.Somebody();
        var id = $"cb{user}";
        Telegram.Happen(TelegramRig.Polling, "callback_query", new()
        {
            ["id"] = id,
            ["from"] = new JsonObject { ["id"] = user, ["is_bot"] = false, ["first_name"] = "Анна" },
            ["chat_instance"] = "1",
            ["data"] = "yes",
        });
        await Eventually.TrueAsync(() => rig.Heard(user).Count == 1);
        Assert.Equal("Нажата кнопка «yes»", rig.Open(rig.Heard(user)[0].Text));
        await Eventually.TrueAsync(() => !Telegram.Bot(TelegramRig.Polling).Callbacks.ContainsKey(id));
    }

    [Fact]
    public async Task The_telephone_is_asked_for_once_and_never_of_those_who_told_it()
    {
        var (asked, open) = (TelegramRig.Somebody(), TelegramRig.Somebody());
        await rig.HearAsync(open, new() { ["contact"] = new JsonObject { ["phone_number"] = "79161234567", ["first_name"] = "Анна", ["user_id"] = open } });
        await rig.HearAsync(open, new() { ["text"] = "раз" });
        await rig.HearAsync(asked, new() { ["text"] = "раз" });
        await Eventually.TrueAsync(() => Telegram.To(asked).Any());
        await rig.HearAsync(asked, new() { ["text"] = "два" });

        // Courtesies leave one after another: what comes behind them shows that they are through.
        var last = TelegramRig.Somebody();
        await rig.HearAsync(last, new() { ["text"] = "три" });
        await Eventually.TrueAsync(() => Telegram.To(last).Any());
        var question = Assert.Single(Telegram.To(asked));
        Assert.Empty(Telegram.To(open));
        var button = question.ReplyMarkup!["keyboard"]![0]![0]!;
        Assert.Equal((true, "Поделиться номером"), (button["request_contact"]!.GetValue<bool>(), button["text"]!.GetValue<string>()));
        Assert.DoesNotMatch("(?i)врач|клиник|медицин|пациент|приём", question.Text!);
        Assert.Empty(Telegram.Offences);
    }

    [Fact]
    public async Task A_webhook_with_a_wrong_secret_leaves_nothing()
    {
        var user = TelegramRig.Somebody();
        var to = new Uri(rig.Address, "/webhooks/telegram/hook");
        var update = new JsonObject { ["update_id"] = 900_001, ["message"] = Telegram.Message(user, new() { ["text"] = "x" }) };
        Assert.Equal(401, await Telegram.PostAsync(TelegramRig.Hook, to, update, "another-secret-of-a-stranger"));
        Assert.Equal(401, await Telegram.PostAsync(TelegramRig.Hook, to, update, ""));
        Assert.Equal(404, await Telegram.PostAsync(TelegramRig.Hook, new Uri(rig.Address, "/webhooks/telegram/main"), update, TelegramRig.Secret));
        Assert.Equal(404, await Telegram.PostAsync(TelegramRig.Hook, new Uri(rig.Address, "/webhooks/telegram/branch"), update, TelegramRig.Secret));
        await using var session = rig.Get<IDocumentStore>().QuerySession();
        Assert.False(await session.Query<StoredInput>().AnyAsync(input => input.ExternalId.StartsWith("900001")));
        Assert.Empty(rig.Heard(user));
    }

    [Fact]
    public async Task A_webhook_is_registered_with_its_secret_and_what_comes_twice_counts_once()
    {
        await Eventually.TrueAsync(() => Telegram.Bot(TelegramRig.Hook).WebhookSecret == TelegramRig.Secret);
        Assert.Equal("https://crm.clinic.test/webhooks/telegram/hook", Telegram.Bot(TelegramRig.Hook).WebhookUrl);
        var user = TelegramRig.Somebody();
        var to = new Uri(rig.Address, "/webhooks/telegram/hook");
        var update = new JsonObject { ["update_id"] = 900_002, ["message"] = Telegram.Message(user, new() { ["text"] = "x" }) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Telegram.PostAsync(TelegramRig.Hook, to, update)));
        Assert.All(answers, answer => Assert.Equal(200, answer));
        update["update_id"] = 900_003;
        update["message"] = Telegram.Message(user, new() { ["text"] = "y" });
        Assert.Equal(200, await Telegram.PostAsync(TelegramRig.Hook, to, update));
        await Eventually.TrueAsync(() => rig.Heard(user).Any(message => rig.Open(message.Text) == "y"));
        Assert.Equal(2, rig.Heard(user).Count);
    }

    [Fact]
    public async Task What_nobody_can_read_waits_in_the_quarantine_and_does_not_stop_the_next()
    {
        Telegram.Bot(TelegramRig.Polling).Add(new JsonObject { ["update_id"] = 400_000, ["message"] = "not an object" });
        var user = TelegramRig.Somebody();
        await rig.HearAsync(user, new() { ["text"] = "дальше" });
        await using var session = rig.Get<IDocumentStore>().QuerySession();
        Assert.True(await session.Query<MedCrm.Connectors.Sdk.Quarantine.QuarantinedInput>().AnyAsync(input => input.Channel == "telegram/main" && input.Reason == "unreadable"));
    }

    private JsonObject File(byte[] bytes, params (string Name, JsonNode Value)[] more)
    {
        var file = new JsonObject { ["file_id"] = Telegram.Keep(bytes), ["file_unique_id"] = Guid.NewGuid().ToString("N")[..8], ["file_size"] = bytes.Length };
        foreach (var (name, value) in more)
        {
            file[name] = value;
        }

        return file;
    }
}
