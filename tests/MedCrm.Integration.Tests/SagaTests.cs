using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Requests.Intake;
using MedCrm.Requests.Sla;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A saga's messages come in the wrong order, twice, or when all is over.</summary>
public sealed class SagaTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_it_is_may_be_told_twice_late_or_of_nobody(BusTransport transport)
    {
        var (hub, window, person, id) = await WroteAsync(transport);
        await Eventually.TrueAsync(async () => (await window.RequestAsync(id))["contact"]!["id"] is not null, "contact in the row");
        var settled = (long)(await window.RequestAsync(id))["rev"]!;
        var request = new RequestId(Guid.Parse(id));
        var subject = hub.SubjectOf(person);
        var late = new ContactIdentified(request, subject, ContactId.New(), MatchGrade.None, [], TimeProvider.System.GetUtcNow());

        await hub.InvokeAsync("requests", late);
        await hub.InvokeAsync("requests", late);
        await hub.InvokeAsync("requests", new IdentificationDue(request));
        await hub.InvokeAsync("requests", late with { RequestId = RequestId.New() });
        await hub.InvokeAsync("requests", new IdentificationDue(RequestId.New()));
        Assert.DoesNotContain(await ChangesAsync(window, id, settled), type => type != "slaBreached");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_watch_over_the_first_answer_ends_once_and_means_nothing_afterwards(BusTransport transport)
    {
        var (hub, window, person, id) = await WroteAsync(transport);
        var request = new RequestId(Guid.Parse(id));
        var subject = hub.SubjectOf(person);

        await hub.InvokeAsync("requests", new FirstResponseSettled(request, subject));
        await hub.InvokeAsync("requests", new FirstResponseDue(request));
        await hub.InvokeAsync("requests", new FirstResponseSettled(request, subject));
        await hub.InvokeAsync("requests", new FirstResponseDue(RequestId.New()));
        Assert.DoesNotContain("slaBreached", await ChangesAsync(window, id, 0));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_breach_is_written_once(BusTransport transport)
    {
        var (hub, window, person, id) = await WroteAsync(transport);
        var request = new RequestId(Guid.Parse(id));
        var subject = hub.SubjectOf(person);
        // Before its time it is the timeout of an earlier promise.
        await hub.InvokeAsync("requests", new FirstResponseDue(request));
        Assert.DoesNotContain("slaBreached", await ChangesAsync(window, id, 0));
        await hub.AskAsync<object>(
            "Requests", "update requests.mt_doc_firstresponsesla set due_at = '2026-01-12T09:00Z', data = jsonb_set(data, '{dueAt}', '\"2026-01-12T09:00:00+00:00\"') where id = $1", request.Value);
        await Eventually.TrueAsync(async () => (await ChangesAsync(window, id, 0)).Contains("slaBreached"), "the breach in the timeline");
        await hub.InvokeAsync("requests", new FirstResponseDue(request));
        await hub.InvokeAsync("requests", new FirstResponseDue(request));
        await hub.InvokeAsync("requests", new FirstResponseSettled(request, subject));
        Assert.Single(await ChangesAsync(window, id, 0), type => type == "slaBreached");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_question_that_nobody_answers_is_given_up_and_said(BusTransport transport)
    {
        var (hub, window, _, id) = await WroteAsync(transport);
        await Eventually.TrueAsync(async () => (await window.RequestAsync(id))["contact"]!["id"] is not null, "contact in the row");
        // As if the fifth question had been asked long ago and its answer lost.
        await hub.AskAsync<object>(
            "Requests",
            """
            update requests.mt_doc_requestintake set due_at = '2026-01-12T09:00Z', data = data || '{ "resting": false, "questions": 5, "dueAt": "2026-01-12T09:00:00+00:00" }' where id = $1
            """,
            Guid.Parse(id));
        await Eventually.TrueAsync(async () => (await ChangesAsync(window, id, 0)).Contains("identificationMissed"), "that nobody answered, in the timeline");
        Assert.Equal(1, await hub.AskAsync<long>("Requests", "select count(*) from requests.mt_doc_requestintake where id = $1 and (data ->> 'resting')::boolean and due_at > now() + interval '1 year'", Guid.Parse(id)));
        Assert.Single(await ChangesAsync(window, id, 0), type => type == "identificationMissed");
    }

    private static async Task<List<string?>> ChangesAsync(Window window, string id, long after)
    {
        var timeline = await window.GetAsync($"/api/requests/{id}/timeline?after={after}");
        return [.. timeline["items"]!.AsArray().Select(entry => (string?)entry!["event"]?["type"])];
    }

    private async Task<(TestHub Hub, Window Window, Person Person, string Id)> WroteAsync(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Здравствуйте"));
        return (hub, window, person, (string)(await window.RowOfAsync(person))["id"]!);
    }
}
