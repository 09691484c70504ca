using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Who may come in, and what strangers hear.</summary>
public sealed class SecurityTests(Hubs hubs)
{
    private static readonly string Nobody = Guid.NewGuid().ToString();

    public static TheoryData<string, string> Doors => new()
    {
        { "GET", "/api/requests" }, { "GET", $"/api/requests/{Nobody}" }, { "GET", $"/api/requests/{Nobody}/timeline" }, { "POST", $"/api/requests/{Nobody}/claim" },
        { "POST", $"/api/requests/{Nobody}/release" }, { "POST", $"/api/requests/{Nobody}/assign" }, { "POST", $"/api/requests/{Nobody}/read" }, { "POST", $"/api/requests/{Nobody}/snooze" },
        { "POST", $"/api/requests/{Nobody}/close" }, { "POST", $"/api/requests/{Nobody}/reopen" }, { "POST", $"/api/conversations/{Nobody}/messages" }, { "POST", $"/api/conversations/{Nobody}/notes" },
        { "GET", $"/api/attachments/{Nobody}" }, { "GET", "/api/screen-events" }, { "GET", "/api/agents" }, { "GET", "/api/quarantine" }, { "GET", $"/api/quarantine/website/{Nobody}/raw" }, { "GET", $"/api/raw-inputs/website/{Nobody}" },
        { "POST", $"/api/quarantine/website/{Nobody}/replay" }, { "GET", $"/api/contacts/{Nobody}" }, { "POST", $"/api/contacts/{Nobody}/patient" },
        { "DELETE", $"/api/contacts/{Nobody}/patient" }, { "POST", $"/api/contacts/{Nobody}/patient/decline" }, { "POST", $"/api/contacts/{Nobody}/birth-date" }, { "POST", $"/api/contacts/{Nobody}/merge" },
        { "POST", $"/api/contacts/{Nobody}/unmerge" }, { "GET", "/api/patients?q=x" }, { "GET", "/api/patients/1" }, { "GET", "/api/access-log" },
        { "GET", "/api/slots" }, { "GET", "/api/practitioners" }, { "GET", "/api/locations" }, { "GET", "/api/specialties" }, { "GET", "/api/services" },
        { "GET", "/openapi/v1.json" }, { "GET", "/api/session" }, { "POST", "/hubs/window/negotiate" },
    };

    [Theory, MemberData(nameof(Doors))]
    public async Task Without_a_session_every_door_is_shut(string method, string path)
    {
        using var stranger = await Window.OpenAsync(await hubs.WithAsync(BusTransport.PostgreSql), userName: null);
        using var answer = await stranger.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { }) : null });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("manager", "wrong-password-1")]
    [InlineData("nobody", TestHub.Password)]
    [InlineData("", "")]
    public async Task A_wrong_name_and_a_wrong_password_sound_alike(string userName, string password)
    {
        using var stranger = await Window.OpenAsync(await hubs.WithAsync(BusTransport.PostgreSql), userName: null);
        Assert.Equal("session.refused", (string?)(await stranger.RefusedAsync(HttpStatusCode.Unauthorized, "/api/session", new { userName, password }))["title"]);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.NotFound)]
    public async Task A_write_from_another_sites_page_is_refused(string? origin, HttpStatusCode status)
    {
        var window = await (await hubs.WithAsync(BusTransport.PostgreSql)).WindowAsync();
        using var write = new HttpRequestMessage(HttpMethod.Post, $"/api/requests/{Nobody}/claim");
        if (origin is not null)
        {
            write.Headers.Add("Origin", origin);
        }

        using var answer = await window.Http.SendAsync(write);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_write_from_our_own_page_passes()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        using var write = new HttpRequestMessage(HttpMethod.Post, $"/api/requests/{Nobody}/claim");
        write.Headers.Add("Origin", hub.GatewayUrl.GetLeftPart(UriPartial.Authority));
        using var answer = await (await hub.WindowAsync()).Http.SendAsync(write);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_tab_is_told_that_somebody_else_has_signed_in_and_does_nothing_under_their_name()
    {
        using var browser = await Window.OpenAsync(await hubs.WithAsync(BusTransport.PostgreSql), "manager");
        var manager = (string)(await browser.GetAsync("/api/session"))["user"]!["id"]!;
        await browser.DoAsync("/api/session", new { userName = "manager2", password = TestHub.Password });
        var colleague = (string)(await browser.GetAsync("/api/session"))["user"]!["id"]!;

        Assert.Equal((HttpStatusCode.Unauthorized, "session.other"), await ClaimAsync(manager));
        Assert.Equal((HttpStatusCode.Unauthorized, "session.other"), await ClaimAsync("nobody"));
        Assert.Equal((HttpStatusCode.NotFound, "request.not-found"), await ClaimAsync(colleague));
        Assert.Equal((HttpStatusCode.NotFound, "request.not-found"), await ClaimAsync(null));

        async Task<(HttpStatusCode, string?)> ClaimAsync(string? agent)
        {
            using var claim = new HttpRequestMessage(HttpMethod.Post, $"/api/requests/{Nobody}/claim");
            if (agent is not null)
            {
                claim.Headers.Add("MedCrm-Agent", agent);
            }

            using var answer = await browser.Http.SendAsync(claim);
            return (answer.StatusCode, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["title"]);
        }
    }

    [Theory]
    [InlineData("requests", "GET", "/api/requests")]
    [InlineData("requests", "POST", "/api/requests/0197b2f0-0000-7000-8000-000000000000/claim")]
    [InlineData("chat", "POST", "/api/conversations/0197b2f0-0000-7000-8000-000000000000/messages")]
    [InlineData("chat", "GET", "/api/attachments/0197b2f0-0000-7000-8000-000000000000")]
    [InlineData("website", "GET", "/api/quarantine")]
    [InlineData("website", "GET", "/api/channels")]
    [InlineData("email", "POST", "/api/channels/test")]
    public async Task A_room_hears_nobody_whom_the_gateway_did_not_send(string part, string method, string path)
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        using var room = hub.Room(part);
        foreach (var token in new[] { null, "Bearer nonsense", $"Bearer {Forged()}" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { }) : null };
            request.Headers.TryAddWithoutValidation("Authorization", token);
            using var answer = await room.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_visitor_cannot_bring_a_token_of_his_own_through_the_gateway()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        using var stranger = await Window.OpenAsync(hub, userName: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/requests");
        request.Headers.Authorization = new("Bearer", hub.Of<InternalTokens>("gateway").Issue(new Agent(AgentId.New(), "x"), [Roles.Admin]));
        using var answer = await stranger.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Rooms_listen_on_loopback_only()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        foreach (var part in new[] { "chat", "requests", "patients", "website", "email" })
        {
            Assert.All(hub.AddressesOf(part), address => Assert.True(new Uri(address).IsLoopback, $"{part}: {address}"));
        }
    }

    [Fact]
    public async Task Only_an_administrator_reads_the_description_of_the_api()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        foreach (var user in new[] { "manager", "supervisor" })
        {
            using var refused = await (await hub.WindowAsync(user)).Http.GetAsync("/openapi/v1.json");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        var paths = (await (await hub.WindowAsync("admin")).GetAsync("/openapi/v1.json"))["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/requests/{id}/claim", paths);
        Assert.Contains("/api/conversations/{conversationId}/messages", paths);
        Assert.Contains("/forms/{formKey}", paths);
        Assert.Contains("/api/contacts/{id}/merge", paths);
        Assert.Contains("/api/patients/{id}", paths);
    }

    [Theory]
    [InlineData("GET", "/api/requests/{0}", "request.not-found")]
    [InlineData("GET", "/api/requests/{0}/timeline", "request.not-found")]
    [InlineData("POST", "/api/requests/{0}/claim", "request.not-found")]
    [InlineData("POST", "/api/requests/{0}/close", "request.not-found")]
    [InlineData("POST", "/api/requests/{0}/reopen", "request.not-found")]
    [InlineData("POST", "/api/requests/{0}/read", "request.not-found")]
    [InlineData("POST", "/api/conversations/{0}/messages", "conversation.not-found")]
    [InlineData("POST", "/api/conversations/{0}/notes", "conversation.not-found")]
    [InlineData("GET", "/api/attachments/{0}", "attachment.not-found")]
    [InlineData("GET", "/api/contacts/{0}", "contact.not-found")]
    [InlineData("DELETE", "/api/contacts/{0}/patient", "contact.not-found")]
    [InlineData("GET", "/api/patients/{0}", "patient.not-found")]
    [InlineData("POST", "/forms/{0}", "form.unknown")]
    public async Task What_does_not_exist_is_told_by_a_stable_title(string method, string path, string title)
    {
        var window = await (await hubs.WithAsync(BusTransport.PostgreSql)).WindowAsync();
        var body = new { messageId = MessageId.New(), text = "нет такого", outcome = "spam" };
        using var answer = await window.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path.Replace("{0}", Nobody, StringComparison.Ordinal)) { Content = method == "POST" ? JsonContent.Create(body) : null });
        Assert.Equal((HttpStatusCode.NotFound, title), (answer.StatusCode, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["title"]));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task All_mistakes_of_a_message_are_told_at_once()
    {
        var window = await (await hubs.WithAsync(BusTransport.PostgreSql)).WindowAsync();
        foreach (var what in new[] { "messages", "notes" })
        {
            var refusal = await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/conversations/{Nobody}/{what}", new { messageId = Guid.Empty, text = " " });
            Assert.Equal(["messageId", "text"], Fields(refusal));
            Assert.Equal(["text"], Fields(await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/conversations/{Nobody}/{what}", new { messageId = MessageId.New(), text = new string('а', 20_001) })));
        }
    }

    [Fact]
    public async Task All_mistakes_of_a_question_to_the_inbox_are_told_at_once()
    {
        var window = await (await hubs.WithAsync(BusTransport.PostgreSql)).WindowAsync();
        using var answer = await window.Http.GetAsync("/api/requests?view=theirs&channel=99&after=yesterday&limit=0");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["after", "channel", "limit", "view"], Fields((await answer.Content.ReadFromJsonAsync<JsonNode>())!));
    }

    [Theory]
    [InlineData("assign", "{}")]
    [InlineData("assign", """{"assignee":null}""")]
    [InlineData("assign", """{"assignee":{"id":"00000000-0000-0000-0000-000000000000","name":"x"}}""")]
    [InlineData("assign", """{"assignee":{"id":"0197b2f0-0000-7000-8000-000000000000"}}""")]
    [InlineData("close", """{"outcome":"perhaps"}""")]
    [InlineData("close", "{")]
    [InlineData("close", "")]
    [InlineData("snooze", """{"until":"tomorrow"}""")]
    [InlineData("snooze", "{}")]
    public async Task A_body_that_makes_no_sense_is_the_callers_mistake_and_not_ours(string verb, string body)
    {
        var window = await (await hubs.WithAsync(BusTransport.PostgreSql)).WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Здравствуйте"));
        var row = await window.RowOfAsync(person);
        using var answer = await window.Http.PostAsync($"/api/requests/{row["id"]}/{verb}", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static IEnumerable<string> Fields(JsonNode refusal) => refusal["errors"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal);

    /// <summary>Says all the right things, signed by nobody.</summary>
    private static string Forged()
    {
        static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{Part("""{"alg":"none","typ":"JWT"}""")}.{Part($$"""{"iss":"medcrm-gateway","aud":"medcrm-gateway","sub":"{{Guid.NewGuid()}}","role":"admin","exp":4102444800}""")}.";
    }
}
