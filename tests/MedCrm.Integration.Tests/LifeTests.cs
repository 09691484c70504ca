using System.Net;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A request is closed, reopened, put off, forgotten.</summary>
public sealed class LifeTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Closing_needs_an_outcome(BusTransport transport)
    {
        var (_, window, _, id) = await WroteAsync(transport);
        var refusal = await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/requests/{id}/close", new { reason = "просто так" });
        Assert.Equal("request.outcome-missing", (string?)refusal["errors"]!["outcome"]![0]);
        var closed = await window.DoAsync($"/api/requests/{id}/close", new { outcome = "booked", reason = "Записана на среду" });
        Assert.Equal(("closed", "booked"), ((string?)closed["status"], (string?)closed["outcome"]));
        await window.DoAsync($"/api/requests/{id}/close", new { outcome = "booked" });
        Assert.Equal("request.closed", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/requests/{id}/close", new { outcome = "spam" }))["title"]);
        var told = Assert.Single(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "closed");
        Assert.Equal("Записана на среду", (string?)told["event"]!["reason"]);
        Assert.DoesNotContain((await window.GetAsync("/api/requests?limit=500"))["items"]!.AsArray(), row => (string?)row!["id"] == id);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_message_soon_after_closing_reopens_and_later_opens_another(BusTransport transport)
    {
        var (hub, window, person, id) = await WroteAsync(transport);
        await window.DoAsync($"/api/requests/{id}/close", new { outcome = "answered" });
        await window.SendFormAsync(person.Form("Я передумала"));
        var again = await window.RowOfAsync(person, row => (string?)row["preview"] == "Я передумала");
        Assert.Equal(("new", 1, null), ((string?)again["status"], (int)again["unread"]!, (string?)again["outcome"]));
        await window.EventAsync(id, "reopened");

        await window.DoAsync($"/api/requests/{id}/close", new { outcome = "declined" });
        await EightDaysPassAsync(hub, id);
        await window.SendFormAsync(person.Form("Здравствуйте ещё раз"));
        await Eventually.TrueAsync(async () => (await window.RowsOfAsync(person)).Count == 2, "second request");
        Assert.Equal("closed", (string?)(await window.RequestAsync(id))["status"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_message_into_a_closed_conversation_joins_what_is_open_on_the_same_topic(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await hub.ReceiveMailAsync(person, "Анализы", "Первое письмо", messageId: $"{person.Phone}.first@mail.example");
        var first = await Eventually.AsyncOf(async () => (await window.SearchAsync(person.Mail)).SingleOrDefault(), "first request");
        await window.DoAsync($"/api/requests/{first["id"]}/close", new { outcome = "answered" });
        await hub.ReceiveMailAsync(person, "Анализы", "Второе письмо, не ответом");
        var second = await Eventually.AsyncOf(async () => (await window.SearchAsync(person.Mail)).SingleOrDefault(row => (string?)row["status"] == "new"), "second request");

        // The first request cannot be reopened beside the second: a person has one open request on a topic.
        await hub.ReceiveMailAsync(person, "Другая тема", "Ответ на первое письмо под другой темой", [$"{person.Phone}.first@mail.example"]);
        await window.EntryAsync((string)second["id"]!, entry => (string?)entry["text"] == "Ответ на первое письмо под другой темой", "message that had nowhere else to go");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_snoozed_request_wakes_when_told_and_no_earlier_by_a_message(BusTransport transport)
    {
        var (_, window, person, id) = await WroteAsync(transport);
        await window.DoAsync($"/api/requests/{id}/claim");
        Assert.Equal("request.until-past", (string?)(await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/requests/{id}/snooze", new { until = TimeProvider.System.GetUtcNow().AddMinutes(-1) }))["title"]);
        var snoozed = await window.DoAsync($"/api/requests/{id}/snooze", new { until = TimeProvider.System.GetUtcNow().AddSeconds(4) });
        Assert.Equal("snoozed", (string?)snoozed["status"]);
        await window.SendFormAsync(person.Form("Вы ещё помните?"));
        await window.EventAsync(id, "woke");
        var awake = await window.RequestAsync(id);
        Assert.Equal(("inProgress", 1, null), ((string?)awake["status"], (int)awake["unread"]!, (string?)awake["snoozedUntil"]));
        var order = (await window.TimelineAsync(id)).Select(entry => (string?)entry["event"]?["type"] ?? (string?)entry["text"]).ToList();
        Assert.True(order.IndexOf("Вы ещё помните?") < order.IndexOf("woke"), string.Join(", ", order));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_earlier_snooze_does_not_wake_a_later_one(BusTransport transport)
    {
        var (_, window, _, id) = await WroteAsync(transport);
        await window.DoAsync($"/api/requests/{id}/snooze", new { until = TimeProvider.System.GetUtcNow().AddSeconds(2) });
        await window.DoAsync($"/api/requests/{id}/snooze", new { until = TimeProvider.System.GetUtcNow().AddHours(1) });

        // Another request that sleeps a little longer than the first moment proves that the moment has passed.
        var (_, _, _, witness) = await WroteAsync(transport);
        await window.DoAsync($"/api/requests/{witness}/snooze", new { until = TimeProvider.System.GetUtcNow().AddSeconds(3) });
        await window.EventAsync(witness, "woke");
        Assert.Equal("snoozed", (string?)(await window.RequestAsync(id))["status"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_first_answer_is_watched_until_it_is_given(BusTransport transport)
    {
        var (_, window, _, answered) = await WroteAsync(transport);
        await window.ReplyAsync(await window.RequestAsync(answered), "Отвечаю сразу");
        await Eventually.TrueAsync(async () => (string?)(await window.RequestAsync(answered))["status"] == "waiting", "answer in the request");
        Assert.Null((await window.RequestAsync(answered))["firstResponseDueAt"]);

        // Came later, and nobody answers it: once its time is over, that of the first one is too.
        var (_, _, _, forgotten) = await WroteAsync(transport);
        Assert.NotNull((await window.RequestAsync(forgotten))["firstResponseDueAt"]);
        await window.EventAsync(forgotten, "slaBreached");
        Assert.DoesNotContain(await window.TimelineAsync(answered), entry => (string?)entry["event"]?["type"] == "slaBreached");
        Assert.Single(await window.TimelineAsync(forgotten), entry => (string?)entry["event"]?["type"] == "slaBreached");
    }

    private async Task<(TestHub Hub, Window Window, Person Person, string Id)> WroteAsync(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Здравствуйте"));
        return (hub, window, person, (string)(await window.RowOfAsync(person))["id"]!);
    }

    // The window for reopening is days long; the calendar is turned instead of waiting.
    internal static Task<object?> EightDaysPassAsync(TestHub hub, string id) => hub.AskAsync<object>(
        "Requests",
        """
        update requests.mt_doc_request set closed_at = closed_at - interval '8 days',
            data = jsonb_set(data, '{closedAt}', to_jsonb(to_char((data ->> 'closedAt')::timestamptz - interval '8 days', 'YYYY-MM-DD"T"HH24:MI:SSOF":00"')))
        where id = $1
        """,
        Guid.Parse(id));
}
