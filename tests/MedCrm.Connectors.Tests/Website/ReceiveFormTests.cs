using System.Net;
using System.Net.Http.Json;
using System.Text;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Connectors.Website;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

public sealed class ReceiveFormTests(WebsiteHost site) : IClassFixture<WebsiteHost>
{
    [Fact]
    public async Task A_filled_form_becomes_a_sealed_message()
    {
        var receipt = await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo",
            """{"name":"Мария Тестова","phone":"8 (916) 000-00-01","email":"Maria@Patient.test","message":"Хочу записаться","consent":"on","utm_source":"yandex","ClientID":17123456789012345678901}"""));
        var message = await site.MessageAsync(receipt);
        Assert.Equal((ChannelKind.Website, "website/demo"), (message.Kind, message.Channel));
        Assert.Equal(["+79160000001", "maria@patient.test"], message.ContactPoints.Select(point => site.Open(point.Value)));
        Assert.Equal(message.SubjectId, message.ContactPoints[0].Key);
        Assert.Equal("Мария Тестова", site.Open(message.DisplayName));
        Assert.Equal("Хочу записаться", site.Open(message.Text));
        Assert.Equal("Хочу записаться", site.Open(message.Preview));
        Assert.Equal("Запись на приём", site.Open(message.Subject));
        Assert.Equal("yandex", site.Field(message, "utm_source"));
        Assert.Equal("17123456789012345678901", site.Field(message, "ClientID"));
        Assert.True(message.Consent!.Given);
        Assert.Equal("2026-01", message.Consent.TextVersion);
        Assert.Equal("127.0.0.1", site.Open(message.Consent.RemoteAddress));
        Assert.Empty(message.Suspicions);
    }

    [Fact]
    public async Task A_box_that_was_not_ticked_is_a_refusal()
    {
        var message = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", """{"name":"А","phone":"+79160000002"}""")));
        Assert.False(message.Consent!.Given);
    }

    [Fact]
    public async Task A_familys_telephone_is_a_conversation_for_each_name()
    {
        async Task<string?> ConversationOfAsync(string name) =>
            (await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", $$"""{"name":"{{name}}","phone":"+79160000005","message":"раз"}""")))).ExternalConversationId;

        var mother = await ConversationOfAsync("Петрова Анна");
        Assert.Equal(mother, await ConversationOfAsync("АННА ПЕТРОВА"));
        Assert.Equal(3, new[] { mother, await ConversationOfAsync("Петров Иван"), await ConversationOfAsync("") }.Distinct().Count());
    }

    [Fact]
    public async Task One_person_stays_in_one_conversation_and_another_gets_another()
    {
        var first = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", """{"phone":"8 916 000-00-03","message":"раз"}""")));
        var second = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", """{"phone":"+7(916)0000003","message":"два"}""")));
        var other = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", """{"phone":"+79160000004","message":"два"}""")));
        Assert.Equal(first.ExternalConversationId, second.ExternalConversationId);
        Assert.NotEqual(first.ExternalConversationId, other.ExternalConversationId);
        Assert.Equal(first.Topic, other.Topic);
    }

    [Fact]
    public async Task Twelve_clicks_at_once_are_one_message()
    {
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => site.PostJsonAsync("demo", """{"phone":"+79160000005","message":"жму"}""", key)));
        var receipts = new HashSet<string>();
        foreach (var answer in answers)
        {
            receipts.Add(await WebsiteHost.ReceiptAsync(answer));
        }

        var receipt = Assert.Single(receipts);
        await site.MessageAsync(receipt);

        // Whatever was sent twice would have been heard before this one of the same person.
        await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", """{"phone":"+79160000005","message":"последняя"}""")));
        Assert.Single(site.Heard.Messages, message => message.ExternalMessageId == receipt);
    }

    [Fact]
    public async Task A_second_click_without_a_key_is_recognised_by_its_content()
    {
        const string Form = """{"phone":"+79160000006","message":"дважды"}""";
        Assert.Equal(await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", Form)), await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo", Form)));
    }

    [Fact]
    public async Task Tildas_tranid_is_a_key_and_its_ping_is_answered()
    {
        var first = await site.PostAsync("demo", new StringContent("Name=Тест&Phone=%2B79160000007&tranid=1%3A2%3A3&formid=f1", Encoding.UTF8, "application/x-www-form-urlencoded"));
        var again = await site.PostAsync("demo", new StringContent("Name=Тест&Phone=%2B79160000007&tranid=1%3A2%3A3&formid=f1&retry=1", Encoding.UTF8, "application/x-www-form-urlencoded"));
        Assert.Equal(await WebsiteHost.ReceiptAsync(first), await WebsiteHost.ReceiptAsync(again));
        var ping = await site.PostAsync("demo", new StringContent("test=test", Encoding.UTF8, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
    }

    [Fact]
    public async Task Files_travel_as_blobs_under_safe_names_and_true_types()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Анна"), "name" },
            { new StringContent("+79160000008"), "phone" },
            { new ByteArrayContent([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0]), "scan", "../../снимок.pdf" },
        };
        var message = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.PostAsync("demo", form)));
        var file = Assert.Single(message.Attachments);
        Assert.Equal(("снимок.pdf", "image/png", 9L), (site.Open(file.FileName), file.MediaType, file.Size));
    }

    [Fact]
    public async Task A_script_without_the_trap_or_from_elsewhere_is_flagged_and_a_person_is_not()
    {
        async Task<IReadOnlyList<string>> SuspicionsAsync(string phone, string? token, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/forms/guarded") { Content = JsonContent.Create(new Dictionary<string, string?> { ["phone"] = phone, ["_token"] = token }) };
            request.Headers.Add("Origin", origin);
            return (await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.Browser.SendAsync(request)))).Suspicions;
        }

        var token = (await site.Browser.GetFromJsonAsync<FormToken>("/forms/guarded/token"))!.Token;
        Assert.Contains("too-fast", await SuspicionsAsync("+79160000011", token, "https://clinic.test"));
        Assert.Contains("no-token", await SuspicionsAsync("+79160000012", null, "https://clinic.test"));
        Assert.Contains("bad-token", await SuspicionsAsync("+79160000013", "1" + token, "https://clinic.test"));
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        Assert.DoesNotContain("too-fast", await SuspicionsAsync("+79160000014", token, "https://clinic.test"));
        Assert.Contains("origin", await SuspicionsAsync("+79160000015", token, "https://elsewhere.test"));
        Assert.Contains("rate", await SuspicionsAsync("+79160000016", token, "https://clinic.test"));
    }

    [Fact]
    public async Task Only_pages_on_the_list_may_read_the_answer()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/forms/guarded");
        preflight.Headers.Add("Origin", "https://clinic.test");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        var answer = await site.Browser.SendAsync(preflight);
        Assert.Equal("https://clinic.test", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        using var foreign = new HttpRequestMessage(HttpMethod.Options, "/forms/guarded");
        foreign.Headers.Add("Origin", "https://elsewhere.test");
        Assert.False((await site.Browser.SendAsync(foreign)).Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_server_needs_the_key_and_tells_its_visitors_address()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.PostJsonAsync("server", """{"phone":"+79160000020"}""")).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/forms/server?token=s3cret-of-the-site&utm_medium=cpc")
        {
            Content = JsonContent.Create(new { phone = "+79160000020", consent = "1", _remote_ip = "203.0.113.9" }),
        };
        var receipt = await WebsiteHost.ReceiptAsync(await site.Browser.SendAsync(request));
        var message = await site.MessageAsync(receipt);
        Assert.Equal("203.0.113.9", site.Open(message.Consent!.RemoteAddress));
        Assert.Equal("cpc", site.Field(message, "utm_medium"));
        Assert.Null(site.Field(message, "token"));
    }

    [Fact]
    public async Task The_address_is_the_one_our_gateway_saw()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/forms/demo") { Content = JsonContent.Create(new { phone = "+79160000021", consent = "да" }) };
        request.Headers.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7");
        var message = await site.MessageAsync(await WebsiteHost.ReceiptAsync(await site.Browser.SendAsync(request)));
        Assert.Equal("203.0.113.7", site.Open(message.Consent!.RemoteAddress));
    }

    [Fact]
    public async Task A_plain_page_is_thanked_in_Russian_or_sent_on()
    {
        async Task<HttpResponseMessage> SubmitAsync(string form)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/forms/{form}") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["phone"] = "+79160000022", ["form"] = form }) };
            request.Headers.Add("Accept", "text/html,application/xhtml+xml");
            return await site.Browser.SendAsync(request);
        }

        Assert.Contains("Спасибо", WebUtility.HtmlDecode(await (await SubmitAsync("demo")).Content.ReadAsStringAsync()), StringComparison.Ordinal);
        var redirect = await SubmitAsync("guarded");
        Assert.Equal((HttpStatusCode.SeeOther, "https://clinic.test/thanks"), (redirect.StatusCode, redirect.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_quarantined_form_can_be_seen_opened_and_replayed_by_an_admin_only()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Browser.GetAsync("/api/quarantine")).StatusCode);
        var receipt = await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("small", """{"a":1,"b":2,"c":3,"d":4,"e":5,"phone":"+79160000023"}"""));
        var waiting = await site.QuarantinedAsync("small", receipt);
        Assert.Equal("too-many-fields", waiting?.Reason);
        Assert.Contains("+79160000023", await site.Admin.GetStringAsync($"/api/quarantine/{waiting!.Id}/raw"), StringComparison.Ordinal);

        Assert.Equal(new ReplayAnswer("quarantined", "too-many-fields"), await ReplayAsync(waiting.Id));
        Site("small").MaxFields = 10;
        Assert.Equal(new ReplayAnswer("accepted", null), await ReplayAsync(waiting.Id));
        var message = await site.MessageAsync(receipt);
        Assert.Equal("+79160000023", site.Open(message.ContactPoints[0].Value));
        Assert.Equal(new ReplayAnswer("duplicate", null), await ReplayAsync(waiting.Id));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Admin.PostAsync($"/api/quarantine/{Guid.NewGuid()}/replay", null)).StatusCode);
        Assert.Null(await site.QuarantinedAsync("small", receipt));
    }

    [Fact]
    public async Task The_health_page_shows_each_form()
    {
        await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("own-names", """{"field_1":"Ольга","field_2":"89160000024","field_3":"Где вы?"}"""));
        var channels = await site.Admin.GetFromJsonAsync<ChannelList>("/api/channels");
        var form = Assert.Single(channels!.Items, channel => channel.Channel == "website/own-names");
        Assert.Equal(ChannelState.Connected, form.State);
        Assert.NotNull(form.LastMessageAt);
    }

    private FormOptions Site(string key) =>
        ((Microsoft.Extensions.Options.IOptionsMonitor<WebsiteOptions>)site.Services.GetService(typeof(Microsoft.Extensions.Options.IOptionsMonitor<WebsiteOptions>))!).CurrentValue.Form(key)!;

    private async Task<ReplayAnswer?> ReplayAsync(Guid id) =>
        await (await site.Admin.PostAsync($"/api/quarantine/{id}/replay", null)).Content.ReadFromJsonAsync<ReplayAnswer>();
}
