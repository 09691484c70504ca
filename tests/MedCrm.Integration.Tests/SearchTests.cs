using System.Net;
using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>People, requests and messages in one answer.</summary>
public sealed class SearchTests(Hubs hubs)
{
    [Fact]
    public async Task One_question_finds_the_request_the_message_and_the_patient()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var window = await hub.WindowAsync();
        var person = Person.New();
        var mark = $"Ромашка{person.Phone[5..]}";
        await window.SendFormAsync(person.Form($"Добрый день! Подскажите, можно ли ко врачу после процедуры {mark}, и натощак ли?"));
        var row = await window.RowOfAsync(person);
        var id = (string)row["id"]!;

        foreach (var words in new[] { person.Phone, person.Name, person.Mail, $"{row["number"]}" })
        {
            Assert.Contains((await SearchAsync(window, words))["requests"]!.AsArray(), found => (string?)found!["id"] == id);
        }

        var message = Assert.Single((await SearchAsync(window, mark.ToUpperInvariant().Replace('А', 'а')))["messages"]!.AsArray())!;
        Assert.Equal((id, (long)row["number"]!, "inbound", person.Name), ((string)message["requestId"]!, (long)message["number"]!, (string)message["kind"]!, (string)message["author"]!));
        Assert.Contains($"процедуры {mark}, и", (string)message["excerpt"]!, StringComparison.Ordinal);
        Assert.StartsWith("…", (string)message["excerpt"]!, StringComparison.Ordinal);

        await window.DoAsync($"/api/conversations/{row["conversationId"]}/notes", new { messageId = MessageId.New(), text = $"Просит перезвонить, {mark}" });
        await window.EntryAsync(id, entry => (string?)entry["kind"] == "note", "note");
        Assert.Equal(["note", "inbound"], (await SearchAsync(window, mark))["messages"]!.AsArray().Select(found => (string?)found!["kind"]));
    }

    [Fact]
    public async Task A_patient_found_is_a_patient_seen()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var window = await hub.WindowAsync();
        var family = (await hub.AskAsync<string>("Patients", "select family from demo_mis.patients order by id limit 1"))!;
        await Eventually.TrueAsync(async () => (await SearchAsync(window, family))["people"]!.AsArray().Count > 0, "patients in the index");
        var before = await SeenAsync();
        var answer = await SearchAsync(window, family, 2);
        var people = answer["people"]!.AsArray();
        Assert.InRange(people.Count, 1, 2);
        Assert.All(people, one => Assert.StartsWith(family, (string)one!["name"]!, StringComparison.Ordinal));
        Assert.Empty(answer["silent"]!.AsArray());
        Assert.Equal(before + people.Count, await SeenAsync());

        Task<long> SeenAsync() => hub.AskAsync<long>("Patients", "select count(*) from access_log.entries where purpose = 'Search' and hour is null");
    }

    [Fact]
    public async Task The_address_of_the_design_finds_the_same()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Здравствуйте"));
        var row = await window.RowOfAsync(person);
        Assert.Contains((await window.GetAsync($"/api/search?q={Uri.EscapeDataString(person.Mail)}"))["requests"]!.AsArray(), found => (string?)found!["id"] == (string?)row["id"]);
    }

    [Fact]
    public async Task Words_too_short_or_too_long_are_refused_and_strangers_hear_nothing()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var window = await hub.WindowAsync();
        foreach (var words in new[] { null, "", " а ", new string('а', 201) })
        {
            await window.RefusedAsync(HttpStatusCode.BadRequest, "/api/search", new { q = words });
        }

        using var stranger = await Window.OpenAsync(hub, null);
        using var answer = await stranger.PostAsync("/api/search", new { q = "Иванов" });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_not_set_up_is_not_told_to_be_there()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var kinds = (await (await hub.WindowAsync()).GetAsync("/api/channels/kinds"))["items"]!.AsArray().Select(kind => (string)kind!).ToList();
        Assert.Contains("website", kinds);
        Assert.DoesNotContain("max", kinds);
    }

    private static Task<JsonNode> SearchAsync(Window window, string words, int? limit = null) => window.DoAsync("/api/search", new { q = words, limit });
}
