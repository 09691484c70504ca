using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marten;
using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Retention;
using MedCrm.Integration.Tests.Hub;
using Npgsql;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A manager answers.</summary>
public sealed class ReplyTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_form_is_answered_by_mail_and_the_timeline_tells_that_it_went(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        Assert.Equal("email", (string?)row["replyBy"]);
        var reply = await window.ReplyAsync(row, "Ждём вас в среду");
        await DeliveredAsync(window, row, reply, "sent");
        var letter = Assert.Single(hub.PostOffice.LettersTo(person));
        Assert.Equal(("Ждём вас в среду", person.Name, "Запись на приём"), (letter.Text, letter.ToName, letter.Subject));
        var answered = await window.RequestAsync((string)row["id"]!);
        Assert.Equal(("waiting", 0, "Ковалёва Анна"), ((string?)answered["status"], (int)answered["unread"]!, (string?)answered["assignee"]!["name"]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Files_go_with_an_answer_and_stand_in_the_timeline(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        byte[] pdf = [.. "%PDF-1.7"u8, .. new byte[70_000]];
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
        var plan = await KeptAsync(window, row, "../план лечения.pdf", pdf);
        var picture = await KeptAsync(window, row, "снимок.txt", png);
        Assert.Equal(("план лечения.pdf", "application/pdf", pdf.Length), ((string?)plan["fileName"], (string?)plan["mediaType"], (int)plan["size"]!));
        Assert.Equal("image/png", (string?)picture["mediaType"]);

        var reply = MessageId.New();
        var answer = new { messageId = reply, text = "", attachments = new[] { (Guid)plan["blobId"]!, (Guid)picture["blobId"]! } };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => window.DoAsync($"/api/conversations/{row["conversationId"]}/messages", answer)));
        var entry = await DeliveredAsync(window, row, reply, "sent");
        Assert.Equal(["план лечения.pdf", "снимок.txt"], entry["attachments"]!.AsArray().Select(file => (string?)file!["fileName"]));
        var letter = Assert.Single(hub.PostOffice.LettersTo(person));
        Assert.Equal(["план лечения.pdf", "снимок.txt"], letter.Attachments.Select(file => file.FileName));
        using var sent = new MemoryStream();
        await using (var content = await letter.Attachments[0].OpenAsync(TestContext.Current.CancellationToken))
        {
            await content.CopyToAsync(sent, TestContext.Current.CancellationToken);
        }

        Assert.Equal(pdf, sent.ToArray());
        Assert.Equal(png, await window.Http.GetByteArrayAsync($"/api/attachments/{picture["blobId"]}?view=true", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_may_not_go_is_refused_by_name_and_leaves_nothing()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var (window, _, row) = await WroteAsync(hub, Person.New());
        var (_, _, other) = await WroteAsync(hub, Person.New());
        await RefusedAsync(window, row, "счёт.pdf.exe", [1], HttpStatusCode.UnsupportedMediaType, "attachment.forbidden-type");
        await RefusedAsync(window, row, "счёт.pdf", [.. "MZ"u8, .. new byte[300]], HttpStatusCode.UnsupportedMediaType, "attachment.forbidden-type");
        await RefusedAsync(window, row, "пусто.pdf", [], HttpStatusCode.BadRequest, "attachment.empty");
        await RefusedAsync(window, row, "", [1], HttpStatusCode.BadRequest, "attachment.name-missing");
        await RefusedAsync(window, row, "большой.zip", new byte[(20 * 1024 * 1024) + 1], HttpStatusCode.RequestEntityTooLarge, "attachment.too-large");

        var foreign = await KeptAsync(window, other, "чужое.pdf", [1]);
        await AnswerRefusedAsync(HttpStatusCode.BadRequest, "attachment.not-found", (Guid)foreign["blobId"]!);
        await AnswerRefusedAsync(HttpStatusCode.BadRequest, "attachment.not-found", Guid.NewGuid());
        await AnswerRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "attachment.too-large", [.. Enumerable.Range(0, 11).Select(_ => Guid.NewGuid())]);
        var halves = new[] { await KeptAsync(window, row, "1.zip", new byte[11 * 1024 * 1024]), await KeptAsync(window, row, "2.zip", new byte[11 * 1024 * 1024]) };
        await AnswerRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "attachment.too-large", [.. halves.Select(half => (Guid)half["blobId"]!)]);
        Assert.DoesNotContain(await window.TimelineAsync((string)row["id"]!), entry => (string?)entry["kind"] == "reply");

        async Task AnswerRefusedAsync(HttpStatusCode status, string title, params Guid[] files) => Assert.Equal(
            title, (string?)(await window.RefusedAsync(status, $"/api/conversations/{row["conversationId"]}/messages", new { messageId = MessageId.New(), text = "См. файл", attachments = files }))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_file_that_was_never_sent_goes_after_a_week_and_one_that_was_sent_stays(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, _, row) = await WroteAsync(hub, Person.New());
        var (sent, forgotten, late, fresh) = (await KeptAsync(window, row, "план.pdf", [1]), await KeptAsync(window, row, "чужой снимок.png", [2]), await KeptAsync(window, row, "поздно.pdf", [3]), await KeptAsync(window, row, "черновик.pdf", [4]));
        var reply = MessageId.New();
        await window.DoAsync($"/api/conversations/{row["conversationId"]}/messages", new { messageId = reply, text = "", attachments = new[] { (Guid)sent["blobId"]! } });
        await DeliveredAsync(window, row, reply, "sent");

        // Each was kept in the commit that wrote it down.
        foreach (var file in (JsonNode[])[sent, forgotten, late, fresh])
        {
            Assert.Equal(0, await hub.AskAsync<long>("Chat", "select count(*) from chat.blob_drafts where id = $1", (Guid)file["blobId"]!));
        }

        // As if they had been handed over so long ago: one for longer than a week, one just a week ago.
        await AgeAsync(sent, "8 days");
        await AgeAsync(forgotten, "8 days");
        await AgeAsync(late, "7 days");
        Assert.True(await hub.Of<RetentionSweep>("chat").SweepAsync(TestContext.Current.CancellationToken) >= 1);

        Assert.Equal((HttpStatusCode.OK, true), await IsThereAsync(sent));
        Assert.Equal((HttpStatusCode.NotFound, false), await IsThereAsync(forgotten));
        Assert.Equal(0, await hub.AskAsync<long>("Chat", "select count(*) from chat.mt_doc_storedattachment where id = $1", (Guid)forgotten["blobId"]!));
        Assert.Equal((HttpStatusCode.OK, true), await IsThereAsync(fresh));

        // Its time is over, though no sweep has come by: nobody opens or sends what may be gone in a moment.
        Assert.Equal((HttpStatusCode.NotFound, true), await IsThereAsync(late));
        var refusal = await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/conversations/{row["conversationId"]}/messages", new { messageId = MessageId.New(), text = "См. файл", attachments = new[] { (Guid)late["blobId"]! } });
        Assert.Equal("attachment.not-found", (string?)refusal["title"]);

        Task<object?> AgeAsync(JsonNode file, string by) => hub.AskAsync<object>(
            "Chat",
            "update chat.mt_doc_storedattachment set uploaded_at = uploaded_at - $2::interval, data = case when uploaded_at is null then data else jsonb_set(data, '{uploadedAt}', to_jsonb(uploaded_at - $2::interval)) end where id = $1",
            (Guid)file["blobId"]!, by);

        async Task<(HttpStatusCode, bool)> IsThereAsync(JsonNode file)
        {
            using var answer = await window.Http.GetAsync($"/api/attachments/{file["blobId"]}");
            await using var content = await hub.Blobs.OpenAsync((Guid)file["blobId"]!, TestContext.Current.CancellationToken);
            return (answer.StatusCode, content is not null);
        }
    }

    [Fact]
    public async Task Two_who_learn_of_a_conversation_at_once_do_not_undo_each_other()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var (_, _, row) = await WroteAsync(hub, Person.New());
        await using var report = hub.Of<IDocumentStore>("chat").LightweightSession();
        await using var mail = hub.Of<IDocumentStore>("chat").LightweightSession();
        foreach (var session in (IDocumentSession[])[report, mail])
        {
            var conversation = (await session.LoadAsync<Conversation>((Guid)row["conversationId"]!, TestContext.Current.CancellationToken))!;
            conversation.Remember($"{Guid.NewGuid():N}@mail.example");
            session.Update(conversation);
        }

        await report.SaveChangesAsync(TestContext.Current.CancellationToken);
        // The bus repeats what met this.
        await Assert.ThrowsAsync<JasperFx.ConcurrencyException>(() => mail.SaveChangesAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_answer_that_meets_the_removal_of_its_file_is_refused_and_not_sent_without_it()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var file = await KeptAsync(window, row, "план.pdf", [1]);
        await using var sweep = await hub.Of<NpgsqlDataSource>("chat").OpenConnectionAsync(TestContext.Current.CancellationToken);
        Task<JsonNode> refusal;
        await using (var transaction = await sweep.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await ExecuteAsync("select from chat.mt_doc_storedattachment where id = $1 for update", (Guid)file["blobId"]!);
            refusal = window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/conversations/{row["conversationId"]}/messages", new { messageId = MessageId.New(), text = "См. файл", attachments = new[] { (Guid)file["blobId"]! } });
            await Eventually.TrueAsync(async () => await hub.AskAsync<bool>("Chat", "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%storedattachment%')"), "answer that waits for the sweep");
            await ExecuteAsync("delete from chat.mt_doc_storedattachment where id = $1", (Guid)file["blobId"]!);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("attachment.not-found", (string?)(await refusal)["title"]);
        Assert.DoesNotContain(await window.TimelineAsync((string)row["id"]!), entry => (string?)entry["kind"] == "reply");
        Assert.Empty(hub.PostOffice.LettersTo(person));

        async Task ExecuteAsync(string sql, Guid id)
        {
            await using var command = new NpgsqlCommand(sql, sweep);
            command.Parameters.AddWithValue(id);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Twelve_clicks_at_once_send_one_letter(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var id = MessageId.New();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.ReplyAsync(row, "Один раз", id)));
        await DeliveredAsync(window, row, id, "sent");

        // A later answer travels behind all of them.
        var later = await window.ReplyAsync(row, "И ещё");
        await DeliveredAsync(window, row, later, "sent");
        Assert.Equal(["Один раз", "И ещё"], hub.PostOffice.LettersTo(person).Select(letter => letter.Text));
        Assert.Equal(2, (await window.TimelineAsync((string)row["id"]!)).Count(entry => (string?)entry["kind"] == "reply"));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_letter_that_did_not_arrive_is_work_again(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New("nobody"));
        var reply = await window.ReplyAsync(row, "Дойдёт ли?");
        var entry = await DeliveredAsync(window, row, reply, "failed");
        Assert.Equal("bad-address", (string?)entry["delivery"]!["reasonCode"]);
        Assert.Contains(person.Mail, (string?)entry["delivery"]!["detail"], StringComparison.Ordinal);
        var failed = await window.RowOfAsync(person, now => (bool)now["deliveryFailed"]!);
        Assert.Equal(("inProgress", 1), ((string?)failed["status"], (int)failed["unread"]!));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_letter_that_did_not_arrive_brings_a_closed_request_back(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var reply = await window.ReplyAsync(row, "Отвечаю и закрываю");
        await DeliveredAsync(window, row, reply, "sent");
        await window.DoAsync($"/api/requests/{row["id"]}/close", new { outcome = "answered" });
        await hub.SendAsync("email", new MedCrm.Contracts.Chat.ReportDelivery(reply, hub.SubjectOf(person), MedCrm.Contracts.Chat.DeliveryStatus.Failed, null, "mailbox-full", null, TimeProvider.System.GetUtcNow()));
        var back = await window.RowOfAsync(person, now => (bool)now["deliveryFailed"]!);
        Assert.Equal(("inProgress", 1), ((string?)back["status"], (int)back["unread"]!));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Bad_news_told_twice_opens_what_was_closed_once(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var reply = await window.ReplyAsync(row, "Отвечаю и закрываю");
        await DeliveredAsync(window, row, reply, "sent");
        var conversation = new ConversationId((Guid)row["conversationId"]!);
        var told = new MessageDeliveryChanged(reply, conversation, hub.SubjectOf(person), DeliveryStatus.Failed, "mailbox-full", null, TimeProvider.System.GetUtcNow());
        var blocked = new ReachabilityChanged(conversation, hub.SubjectOf(person), null, TimeProvider.System.GetUtcNow());
        await hub.SendAsync("chat", told);
        await hub.SendAsync("chat", blocked);
        await window.RowOfAsync(person, now => (bool)now["deliveryFailed"]!);
        var id = (string)row["id"]!;
        await window.EventAsync(id, "unreachable");
        await window.DoAsync($"/api/requests/{id}/close", new { outcome = "answered" });
        // What is said of one person is handled in the order in which it was said.
        await hub.SendAsync("chat", told);
        await hub.SendAsync("chat", blocked);
        await hub.SendAsync("chat", blocked with { ReplyBy = ChannelKind.Email, At = blocked.At.AddSeconds(1) });
        await window.EventAsync(id, "reachable");
        Assert.Equal("closed", (string?)(await window.RequestAsync(id))["status"]);
        Assert.Single(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "unreachable");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_patients_answer_returns_into_the_conversation(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var reply = await window.ReplyAsync(row, "В среду в десять?");
        await DeliveredAsync(window, row, reply, "sent");
        await hub.ReceiveMailAsync(person, "Re: Запись на приём", "Да, подходит", [PostOffice.MessageIdOf(reply)], "hers@mail.example");
        var answer = await window.EntryAsync((string)row["id"]!, entry => (string?)entry["text"] == "Да, подходит", "answer of the patient");
        Assert.Equal((string?)row["conversationId"], (string?)answer["conversationId"]);
        Assert.Equal("inProgress", (string?)(await window.RequestAsync((string)row["id"]!))["status"]);

        var again = await window.ReplyAsync(row, "Записали");
        await DeliveredAsync(window, row, again, "sent");
        Assert.Equal([PostOffice.MessageIdOf(reply), "hers@mail.example"], hub.PostOffice.LettersTo(person).Last().References);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Somebody_elses_answer_to_our_letter_is_a_conversation_of_its_own(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, _, row) = await WroteAsync(hub, Person.New());
        var reply = await window.ReplyAsync(row, "Только для вас");
        await DeliveredAsync(window, row, reply, "sent");
        var stranger = Person.New();
        await hub.ReceiveMailAsync(stranger, "Fwd: Запись на приём", "Мне переслали", [PostOffice.MessageIdOf(reply)]);
        var own = await Eventually.AsyncOf(async () => (await window.SearchAsync(stranger.Mail)).SingleOrDefault(), "request of the stranger");
        Assert.NotEqual((string?)row["id"], (string?)own["id"]);
        Assert.NotEqual((string?)row["conversationId"], (string?)own["conversationId"]);
        Assert.DoesNotContain(await window.TimelineAsync((string)row["id"]!), entry => (string?)entry["text"] == "Мне переслали");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_note_is_for_colleagues_and_leaves_the_house_for_nobody(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (window, person, row) = await WroteAsync(hub, Person.New());
        var note = new { messageId = MessageId.New(), text = "Просит перезвонить после шести" };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => window.DoAsync($"/api/conversations/{row["conversationId"]}/notes", note)));
        var entry = await window.EntryAsync((string)row["id"]!, item => (string?)item["kind"] == "note", "note");
        Assert.Equal((note.text, "Ковалёва Анна"), ((string?)entry["text"], (string?)entry["agent"]!["name"]));
        Assert.Empty(hub.PostOffice.LettersTo(person));
        Assert.Single(await window.TimelineAsync((string)row["id"]!), item => (string?)item["kind"] == "note");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_left_no_mail_address_cannot_be_answered_in_writing(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(new() { ["phone"] = person.Phone, ["message"] = "Только звоните" });
        var row = await window.RowOfAsync(person);
        Assert.Null(row["replyBy"]);
        var refusal = await window.RefusedAsync(System.Net.HttpStatusCode.Conflict, $"/api/conversations/{row["conversationId"]}/messages", new { messageId = MessageId.New(), text = "Как?" });
        Assert.Equal("conversation.cannot-reply", (string?)refusal["title"]);
    }

    private static async Task<(Window Window, Person Person, JsonNode Row)> WroteAsync(TestHub hub, Person person)
    {
        var window = await hub.WindowAsync();
        await window.SendFormAsync(person.Form("Можно записаться?"));
        return (window, person, await window.RowOfAsync(person));
    }

    private static Task<HttpResponseMessage> HandOverAsync(Window window, JsonNode row, string name, byte[] content) =>
        window.Http.PostAsync($"/api/conversations/{row["conversationId"]}/attachments", new ByteArrayContent(content)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("text/plain"), ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = name } },
        });

    private static async Task<JsonNode> KeptAsync(Window window, JsonNode row, string name, byte[] content)
    {
        using var answer = await HandOverAsync(window, row, name, content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static async Task RefusedAsync(Window window, JsonNode row, string name, byte[] content, HttpStatusCode status, string title)
    {
        using var answer = await HandOverAsync(window, row, name, content);
        Assert.Equal((status, title), (answer.StatusCode, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["title"]));
    }

    private static Task<JsonNode> DeliveredAsync(Window window, JsonNode row, MessageId reply, string status) =>
        window.EntryAsync((string)row["id"]!, entry => (string?)entry["id"] == reply.ToString() && (string?)entry["delivery"]?["status"] == status, $"answer that is {status}");
}
