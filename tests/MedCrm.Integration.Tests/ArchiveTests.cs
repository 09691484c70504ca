using System.Net;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>The mail as it came, for few eyes, and never without a trace.</summary>
public sealed class ArchiveTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_supervisor_reads_the_mail_as_it_came_and_the_journal_says_so(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await hub.ReceiveMailAsync(person, "Анализы", "Где мои анализы?");
        var row = await Eventually.AsyncOf(async () => (await window.SearchAsync(person.Mail)).SingleOrDefault(), "row of the person");
        var entry = await window.EntryAsync((string)row["id"]!, item => (string?)item["kind"] == "inbound", "mail");
        var path = $"/api/raw-inputs/email/{entry["rawInputId"]}";

        var supervisor = await hub.WindowAsync("supervisor");
        using var raw = await supervisor.Http.GetAsync(path);
        Assert.Equal(("application/octet-stream", "attachment"), (raw.Content.Headers.ContentType?.MediaType, raw.Content.Headers.ContentDisposition?.DispositionType));
        Assert.EndsWith(".eml", raw.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        Assert.StartsWith($"From: {person.Mail}\r\nSubject: Анализы\r\n", await raw.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var refused = await window.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var roundabout = await window.Http.GetAsync($"/api/quarantine/email/{entry["rawInputId"]}/raw");
        Assert.Equal(HttpStatusCode.NotFound, roundabout.StatusCode);
        using var stranger = new HttpClient { BaseAddress = hub.GatewayUrl };
        using var unknown = await stranger.GetAsync(path);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);

        var readings = (await (await hub.WindowAsync("admin")).GetAsync($"/api/raw-inputs/email/readings?inputId={entry["rawInputId"]}"))["items"]!.AsArray();
        var reading = Assert.Single(readings)!;
        Assert.Equal(("email/info", (string?)entry["rawInputId"]), ((string?)reading["channel"], (string?)reading["inputId"]));
        Assert.NotEmpty((string)reading["agentName"]!);
        using var journal = await supervisor.Http.GetAsync("/api/raw-inputs/email/readings");
        Assert.Equal(HttpStatusCode.Forbidden, journal.StatusCode);
    }
}
