using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Connectors.WebChat;
using MedCrm.Contracts.Chat;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Connectors.Tests.WebChat;

/// <summary>A visitor of the site and her browser.</summary>
public sealed class VisitorTests(ChatHost host) : IClassFixture<ChatHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_sent_when_it_is_kept_delivered_when_her_browser_has_it_and_read_when_she_looks()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Вы принимаете в субботу?");
        var answer = await host.AnswerAsync(heard, "Да, с девяти до трёх");
        await host.ReportedAsync(answer, DeliveryStatus.Sent);
        Assert.DoesNotContain(host.Heard.Reports, report => report.MessageId == answer.MessageId && report.Status != DeliveryStatus.Sent);

        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        var lines = await browser.ResumeAsync(0, Ct);
        Assert.Equal([("Вы принимаете в субботу?", true), ("Да, с девяти до трёх", false)], lines.Select(line => (line.Text, line.ByVisitor)));
        await browser.AcknowledgeAsync(lines[^1].Seq, read: false, Ct);
        await host.ReportedAsync(answer, DeliveryStatus.Delivered);
        await browser.AcknowledgeAsync(lines[^1].Seq, read: true, Ct);
        await browser.AcknowledgeAsync(lines[^1].Seq, read: true, Ct);
        await host.ReportedAsync(answer, DeliveryStatus.Read);
        Assert.Single(host.Heard.Reports, report => report.MessageId == answer.MessageId && report.Status == DeliveryStatus.Read);
    }

    [Fact]
    public async Task Choices_reach_her_browser_and_a_press_names_what_it_answers()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Напомните о визите?");
        var question = await host.AnswerAsync(heard, "Вы придёте?", ["Приду", "Не приду"]);
        await host.ReportedAsync(question, DeliveryStatus.Sent);
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        var line = (await browser.ResumeAsync(0, Ct))[^1];
        Assert.Equal(["Приду", "Не приду"], line.Choices!);

        var press = new { messageId = Guid.NewGuid(), text = "Приду", choiceOf = line.MessageId };
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.WriteAsync(token, press)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var pressed = await Eventually.AsyncOf(() => host.Heard.Messages.FirstOrDefault(message => message.ChoiceOf is not null && message.SubjectId == heard.SubjectId));
        Assert.Equal((question.MessageId, "Приду"), (pressed.ChoiceOf!.Value, host.Open(pressed.Text)));
        var after = Assert.Single(await browser.ResumeAsync(line.Seq, Ct));
        Assert.Equal((line.MessageId, true), (after.ChoiceOf!.Value, after.ByVisitor));
        Assert.Single(host.Heard.Messages, message => message.ChoiceOf == question.MessageId);
    }

    [Fact]
    public async Task An_open_browser_gets_each_line_at_once_also_from_another_process_and_in_every_tab()
    {
        var token = await host.TokenAsync();
        await using var other = await host.StartAsync();
        await using var tab = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        await using var second = await ChatBrowser.OpenAsync(new Uri(other.Urls.First()), token, Ct);
        Assert.Empty(await tab.ResumeAsync(0, Ct));
        Assert.Empty(await second.ResumeAsync(0, Ct));
        var heard = await host.HeardAsync(token, "Есть ли парковка?");
        await host.AnswerAsync(heard, "Есть, во дворе");
        foreach (var browser in new[] { tab, second })
        {
            await Eventually.TrueAsync(() => browser.Pushed.Count >= 2);
            Assert.Equal(["Есть ли парковка?", "Есть, во дворе"], browser.Pushed.Select(line => line.Text));
        }

        await other.StopAsync(Ct);
    }

    [Fact]
    public async Task After_a_loss_only_what_is_newer_is_told()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Раз");
        long last;
        await using (var before = await ChatBrowser.OpenAsync(host.Url, token, Ct))
        {
            last = (await before.ResumeAsync(0, Ct))[^1].Seq;
        }

        foreach (var text in new[] { "Два", "Три" })
        {
            await host.ReportedAsync(await host.AnswerAsync(heard, text), DeliveryStatus.Sent);
        }

        await using var after = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        Assert.Equal(["Два", "Три"], (await after.ResumeAsync(last, Ct)).Select(line => line.Text));
    }

    [Fact]
    public async Task Twelve_posts_of_one_message_at_once_are_one_message()
    {
        var token = await host.TokenAsync();
        var message = new { messageId = Guid.NewGuid(), text = "Нажала двенадцать раз" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.WriteAsync(token, message)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var later = await host.HeardAsync(token, "И ещё одно");
        Assert.Single(host.Heard.Messages, one => host.Open(one.Text) == message.text);
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        Assert.Equal([message.text, "И ещё одно"], (await browser.ResumeAsync(0, Ct)).Select(line => line.Text));
        Assert.NotNull(later.ExternalConversationId);
    }

    [Fact]
    public async Task Many_writers_of_one_conversation_leave_no_gap_that_a_browser_would_not_see()
    {
        var token = await host.TokenAsync();
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        await browser.ResumeAsync(0, Ct);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async n => (await host.WriteAsync(token, new { messageId = Guid.NewGuid(), text = $"Строка {n}" })).Dispose()));
        await Eventually.TrueAsync(() => browser.Pushed.Count >= 30);
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), browser.Pushed.Select(line => line.Seq));
    }

    [Fact]
    public async Task A_page_that_is_not_listed_is_refused_at_every_door()
    {
        var token = await host.TokenAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/widget/demo/settings"), (HttpMethod.Post, "/widget/demo/session"), (HttpMethod.Post, "/widget/demo/messages"), (HttpMethod.Post, "/hubs/visitor/negotiate?chat=demo") })
        {
            using var refused = await host.SendAsync(method, path, token, origin: "https://evil.example");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
        }

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ChatBrowser.OpenAsync(host.Url, token, Ct, origin: "https://evil.example"));
        await using var listed = await ChatBrowser.OpenAsync(host.Url, token, Ct, origin: "https://clinic.example");
        await using var own = await ChatBrowser.OpenAsync(host.Url, token, Ct, origin: host.Url.GetLeftPart(UriPartial.Authority));
        using var allowed = await host.SendAsync(HttpMethod.Get, "/widget/demo/settings", null, origin: "https://clinic.example");
        Assert.Equal("https://clinic.example", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        using var unknown = await host.Http.GetAsync("/widget/nowhere/settings", Ct);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_token_opens_one_conversation_of_one_chat_and_nothing_else()
    {
        var (anna, vera) = (await host.TokenAsync(), await host.TokenAsync());
        await host.HeardAsync(anna, "Только моё");
        await using var other = await ChatBrowser.OpenAsync(host.Url, vera, Ct);
        Assert.Empty(await other.ResumeAsync(0, Ct));
        await using var elsewhere = await ChatBrowser.OpenAsync(host.Url, anna, Ct, chat: "strict");
        Assert.Contains("chat.unauthorized", (await Assert.ThrowsAsync<HubException>(() => elsewhere.ResumeAsync(0, Ct))).Message, StringComparison.Ordinal);
        await using var stranger = await ChatBrowser.OpenAsync(host.Url, "guessed", Ct);
        await Assert.ThrowsAsync<HubException>(() => stranger.ResumeAsync(0, Ct));
        await Assert.ThrowsAsync<HubException>(() => stranger.AcknowledgeAsync(1, true, Ct));
    }

    [Fact]
    public async Task A_token_rests_as_a_hash_lives_anew_with_each_visit_and_ends()
    {
        var token = await host.TokenAsync();
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
        Assert.Equal(0, await host.CountAsync("select count(*) from webchat.visitors v where v::text like $1", $"%{token}%"));
        Assert.Equal(1, await host.CountAsync("select count(*) from webchat.visitors where token_hash = $1", hash));

        await host.CountAsync("with aged as (update webchat.visitors set expires_at = now() + interval '1 day' where token_hash = $1 returning 1) select count(*) from aged", hash);
        using var renewed = await host.SendAsync(HttpMethod.Post, "/widget/demo/session", token);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        Assert.Equal(1, await host.CountAsync("select count(*) from webchat.visitors where token_hash = $1 and expires_at > now() + interval '29 days'", hash));

        await host.CountAsync("with aged as (update webchat.visitors set expires_at = now() - interval '1 second' where token_hash = $1 returning 1) select count(*) from aged", hash);
        using var ended = await host.WriteAsync(token, new { messageId = Guid.NewGuid(), text = "Поздно" });
        Assert.Equal(HttpStatusCode.Unauthorized, ended.StatusCode);
    }

    [Fact]
    public async Task Who_asks_her_browser_to_forget_is_not_answered_into_the_void()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Забудьте меня");
        using (var forgotten = await host.SendAsync(HttpMethod.Delete, "/widget/demo/session", token))
        {
            Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        }

        using var again = await host.SendAsync(HttpMethod.Post, "/widget/demo/session", token);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        var answer = await host.AnswerAsync(heard, "Хорошо");
        await host.ReportedAsync(answer, DeliveryStatus.Failed);
    }

    [Fact]
    public async Task A_flood_is_flagged_and_nothing_of_it_is_dropped()
    {
        var token = await host.TokenAsync("strict");
        foreach (var n in Enumerable.Range(0, 12))
        {
            await host.HeardAsync(token, $"Поток {n}", "strict");
        }

        var flood = host.Heard.Messages.Where(message => host.Open(message.Text)?.StartsWith("Поток", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(12, flood.Count);
        // A minute may turn within the flood; then both halves begin at three.
        Assert.InRange(flood.Count(message => message.Suspicions.Contains("rate")), 6, 9);
    }

    [Fact]
    public async Task A_consent_is_kept_with_the_wording_and_the_address()
    {
        var token = await host.TokenAsync();
        using var answer = await host.WriteAsync(token, new
        {
            messageId = Guid.NewGuid(),
            text = "С согласием",
            name = "  Анна Синтетова ",
            phone = "8 (901) 000-11-22",
            page = "https://clinic.example/contacts",
            consent = new { given = true, textVersion = "2026-01" },
        });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var heard = await Eventually.AsyncOf(() => host.Heard.Messages.FirstOrDefault(message => host.Open(message.Text) == "С согласием"));
        Assert.Equal((true, "2026-01", "127.0.0.1"), (heard.Consent!.Given, heard.Consent.TextVersion, host.Open(heard.Consent.RemoteAddress)));
        Assert.Equal("Анна Синтетова", host.Open(heard.DisplayName));
        Assert.Equal("+79010001122", host.Open(heard.ContactPoints[1].Value));
    }

    [Fact]
    public async Task Too_much_and_nothing_at_all_are_refused_with_a_word()
    {
        var token = await host.TokenAsync("strict");
        using (var large = await PostAsync(token, "strict", new byte[2000]))
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        }

        using (var many = await PostAsync(token, "strict", [1], [2]))
        {
            Assert.Equal("chat.too-large", (await many.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("title").GetString());
        }

        using var empty = await host.WriteAsync(token, new { messageId = Guid.NewGuid(), text = "  " }, "strict");
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
    }

    [Fact]
    public async Task A_file_of_an_answer_is_a_download_for_her_alone()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Пришлите памятку");
        var content = "<script>alert(1)</script>"u8.ToArray();
        await host.ReportedAsync(await host.AnswerAsync(heard, "Вот она", await host.FileAsync(heard, "памятка.html", "text/html", content)), DeliveryStatus.Sent);
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        var line = (await browser.ResumeAsync(0, Ct))[^1];
        Assert.Equal(("памятка.html", true), (line.Files[0].Name, line.Files[0].Stored));
        using var file = await host.SendAsync(HttpMethod.Get, $"/widget/demo/files/{line.Seq}/0", token);
        Assert.Equal(content, await file.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(("attachment", "памятка.html"), (file.Content.Headers.ContentDisposition!.DispositionType, file.Content.Headers.ContentDisposition.FileNameStar));
        Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));
        using var foreign = await host.SendAsync(HttpMethod.Get, $"/widget/demo/files/{line.Seq}/0", await host.TokenAsync());
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var nobody = await host.SendAsync(HttpMethod.Get, $"/widget/demo/files/{line.Seq}/0", null);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task She_sees_that_a_manager_is_writing()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Ау?");
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        await browser.ResumeAsync(0, Ct);
        var conversation = Contracts.DeterministicId.From("conversation", heard.Channel, heard.ExternalConversationId!);
        using var stranger = await host.SendAsync(HttpMethod.Post, $"/api/chats/{conversation}/typing", token);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await host.TellTypingAsync(conversation));
        await Eventually.TrueAsync(() => browser.SawTyping);
    }

    [Fact]
    public async Task Files_of_an_answer_are_kept_with_it_and_those_of_its_repeat_are_not()
    {
        var heard = await host.HeardAsync(await host.TokenAsync(), "Пришлите план");
        var (visitor, message) = (Guid.ParseExact(host.Open(heard.ContactPoints[0].Value)![^32..], "N"), Guid.NewGuid());
        var files = new[] { await host.FileAsync(heard, "план.pdf", "application/pdf", [1]), await host.FileAsync(heard, "план.pdf", "application/pdf", [1]) };
        foreach (var file in files)
        {
            await host.Services.GetRequiredService<History>().AddAnswerAsync(
                visitor, host.Open(heard.ContactPoints[0].Value)!, message, new("Вот он", [new("план.pdf", file.MediaType, file.Size, file.BlobId)], null), Ct);
        }

        Assert.Equal((0, 1), (await DraftsAsync(files[0]), await DraftsAsync(files[1])));
        Assert.Equal(1, await host.CountAsync("select count(*) from webchat.entries where message_id = $1", message));

        Task<long> DraftsAsync(Contracts.Chat.Attachment file) => host.CountAsync("select count(*) from webchat.blob_drafts where id = $1", file.BlobId);
    }

    [Fact]
    public async Task Who_was_erased_leaves_no_line_behind()
    {
        var token = await host.TokenAsync();
        var heard = await host.HeardAsync(token, "Сотрите всё");
        Assert.True(await host.Vault.DestroyAsync(heard.SubjectId, Ct));
        await using var browser = await ChatBrowser.OpenAsync(host.Url, token, Ct);
        await Eventually.TrueAsync(() => browser.ResumeAsync(0, Ct).GetAwaiter().GetResult().Count == 0);
        Assert.Equal(1, await host.CountAsync("select count(*) from webchat.entries where content like $1", $"s1.{heard.SubjectId.Value:N}.%"));
    }

    [Fact]
    public async Task Outside_of_the_hours_the_widget_is_told_the_form_and_in_which_language()
    {
        var strict = await host.Http.GetFromJsonAsync<JsonElement>("/widget/strict/settings?lang=en-GB", Ct);
        // One minute a week is within the hours.
        Assert.Equal("callback", strict.GetProperty("offlineForm").GetString());
        Assert.Equal("Chat with us", strict.GetProperty("title").GetString());
        var demo = await host.Http.GetFromJsonAsync<JsonElement>("/widget/demo/settings?lang=ru", Ct);
        Assert.True(demo.GetProperty("online").GetBoolean());
        Assert.Equal(("Онлайн-чат", "2026-01"), (demo.GetProperty("title").GetString(), demo.GetProperty("consentTextVersion").GetString()));
    }

    private async Task<HttpResponseMessage> PostAsync(string token, string chat, params byte[][] files)
    {
        var form = new MultipartFormDataContent { { JsonContent.Create(new { messageId = Guid.NewGuid(), text = "Файлы" }), "message" } };
        foreach (var (n, file) in files.Index())
        {
            form.Add(new ByteArrayContent(file), "file", $"{n}.bin");
        }

        return await host.SendAsync(HttpMethod.Post, $"/widget/{chat}/messages", token, form);
    }
}
