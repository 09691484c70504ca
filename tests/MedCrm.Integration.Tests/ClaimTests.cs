using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Managers reach for the same request.</summary>
public sealed class ClaimTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Of_fifty_at_once_one_gets_it_and_the_others_hear_who(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Кто первый?"));
        var id = (string)(await window.RowOfAsync(person))["id"]!;

        var agents = Enumerable.Range(1, 50).Select(n => new Agent(AgentId.New(), $"Менеджер {n}")).ToList();
        var answers = await Task.WhenAll(agents.Select(async agent =>
        {
            using var room = hub.Room("requests", agent, Roles.Manager);
            using var answer = await room.PostAsync($"/api/requests/{id}/claim", null);
            return (Agent: agent, answer.StatusCode, Body: (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
        }));

        var (owner, _, row) = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(owner.Name, (string?)row["assignee"]!["name"]);
        Assert.All(answers.Where(answer => answer.Agent != owner), refused =>
        {
            Assert.Equal((HttpStatusCode.Conflict, "request.claimed"), (refused.StatusCode, (string?)refused.Body["title"]));
            Assert.Equal((owner.Id.ToString(), owner.Name), ((string?)refused.Body["assignee"]!["id"], (string?)refused.Body["assignee"]!["name"]));
        });
        Assert.Single(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "claimed");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_repeated_claim_of_ones_own_is_no_refusal(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Моё"));
        var id = (string)(await window.RowOfAsync(person))["id"]!;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => window.DoAsync($"/api/requests/{id}/claim")));
        Assert.Single(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "claimed");

        var colleague = await hub.WindowAsync("manager2");
        Assert.Equal("request.claimed", (string?)(await colleague.RefusedAsync(HttpStatusCode.Conflict, $"/api/requests/{id}/claim"))["title"]);
        Assert.Equal("request.not-yours", (string?)(await colleague.RefusedAsync(HttpStatusCode.Conflict, $"/api/requests/{id}/release"))["title"]);
        var supervisor = await hub.WindowAsync("supervisor");
        await supervisor.DoAsync($"/api/requests/{id}/release");
        await colleague.DoAsync($"/api/requests/{id}/claim");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task To_whom_a_request_is_given_the_accounts_say_and_not_the_browser(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Передайте коллеге"));
        var id = (string)(await window.RowOfAsync(person))["id"]!;
        var colleague = (await (await hub.WindowAsync("manager2")).GetAsync("/api/session"))["user"]!;
        var row = await window.DoAsync($"/api/requests/{id}/assign", new { agentId = (string)colleague["id"]!, name = "Чужое Имя", assignee = new { id = Guid.NewGuid(), name = "Чужое Имя" } });
        Assert.Equal(((string)colleague["id"]!, (string)colleague["name"]!), ((string?)row["assignee"]!["id"], (string?)row["assignee"]!["name"]));
        var told = await window.EventAsync(id, "assigned");
        Assert.Equal((string)colleague["name"]!, (string?)told["event"]!["assignee"]!["name"]);

        Assert.Equal("agent.not-found", (string?)(await window.RefusedAsync(HttpStatusCode.NotFound, $"/api/requests/{id}/assign", new { agentId = Guid.NewGuid() }))["title"]);
        Assert.Equal("request.not-found", (string?)(await window.RefusedAsync(HttpStatusCode.NotFound, $"/api/requests/{Guid.NewGuid()}/assign", new { agentId = (string)colleague["id"]! }))["title"]);
        // What the gateway has not signed the room does not believe.
        using var room = hub.Room("requests", new Agent(AgentId.New(), "Менеджер"), Roles.Manager);
        using var forged = await room.PostAsJsonAsync($"/api/requests/{id}/assign", new { agentId = Guid.NewGuid(), assignee = new { id = Guid.NewGuid(), name = "Чужое Имя" } });
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }
}
