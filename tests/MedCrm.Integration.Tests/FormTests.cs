using System.Text.Json.Nodes;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A visitor of the site sends a form.</summary>
public sealed class FormTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task It_becomes_one_request_one_change_on_the_screen_and_a_timeline(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        await using var line = await window.ListenAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Хочу к терапевту"));

        var row = await window.RowOfAsync(person);
        var id = (string)row["id"]!;
        Assert.Equal(person.Name, (string?)row["contact"]!["name"]);
        Assert.Equal(person.Phone, (string?)row["contact"]!["phone"]);
        Assert.Equal(person.Mail, (string?)row["contact"]!["email"]);
        Assert.Equal(("website", "Хочу к терапевту", 1), ((string?)row["channel"], (string?)row["preview"], (int)row["unread"]!));

        await Eventually.TrueAsync(() => Task.FromResult(line.EventsOf(id).Count > 0), "push to the screen");
        Assert.Equal(1, (long)line.EventsOf(id)[0]["row"]!["rev"]!);
        Assert.Single(line.EventsOf(id), change => (long)change["row"]!["rev"]! == 1);
        var missed = await window.GetAsync($"/api/screen-events?epoch={line.Epoch}&after={line.Head}");
        Assert.Equal("delta", (string?)missed["mode"]);
        Assert.Single(missed["events"]!.AsArray(), change => (string?)change!["row"]!["id"] == id && (long)change["row"]!["rev"]! == 1);

        var entry = Assert.Single(await window.TimelineAsync(id), item => (string?)item["kind"] == "inbound");
        Assert.Equal("Хочу к терапевту", (string?)entry["text"]);
        Assert.Equal(person.Form("Хочу к терапевту"), entry["form"]!.AsArray().ToDictionary(field => (string)field!["name"]!, field => (string)field!["value"]!));
        Assert.True((bool)entry["consent"]!["given"]!);
        Assert.Equal("2026-01", (string?)entry["consent"]!["textVersion"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_patient_with_phone_and_full_name_is_certain(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var patient = await PatientAsync(hub, householdsOf: 1);
        var row = await IdentifiedAsync(hub, new() { ["name"] = patient.Name, ["phone"] = patient.Phone, ["message"] = "Это я" });
        Assert.Equal(("certain", patient.Name), ((string?)row["patient"]!["grade"], (string?)row["patient"]!["name"]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_familys_phone_alone_is_not_certain(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var patient = await PatientAsync(hub, householdsOf: 4);
        var row = await IdentifiedAsync(hub, new() { ["phone"] = patient.Phone, ["message"] = "Это кто-то из нас" });
        Assert.Equal("possible", (string?)row["patient"]!["grade"]);
        var details = await (await hub.WindowAsync()).GetAsync($"/api/requests/{row["id"]}");
        Assert.Equal(4, details["candidates"]!.AsArray().Count);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Twelve_repeats_at_once_are_one_message(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var person = Person.New();
        var key = Guid.NewGuid().ToString();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.SendFormAsync(person.Form("Двенадцать раз"), key: key)));
        Assert.Single(receipts.Distinct());
        var row = await window.RowOfAsync(person);

        // Whoever comes after them in the person's own order proves that nothing is still on its way.
        await window.SendFormAsync(person.Form("И ещё одно"));
        await window.RowOfAsync(person, now => (string?)now["preview"] == "И ещё одно");
        Assert.Equal(["Двенадцать раз", "И ещё одно"], (await window.TimelineAsync((string)row["id"]!)).Where(IsInbound).Select(entry => (string)entry["text"]!));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_same_person_again_is_the_same_request_unread_twice(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Первое"));
        await window.SendFormAsync(person.Form("Второе"));
        var row = await window.RowOfAsync(person, now => (int)now["unread"]! == 2);
        Assert.Equal("Второе", (string?)row["preview"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Another_person_and_another_topic_are_requests_of_their_own(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var (one, other) = (Person.New(), Person.New());
        await Task.WhenAll(window.SendFormAsync(one.Form("Привет")), window.SendFormAsync(other.Form("Привет")), window.SendFormAsync(one.Form("Перезвоните"), "callback"));
        await window.RowOfAsync(other);
        await Eventually.TrueAsync(async () => (await window.RowsOfAsync(one)).Count == 2, "second request");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Two_hundred_messages_of_twenty_people_keep_each_persons_order(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var people = Enumerable.Range(0, 20).Select(_ => Person.New()).ToList();
        await Task.WhenAll(people.Select(async person =>
        {
            for (var n = 0; n < 10; n++)
            {
                await window.SendFormAsync(person.Form($"{n}"));
            }
        }));
        foreach (var person in people)
        {
            var row = await window.RowOfAsync(person, now => (string?)now["preview"] == "9" && (int)now["unread"]! == 10);
            var told = (await window.TimelineAsync((string)row["id"]!)).Where(IsInbound).ToList();
            Assert.Equal(Enumerable.Range(0, 10).Select(n => $"{n}"), told.Select(entry => (string)entry["text"]!));
            Assert.Equal(told.Select(entry => (long)entry["version"]!).Order(), told.Select(entry => (long)entry["version"]!));
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_person_is_found_by_number_phone_name_and_mail(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Найдите меня"));
        var row = await window.RowOfAsync(person);
        foreach (var words in new[] { $"№ {row["number"]}", $"{row["number"]}", $"8 {person.Phone[2..5]} {person.Phone[5..]}", person.Phone[1..], person.Name.ToUpperInvariant(), person.Mail })
        {
            Assert.Contains(await window.SearchAsync(words), found => (string?)found["id"] == (string?)row["id"]);
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_inbox_is_read_page_by_page_without_gaps(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        foreach (var person in Enumerable.Range(0, 5).Select(_ => Person.New()))
        {
            await window.SendFormAsync(person.Form("Страница"));
            await window.RowOfAsync(person);
        }

        var whole = (await window.GetAsync("/api/requests?view=all&limit=500"))["items"]!.AsArray().Select(row => (string)row!["id"]!).Take(9).ToList();
        var pages = new List<string>();
        for (string? after = null; pages.Count < whole.Count;)
        {
            var page = await window.GetAsync($"/api/requests?view=all&limit=2{(after is null ? "" : $"&after={after}")}");
            pages.AddRange(page["items"]!.AsArray().Select(row => (string)row!["id"]!));
            after = (string?)page["next"];
            if (after is null)
            {
                break;
            }
        }

        Assert.Equal(whole, pages.Take(whole.Count));
    }

    private static bool IsInbound(JsonNode entry) => (string?)entry["kind"] == "inbound";

    private static async Task<JsonNode> IdentifiedAsync(TestHub hub, Dictionary<string, string> form)
    {
        var window = await hub.WindowAsync();
        await window.SendFormAsync(form);
        // Others may have written from the same telephone.
        return await Eventually.AsyncOf(async () => (await window.SearchAsync(form["phone"])).FirstOrDefault(row => (string?)row["preview"] == form["message"] && row["patient"] is not null), "patient in the row");
    }

    private static async Task<(string Name, string Phone)> PatientAsync(TestHub hub, int householdsOf)
    {
        var found = await hub.AskAsync<string>("Patients", "select max(family || ' ' || given || ' ' || patronymic) || '|' || phone from demo_mis.patients group by phone having count(*) = $1 order by phone limit 1", (long)householdsOf);
        return found!.Split('|') is [var name, var phone] ? (name, phone) : throw new InvalidOperationException("The demo clinic has no such household.");
    }
}
