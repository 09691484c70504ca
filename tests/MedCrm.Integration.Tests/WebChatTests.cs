using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>The chat on the site, through the gateway's one address.</summary>
public sealed class WebChatTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_visitor_writes_is_answered_and_the_manager_sees_how_far_the_answer_came(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        using var http = new HttpClient { BaseAddress = hub.GatewayUrl };
        var token = await TokenAsync(http);
        http.DefaultRequestHeaders.Add("X-Visitor-Token", token);
        await using var line = new HubConnectionBuilder().WithUrl(new Uri(hub.GatewayUrl, "/hubs/visitor?chat=demo"), options => options.Headers["Origin"] = "https://clinic.example").Build();
        var pushed = new ConcurrentQueue<JsonNode>();
        var typing = 0;
        line.On<JsonElement>("entries", entries =>
        {
            foreach (var entry in JsonNode.Parse(entries.GetRawText())!.AsArray())
            {
                pushed.Enqueue(entry!);
            }
        });
        line.On("typing", () => Interlocked.Increment(ref typing));
        await line.StartAsync();
        await line.InvokeAsync<JsonElement>("Resume", token, 0L);

        using var posted = await http.PostAsJsonAsync("/widget/demo/messages", new
        {
            messageId = Guid.NewGuid(),
            text = "Сколько стоит приём?",
            name = person.Name,
            phone = person.Phone,
            consent = new { given = true, textVersion = "2026-01" },
        });
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        var row = await window.RowOfAsync(person);
        Assert.Equal(("chat", "chat"), ((string?)row["channel"], (string?)row["replyBy"]));
        var said = await window.EntryAsync((string)row["id"]!, entry => (string?)entry["text"] == "Сколько стоит приём?", "message of the visitor");
        Assert.Equal("2026-01", (string?)said["consent"]!["textVersion"]);

        using (var told = await window.PostAsync($"/api/chats/{row["conversationId"]}/typing"))
        {
            Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
        }

        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref typing) > 0), "sign that an answer is written");
        var answer = await window.ReplyAsync(row, "Две тысячи рублей");
        await Eventually.TrueAsync(() => Task.FromResult(pushed.Any(entry => (string?)entry["text"] == "Две тысячи рублей")), "answer at the visitor's");
        await Delivery("sent");
        var seq = (long)pushed.Last()["seq"]!;
        await line.InvokeAsync("Acknowledge", seq, false);
        await Delivery("delivered");
        await line.InvokeAsync("Acknowledge", seq, true);
        await Delivery("read");

        Task<JsonNode> Delivery(string state) => window.EntryAsync(
            (string)row["id"]!, entry => (string?)entry["id"] == answer.ToString() && (string?)entry["delivery"]?["status"] == state, $"answer that is {state}");
    }

    [Fact]
    public async Task The_script_is_asked_for_by_its_hash_and_packed()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        using var http = new HttpClient { BaseAddress = hub.GatewayUrl };
        using var first = await http.GetAsync("/widget/chat.js");
        Assert.Equal(("text/javascript", "nosniff", "cross-origin"), (first.Content.Headers.ContentType!.MediaType, first.Headers.GetValues("X-Content-Type-Options").Single(), first.Headers.GetValues("Cross-Origin-Resource-Policy").Single()));
        Assert.True(first.Headers.CacheControl is { Public: true, MaxAge: not null });
        using var again = new HttpRequestMessage(HttpMethod.Get, "/widget/chat.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var packed = new HttpRequestMessage(HttpMethod.Get, "/widget/chat.js");
        packed.Headers.AcceptEncoding.ParseAdd("gzip");
        using var small = await http.SendAsync(packed);
        Assert.Equal("gzip", Assert.Single(small.Content.Headers.ContentEncoding));
        Assert.True((await small.Content.ReadAsByteArrayAsync()).Length < (await first.Content.ReadAsByteArrayAsync()).Length / 4);
    }

    [Fact]
    public async Task A_foreign_page_gets_neither_a_token_nor_a_line()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        using var http = new HttpClient { BaseAddress = hub.GatewayUrl };
        foreach (var path in new[] { "/widget/demo/session", "/hubs/visitor/negotiate?chat=demo" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Headers.Add("Origin", "https://evil.example");
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        using var own = new HttpRequestMessage(HttpMethod.Post, "/widget/demo/session");
        own.Headers.Add("Origin", hub.GatewayUrl.GetLeftPart(UriPartial.Authority));
        using var welcome = await http.SendAsync(own);
        Assert.Equal(HttpStatusCode.Created, welcome.StatusCode);
    }

    private static async Task<string> TokenAsync(HttpClient http)
    {
        using var session = await http.PostAsync("/widget/demo/session", null);
        Assert.Equal(HttpStatusCode.Created, session.StatusCode);
        return (string)(await session.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    }
}
