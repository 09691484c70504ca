using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Who is behind a request: suggested, confirmed, taken back, and every look at a card written down.</summary>
public sealed class ContactTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_likely_patient_is_suggested_with_reasons_and_the_date_of_birth_links_it(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var patient = await PatientAsync(hub, 1);
        var row = await WroteAsync(window, $"{patient.Given} {patient.Family}", patient.Phone);
        Assert.Equal((patient.Id, "probable"), ((string?)row["patient"]!["id"], (string?)row["patient"]!["grade"]));

        var contact = await window.GetAsync($"/api/contacts/{row["contact"]!["id"]}?requestId={row["id"]}");
        Assert.True((bool)contact["askBirthOn"]!);
        var candidate = contact["candidates"]!.AsArray()[0]!;
        Assert.Equal((patient.Id, "probable"), ((string?)candidate["patientId"], (string?)candidate["grade"]));
        Assert.Equal(["phone", "family", "given"], candidate["reasons"]!.AsArray().Select(reason => (string)reason!).Where(reason => reason != "shared-phone"));

        Assert.Equal(
            "contact.birth-unreadable",
            (string?)(await window.RefusedAsync(HttpStatusCode.BadRequest, $"/api/contacts/{contact["id"]}/birth-date", new { birthOn = "вчера" }))["errors"]!["birthOn"]![0]);
        var told = await window.DoAsync($"/api/contacts/{contact["id"]}/birth-date", new { birthOn = patient.BirthOn.ToString("dd.MM.yyyy", null) });
        Assert.Equal((patient.Id, "certain", false), ((string?)told["patient"]!["id"], (string?)told["grade"], (bool)told["askBirthOn"]!));
        await RowAsync(window, row, now => (string?)now["patient"]?["grade"] == "certain");
        await window.EntryAsync((string)row["id"]!, entry => (string?)entry["event"]?["type"] == "identified" && entry["event"]!["agent"] is not null, "link in the timeline");

        var seen = (await (await hub.WindowAsync("admin")).GetAsync($"/api/access-log?patientId={patient.Id}"))["items"]!.AsArray();
        Assert.Contains(seen, entry => (string?)entry!["requestId"] == (string?)row["id"] && (string?)entry["purpose"] == "contact" && entry["reader"]!["name"] is not null && entry["at"] is not null);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_date_of_birth_in_a_form_links_without_being_asked_for(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var patient = await PatientAsync(hub, 9);
        var nobodys = await WroteAsync(window, $"{patient.Given} {patient.Family}", patient.Phone, birth: "весной");
        await RowAsync(window, nobodys, now => (string?)now["patient"]?["grade"] == "probable");
        var row = await WroteAsync(window, $"{patient.Given} {patient.Family}", patient.Phone, birth: patient.BirthOn.ToString("dd.MM.yyyy", null));
        Assert.Equal((string?)nobodys["id"], (string?)row["id"]);
        await RowAsync(window, row, now => (string?)now["patient"]?["grade"] == "certain" && (string?)now["patient"]?["id"] == patient.Id);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_link_is_made_and_taken_back_by_hand_and_is_not_suggested_again(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var patient = await PatientAsync(hub, 2);
        var row = await WroteAsync(window, $"{patient.Given} {patient.Family}", patient.Phone);
        var contact = (string)row["contact"]!["id"]!;

        var linked = await window.DoAsync($"/api/contacts/{contact}/patient", new { patientId = patient.Id });
        Assert.Equal((patient.Id, 0), ((string?)linked["patient"]!["id"], linked["candidates"]!.AsArray().Count));
        Assert.NotNull(linked["patient"]!["by"]!["name"]);
        await window.DoAsync($"/api/contacts/{contact}/patient", new { patientId = patient.Id });
        var other = await PatientAsync(hub, 3);
        Assert.Equal("contact.linked", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/contacts/{contact}/patient", new { patientId = other.Id }))["title"]);
        await RowAsync(window, row, now => (string?)now["patient"]?["grade"] == "certain");

        using var answer = await window.Http.DeleteAsync($"/api/contacts/{contact}/patient");
        var unlinked = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Null(unlinked["patient"]);
        Assert.DoesNotContain(unlinked["candidates"]!.AsArray(), candidate => (string?)candidate!["patientId"] == patient.Id);
        await RowAsync(window, row, now => (string?)now["patient"]?["id"] != patient.Id);
        await window.EventAsync((string)row["id"]!, "unlinked");
        using var again = await window.Http.DeleteAsync($"/api/contacts/{contact}/patient");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_declined_suggestion_is_not_made_again(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var patient = await PatientAsync(hub, 4);
        var row = await WroteAsync(window, patient.Given, patient.Phone);
        var contact = (string)row["contact"]!["id"]!;
        var declined = await window.DoAsync($"/api/contacts/{contact}/patient/decline", new { patientId = patient.Id });
        Assert.DoesNotContain(declined["candidates"]!.AsArray(), candidate => (string?)candidate!["patientId"] == patient.Id);
        await RowAsync(window, row, now => (string?)now["patient"]?["id"] != patient.Id);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Two_people_on_one_phone_are_two_contacts_until_a_person_merges_them_and_again_after_the_merge_is_taken_back(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var phone = Person.New().Phone;
        var mother = await WroteAsync(window, "Щеглова Анна", phone);
        var son = await WroteAsync(window, "Щеглов Пётр", phone, "callback");
        var (first, second) = ((string)mother["contact"]!["id"]!, (string)son["contact"]!["id"]!);
        Assert.NotEqual(first, second);
        var before = await window.GetAsync($"/api/contacts/{first}");
        Assert.Equal([second], before["household"]!.AsArray().Select(other => (string)other!["id"]!));
        Assert.True((bool)before["points"]![0]!["shared"]!);
        var untouched = await window.GetAsync($"/api/contacts/{second}");

        var merged = await window.DoAsync($"/api/contacts/{first}/merge", new { contactId = second });
        Assert.Equal((first, 0), ((string?)merged["id"], merged["household"]!.AsArray().Count));
        Assert.Equal([first, second], merged["names"]!.AsArray().Select(name => (string)name!["contactId"]!));
        Assert.Equal(first, (string?)(await window.GetAsync($"/api/contacts/{second}"))["id"]);
        await RowAsync(window, son, now => (string?)now["contact"]!["id"] == first);
        Assert.Equal("contact.same", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/contacts/{second}/merge", new { contactId = first }))["title"]);

        // What arrives in between belongs to whom it came from.
        await window.DoAsync($"/api/requests/{son["id"]}/close", new { outcome = "answered" });
        await window.EventAsync((string)son["id"]!, "merged");

        var apart = await window.DoAsync($"/api/contacts/{first}/unmerge", new { contactId = second });
        Assert.Equal(before["names"]!.ToJsonString(), apart["names"]!.ToJsonString());
        Assert.Equal(before["points"]!.ToJsonString(), apart["points"]!.ToJsonString());
        Assert.Equal(untouched.ToJsonString(), (await window.GetAsync($"/api/contacts/{second}")).ToJsonString());
        await RowAsync(window, son, now => (string?)now["contact"]!["id"] == second);
        Assert.Equal(first, (string?)(await window.RequestAsync((string)mother["id"]!))["contact"]!["id"]);
        Assert.Equal("contact.not-merged", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/contacts/{first}/unmerge", new { contactId = second }))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Contacts_of_two_patients_are_not_merged(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var contacts = new List<string>();
        foreach (var number in new[] { 5, 6 })
        {
            var row = await WroteAsync(window, "Щеглова Анна", Person.New().Phone);
            contacts.Add((string)row["contact"]!["id"]!);
            await window.DoAsync($"/api/contacts/{contacts[^1]}/patient", new { patientId = (await PatientAsync(hub, number)).Id });
        }

        Assert.Equal(
            "contact.patients-differ", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/contacts/{contacts[0]}/merge", new { contactId = contacts[1] }))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Twelve_clicks_link_once(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var row = await WroteAsync(window, "Щеглова Анна", Person.New().Phone);
        var contact = (string)row["contact"]!["id"]!;
        var patient = await PatientAsync(hub, 7);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.PostAsync($"/api/contacts/{contact}/patient", new { patientId = patient.Id })));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from patients.mt_events where stream_id = $1 and type = 'patient_linked'", Guid.Parse(contact)));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Patients_are_found_by_name_phone_and_date_of_birth_and_each_look_is_written_down(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var patient = await PatientAsync(hub, 8);
        var request = Guid.NewGuid();
        foreach (var words in new[] { patient.Family, $"{patient.Family} {patient.Given}", patient.Phone, patient.BirthOn.ToString("dd.MM.yyyy", null) })
        {
            var found = (await window.GetAsync($"/api/patients?q={Uri.EscapeDataString(words)}&requestId={request}"))["items"]!.AsArray();
            Assert.Contains(found, one => (string?)one!["id"] == patient.Id);
        }

        Assert.Equal(patient.BirthOn, DateOnly.Parse((string)(await window.GetAsync($"/api/patients/{patient.Id}?requestId={request}"))["birthOn"]!, null));
        var log = (await (await hub.WindowAsync("admin")).GetAsync($"/api/access-log?patientId={patient.Id}"))["items"]!.AsArray().Where(entry => (string?)entry!["requestId"] == request.ToString()).ToList();
        Assert.Equal(["patient", "search", "search", "search", "search"], log.Select(entry => (string)entry!["purpose"]!));
        using var refused = await window.Http.GetAsync("/api/access-log");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var unknown = await window.Http.GetAsync("/api/patients/nobody");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private sealed record DemoPatient(string Id, string Family, string Given, string Phone, DateOnly BirthOn);

    /// <summary>The only patient of the demo clinic with this phone and without a namesake; every test takes one of its own.</summary>
    private static async Task<DemoPatient> PatientAsync(TestHub hub, int number)
    {
        var found = await hub.AskAsync<string>(
            "Patients",
            """
            select concat_ws('|', id, family, given, phone, birth_on) from demo_mis.patients p
            where not exists (select 1 from demo_mis.patients o where o.id <> p.id and o.given = p.given and (o.family = p.family or o.phone = p.phone)) and birth_on is not null
            order by phone desc, id offset $1 limit 1
            """, (long)number * 3);
        return found!.Split('|') is [var id, var family, var given, var phone, var birth]
            ? new DemoPatient(id, family, given, phone, DateOnly.Parse(birth, null))
            : throw new InvalidOperationException("The demo clinic has no such patient.");
    }

    private static async Task<JsonNode> WroteAsync(Window window, string name, string phone, string form = "demo", string birth = "")
    {
        var text = $"Проверка {Guid.NewGuid():N}";
        await window.SendFormAsync(new() { ["name"] = name, ["phone"] = phone, ["message"] = text, ["consent"] = "yes", ["Дата рождения"] = birth }, form);
        return await Eventually.AsyncOf(
            async () => (await window.SearchAsync(phone)).FirstOrDefault(row => (string?)row["preview"] == text && row["contact"]!["id"] is not null), "identified row");
    }

    private static Task<JsonNode> RowAsync(Window window, JsonNode row, Func<JsonNode, bool> when) =>
        Eventually.AsyncOf(async () => await window.RequestAsync((string)row["id"]!) is { } now && when(now) ? now : null, "such row");

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_was_shown_a_person_in_the_inbox_in_a_request_in_a_search_or_by_an_open_window_is_logged_once_an_hour(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var who = await Visitor.WroteAsync(hub);
        using var reader = await Window.OpenAsync(hub, "manager2");
        var agent = (string)(await reader.GetAsync("/api/session"))["user"]!["id"]!;
        await Eventually.TrueAsync(async () => (string?)(await reader.RequestAsync(who.RequestId))["patient"]?["id"] == who.PatientId, "patient of the request");
        for (var times = 0; times < 3; times++)
        {
            await reader.RowsOfAsync(who.Person);
            await reader.RequestAsync(who.RequestId);
            await reader.TimelineAsync(who.RequestId);
            await reader.DoAsync("/api/search", new { q = who.Person.Phone });
        }

        await using var line = await reader.ListenAsync();
        var admin = await hub.WindowAsync("admin");
        string[] ways = ["inbox", "request", "search"];
        await Eventually.TrueAsync(
            async () => ways.All((await EntriesAsync($"patientId={who.PatientId}&agentId={agent}")).Where(entry => (string?)entry["requestId"] == who.RequestId).Select(entry => (string?)entry["purpose"]).Contains),
            "entries of the access log");
        await Eventually.TrueAsync(
            async () => (await EntriesAsync($"agentId={agent}")).Any(entry => (string?)entry["purpose"] == "window" && entry["patientId"] is null && entry["requestId"] is null), "entry of the open window");
        var told = (await EntriesAsync($"patientId={who.PatientId}&agentId={agent}")).Where(entry => (string?)entry["requestId"] == who.RequestId);
        Assert.All(told.GroupBy(entry => ((string?)entry["purpose"], ((DateTimeOffset)entry["at"]!).Hour)), same => Assert.Single(same));

        async Task<IReadOnlyList<JsonNode>> EntriesAsync(string filter) => [.. (await admin.GetAsync($"/api/access-log?limit=500&{filter}"))["items"]!.AsArray().OfType<JsonNode>()];
    }
}
