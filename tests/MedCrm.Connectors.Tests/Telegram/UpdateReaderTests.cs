using System.Text.Json;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telegram;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

/// <summary>Updates as Telegram sends them, one by one.</summary>
public sealed class UpdateReaderTests
{
    private const string Anna = """{"id":7001,"is_bot":false,"first_name":"Анна","last_name":"Проверкина","username":"anna_test"}""";
    private const string Private = """{"id":7001,"type":"private","first_name":"Анна"}""";
    private static readonly Address Account = new(ContactPointSystem.Account, "telegram/7001");

    [Fact]
    public void A_text()
    {
        var message = Said("\"text\":\"Здравствуйте 😀\"");
        Assert.Equal(("Здравствуйте 😀", "Анна Проверкина", ChannelKind.Telegram, "telegram/main"), (message.Text, message.DisplayName, message.Kind, message.Topic));
        Assert.Equal([Account], message.From);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), message.SentAt);
        Assert.Empty(message.References);
    }

    [Fact]
    public void Ids_of_people_do_not_travel_in_the_clear()
    {
        var read = Read($$"""{"update_id":5,"message":{{Body("\"text\":\"x\"")}}}""");
        var message = Assert.IsType<InboundMessage>(read.Event);
        Assert.All(new[] { read.Key, message.ExternalMessageId, message.ExternalConversationId!, message.Topic }, id => Assert.DoesNotContain("7001", id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_start_tells_its_source()
    {
        var message = Said("\"text\":\"/start lead_8f3a\"");
        Assert.Equal("Диалог начат", message.Text);
        Assert.Equal([new InboundFormField("source", "lead_8f3a")], message.Form!);
        Assert.Null(Said("\"text\":\"/start\"").Form);
    }

    [Fact]
    public void Ones_own_number_is_an_address_and_somebody_elses_is_not()
    {
        var own = Said("""
            "contact":{"phone_number":"79161234567","first_name":"Анна","user_id":7001}
            """);
        Assert.Equal([Account, new Address(ContactPointSystem.Phone, "+79161234567")], own.From);
        var foreign = Said("""
            "contact":{"phone_number":"79167654321","first_name":"Пётр","user_id":7002}
            """);
        Assert.Equal([Account], foreign.From);
        Assert.Contains("79167654321", foreign.Text, StringComparison.Ordinal);
        Assert.Equal([Account], Said("""
            "contact":{"phone_number":"79167654321","first_name":"Из книги"}
            """).From);
    }

    [Theory]
    [InlineData("""
        "photo":[{"file_id":"s","file_unique_id":"1","width":90,"height":90,"file_size":900},{"file_id":"l","file_unique_id":"2","width":900,"height":900,"file_size":9000}],"caption":"Вот снимок"
        """, "l", "image/jpeg", "Вот снимок")]
    [InlineData("""
        "voice":{"file_id":"v","file_unique_id":"1","duration":12,"mime_type":"audio/ogg","file_size":9000}
        """, "v", "audio/ogg", "")]
    [InlineData("""
        "video_note":{"file_id":"n","file_unique_id":"1","length":240,"duration":5,"file_size":9000}
        """, "n", "video/mp4", "")]
    [InlineData("""
        "document":{"file_id":"d","file_unique_id":"1","file_name":"анализы.pdf","mime_type":"application/pdf","file_size":9000}
        """, "d", "application/pdf", "")]
    [InlineData("""
        "sticker":{"file_id":"st","file_unique_id":"1","type":"regular","width":512,"height":512,"is_animated":false,"is_video":false,"emoji":"👍","file_size":9000}
        """, "st", "image/webp", "Стикер 👍")]
    [InlineData("""
        "sticker":{"file_id":"st","file_unique_id":"1","type":"regular","width":512,"height":512,"is_animated":true,"is_video":false,"emoji":"👍","file_size":9000}
        """, null, null, "Стикер 👍")]
    [InlineData("""
        "location":{"latitude":55.751244,"longitude":37.618423}
        """, null, null, "Геопозиция: 55.751244, 37.618423")]
    public void Media(string content, string? file, string? mediaType, string text)
    {
        var read = Read($$"""{"update_id":5,"message":{{Body(content)}}}""");
        Assert.Equal((file, mediaType, text), (read.File?.FileId, read.File?.MediaType, Assert.IsType<InboundMessage>(read.Event).Text));
    }

    [Fact]
    public void What_we_have_no_words_for_arrives_all_the_same() =>
        Assert.Contains("Poll", Said("""
            "poll":{"id":"1","question":"?","options":[],"total_voter_count":0,"is_closed":false,"is_anonymous":true,"type":"regular","allows_multiple_answers":false}
            """).Text, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Pictures_of_an_album_are_pieces_of_one_message()
    {
        InboundMessageChange Piece(int id, string caption) => Assert.IsType<InboundMessageChange>(Read($$"""
            {"update_id":{{id}},"message":{{Body($$"""
            "media_group_id":"13579","photo":[{"file_id":"p{{id}}","file_unique_id":"1","width":9,"height":9}]{{caption}}
            """, id)}}}
            """).Event);
        var (first, second) = (Piece(11, ",\"caption\":\"Два снимка\""), Piece(12, ""));
        Assert.Equal(first.Message.ExternalMessageId, second.Message.ExternalMessageId);
        Assert.NotEqual(first.ChangeId, second.ChangeId);
        Assert.Equal(("Два снимка", "", null, null), (first.Message.Text, second.Message.Text, first.EditedAt, second.EditedAt));
    }

    [Fact]
    public void A_rewritten_message_keeps_its_key()
    {
        var edited = Assert.IsType<InboundMessageChange>(Read($$"""{"update_id":6,"edited_message":{{Body("\"text\":\"в 11\",\"edit_date\":1790000060")}}}""").Event);
        Assert.Equal(Said("\"text\":\"в 10\"").ExternalMessageId, edited.Message.ExternalMessageId);
        Assert.Equal(("в 11", DateTimeOffset.FromUnixTimeSeconds(1_790_000_060)), (edited.Message.Text, edited.EditedAt));
    }

    [Fact]
    public void A_reply_quotes_what_it_answers()
    {
        var reply = Said($$"""
            "text":"Да","reply_to_message":{{Body("\"text\":\"Вам удобно\\nв четверг?\"", 8)}}
            """);
        Assert.Equal("> Вам удобно в четверг?\nДа", reply.Text);
        Assert.Equal([Said("\"text\":\"x\"", 8).ExternalMessageId], reply.References);
    }

    [Fact]
    public void A_pressed_button_is_said_by_its_label()
    {
        var read = Read($$$"""
            {"update_id":7,"callback_query":{"id":"4382","from":{{{Anna}}},"chat_instance":"1","data":"yes:17","message":{{{Body("\"text\":\"Придёте?\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Приду\",\"callback_data\":\"yes:17\"}]]}", 9)}}}}}
            """);
        Assert.Equal(("Нажата кнопка «Приду»", "4382"), (Assert.IsType<InboundMessage>(read.Event).Text, read.CallbackId));
    }

    [Theory]
    [InlineData("kicked", false)]
    [InlineData("member", true)]
    public void A_blocked_bot_and_an_unblocked_one(string status, bool reachable)
    {
        var until = status == "kicked" ? ",\"until_date\":0" : "";
        var report = Assert.IsType<ReachabilityReport>(Read($$$"""
            {"update_id":8,"my_chat_member":{"chat":{{{Private}}},"from":{{{Anna}}},"date":1790000000,"old_chat_member":{"user":{{{Anna}}},"status":"member"},"new_chat_member":{"user":{{{Anna}}},"status":"{{{status}}}"{{{until}}} } } }
            """).Event);
        Assert.Equal((reachable, Account, Said("\"text\":\"x\"").ExternalConversationId), (report.Reachable, report.Contact, report.ExternalConversationId));
    }

    [Fact]
    public void Groups_are_passed_over() =>
        Assert.Equal("group", Read($$$"""{"update_id":9,"message":{"message_id":1,"from":{{{Anna}}},"chat":{"id":-100,"type":"group","title":"Г"},"date":1790000000,"text":"x"}}""").PassOver);

    [Theory]
    [InlineData("""{"update_id":9,"message":"not an object"}""", "unreadable")]
    [InlineData("""{"update_id":9,"invented_tomorrow":{"x":1}}""", "unknown-update")]
    public void What_nobody_can_read_is_kept(string update, string reason) => Assert.Equal(reason, Read(update).QuarantineReason);

    [Fact]
    public void A_number_that_came_again_after_a_silent_week_is_another_update() =>
        Assert.NotEqual(
            Read($$"""{"update_id":5,"message":{{Body("\"text\":\"x\"")}}}""").Key,
            Read($$"""{"update_id":5,"message":{{Body("\"text\":\"x\"").Replace("1790000000", "1791000000", StringComparison.Ordinal)}}}""").Key);

    private static InboundMessage Said(string content, int id = 7) => Assert.IsType<InboundMessage>(Read($$"""{"update_id":5,"message":{{Body(content, id)}}}""").Event);

    private static string Body(string content, int id = 7) => $$"""{"message_id":{{id}},"from":{{Anna}},"chat":{{Private}},"date":1790000000,{{content}}}""";

    private static ReadUpdate Read(string json) =>
        new UpdateReader("telegram/main", text => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..32])
            .Read(JsonSerializer.Deserialize<JsonElement>(json));
}
