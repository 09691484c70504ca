using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Mis;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Whole hubs before MISes that are not ours: a real FHIR server, and Renovatio by its strict simulator. What is booked stands there once, and what happens there comes back once.</summary>
public sealed class FarMisTests(Hubs hubs)
{
    [Theory, InlineData(MisAdapter.Fhir), InlineData(MisAdapter.Renovatio)]
    public async Task A_message_in_the_chat_becomes_a_visit_there_once_and_the_patient_is_told_in_the_chat(MisAdapter adapter)
    {
        var far = await hubs.BeforeAsync(adapter);
        var window = await far.Hub.WindowAsync();
        var person = Person.New();
        var patient = await far.AddPatientAsync(person);
        using var http = new HttpClient { BaseAddress = far.Hub.GatewayUrl };
        using var session = await http.PostAsync("/widget/demo/session", null);
        var token = (string)(await session.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
        http.DefaultRequestHeaders.Add("X-Visitor-Token", token);
        await using var line = new HubConnectionBuilder().WithUrl(new Uri(far.Hub.GatewayUrl, "/hubs/visitor?chat=demo"), options => options.Headers["Origin"] = "https://clinic.example").Build();
        var told = new ConcurrentQueue<string>();
        line.On<JsonElement>("entries", entries =>
        {
            foreach (var entry in JsonNode.Parse(entries.GetRawText())!.AsArray())
            {
                told.Enqueue((string?)entry!["text"] ?? "");
            }
        });
        await line.StartAsync();
        await line.InvokeAsync<JsonElement>("Resume", token, 0L);
        using var posted = await http.PostAsJsonAsync("/widget/demo/messages", new
        {
            messageId = Guid.NewGuid(),
            text = "Запишите меня, пожалуйста",
            name = "Щеглов Ким Игоревич",
            phone = person.Phone,
            consent = new { given = true, textVersion = "2026-01" },
        });
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);

        // Likely by name and telephone, certain and linked by the date of birth.
        var row = await window.RowOfAsync(person, row => (string?)row["patient"]?["id"] == patient);
        var contact = await window.DoAsync($"/api/contacts/{row["contact"]!["id"]}/birth-date", new { birthOn = FarMis.BornOn(person).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture) });
        Assert.Equal((patient, "certain"), ((string?)contact["patient"]!["id"], (string?)contact["grade"]));

        var slot = await far.SlotAsync(window);
        await window.DoAsync($"/api/slots/{slot.Id}/hold", new { requestId = row["id"] });
        var wish = new { requestId = row["id"], patientId = patient, slotId = slot.Id, idempotencyKey = Guid.NewGuid().ToString() };
        var clicks = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.PostAsync("/api/appointments", wish)));
        Assert.All(clicks, click => Assert.True(click.StatusCode is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{click.StatusCode}"));
        await Eventually.TrueAsync(async () => (string?)(await VisitAsync(window, row))?["status"] == "booked", "booked visit");
        Assert.Equal([slot.Start], await far.StandingAsync(patient));
        Assert.DoesNotContain(await far.FreeAsync(), free => free.Id == slot.Id);
        await Eventually.TrueAsync(() => Task.FromResult(told.Any(text => text.StartsWith("Запись подтверждена: ", StringComparison.Ordinal))), "word to the patient");
        Assert.Single(told, text => text.StartsWith("Запись", StringComparison.Ordinal));

        // The echo of our own booking says nothing new.
        var visit = (await VisitAsync(window, row))!;
        await SettledAsync(far, await MisIdAsync(far, visit));
        Assert.Equal((0L, 0L), (await EventsAsync(far, visit, "appointment_followed"), await EventsAsync(far, visit, "appointment_found")));
        Assert.Equal("agreed", (string?)(await VisitAsync(window, row))!["truth"]);
    }

    [Theory, InlineData(MisAdapter.Fhir), InlineData(MisAdapter.Renovatio)]
    public async Task A_slot_taken_there_is_refused_with_the_nearest_and_a_visit_is_moved_and_cancelled_there(MisAdapter adapter)
    {
        var far = await hubs.BeforeAsync(adapter);
        var (window, person, patient, row) = await KnownAsync(far);
        var taken = await far.SlotAsync(window);
        await far.TakeAsync(taken);
        var refused = await window.RefusedAsync(HttpStatusCode.Conflict, "/api/appointments", new { requestId = row["id"], patientId = patient, slotId = taken.Id, idempotencyKey = Guid.NewGuid().ToString() });
        Assert.Equal(("slot.taken", 3), ((string?)refused["title"], refused["alternatives"]!.AsArray().Count));
        Assert.Empty(await far.StandingAsync(patient));

        var other = refused["alternatives"]![0]!;
        var visit = await window.DoAsync("/api/appointments", new { requestId = row["id"], patientId = patient, slotId = other["id"], idempotencyKey = Guid.NewGuid().ToString() });
        await BecomesAsync(window, visit, now => (string?)now["status"] == "booked");
        Assert.Equal([(DateTimeOffset)other["start"]!], await far.StandingAsync(patient));

        var target = await far.SlotAsync(window);
        await window.DoAsync($"/api/appointments/{visit["id"]}/reschedule", new { slotId = target.Id, idempotencyKey = Guid.NewGuid().ToString() });
        await BecomesAsync(window, visit, now => (string?)now["truth"] == "agreed" && (DateTimeOffset)now["slot"]!["start"]! == target.Start);
        Assert.Equal([target.Start], await far.StandingAsync(patient));
        Assert.Contains(await far.FreeAsync(), free => free.Id == (string?)other["id"]);

        await window.DoAsync($"/api/appointments/{visit["id"]}/cancel", new { reason = "Передумал", idempotencyKey = Guid.NewGuid().ToString() });
        await BecomesAsync(window, visit, now => (string?)now["status"] == "cancelled");
        Assert.Empty(await far.StandingAsync(patient));
        Assert.Contains(await far.FreeAsync(), free => free.Id == target.Id);
        var letters = await Eventually.AsyncOf(
            () => Task.FromResult(far.Hub.PostOffice.LettersTo(person).Select(letter => letter.Text.Split(':')[0]).Where(text => text.StartsWith("Запись", StringComparison.Ordinal)).ToList() is { Count: >= 3 } three ? three : null), "three letters");
        Assert.Equal(["Запись подтверждена", "Запись перенесена", "Запись отменена"], letters);
    }

    [Theory, InlineData(MisAdapter.Fhir), InlineData(MisAdapter.Renovatio)]
    public async Task What_their_own_people_book_move_cancel_and_delete_is_followed_each_once(MisAdapter adapter)
    {
        var far = await hubs.BeforeAsync(adapter);
        var (window, _, patient, row) = await KnownAsync(far);
        var first = await far.SlotAsync(window);
        var ours = await window.DoAsync("/api/appointments", new { requestId = row["id"], patientId = patient, slotId = first.Id, idempotencyKey = Guid.NewGuid().ToString() });
        await BecomesAsync(window, ours, now => (string?)now["status"] == "booked");

        // Theirs for somebody we know is adopted.
        var theirs = await far.BookAsync(patient, await far.SlotAsync(window));
        var adopted = await VisitOfAsync(far, theirs);
        Assert.Equal(1L, await EventsAsync(far, adopted, "appointment_found"));

        var misId = await MisIdAsync(far, ours);
        var target = await far.SlotAsync(window);
        await far.MoveAsync(misId, target);
        await BecomesAsync(window, ours, now => (DateTimeOffset)now["slot"]!["start"]! == target.Start && (string?)now["slot"]!["practitioner"]!["id"] == target.PractitionerId);
        await far.CancelAsync(misId);
        await BecomesAsync(window, ours, now => (string?)now["status"] == "cancelled");
        await far.DeleteAsync(theirs);
        await BecomesAsync(window, adopted, now => (string?)now["status"] == "cancelled");

        await SettledAsync(far, misId);
        Assert.Equal(2L, await EventsAsync(far, ours, "appointment_followed"));
        Assert.Equal((1L, 1L), (await EventsAsync(far, adopted, "appointment_found"), await EventsAsync(far, adopted, "appointment_followed")));
        await window.EntryAsync((string)row["id"]!, entry => (string?)entry["event"]?["appointment"]?["change"] == "followed", "overwrite in the timeline");
    }

    [Fact]
    public async Task Patients_of_the_FHIR_server_are_in_the_index_before_they_write_and_go_when_their_card_does()
    {
        var far = (FarFhir)await hubs.BeforeAsync(MisAdapter.Fhir);
        var window = await far.Hub.WindowAsync();
        var person = Person.New();
        var patient = await far.AddPatientAsync(person);
        await Eventually.TrueAsync(() => IsListedAsync(patient), "patient in the index");
        // By name and date of birth alone, without an address that could be looked up.
        var found = await window.GetAsync($"/api/patients?q={FarMis.BornOn(person).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)}");
        Assert.Contains(found["items"]!.AsArray(), one => (string?)one!["id"] == patient);
        var card = (await far.Clinic.Screen.ReadAsync<Hl7.Fhir.Model.Patient>($"Patient/{patient}"))!;
        card.Active = false;
        await far.Clinic.Screen.UpdateAsync(card);
        await Eventually.TrueAsync(async () => !await IsListedAsync(patient), "patient out of the index");

        async Task<bool> IsListedAsync(string id) => await far.Hub.AskAsync<long>("Patients", "select count(*) from patient_index.patients where patient_id = $1", id) == 1;
    }

    /// <summary>Somebody with a card who wrote and is linked to it.</summary>
    private static async Task<(Window Window, Person Person, string Patient, JsonNode Row)> KnownAsync(FarMis far)
    {
        var window = await far.Hub.WindowAsync();
        var person = Person.New();
        var patient = await far.AddPatientAsync(person);
        await window.SendFormAsync(person.Form("Запишите меня"));
        var row = await window.RowOfAsync(person, row => (string?)row["patient"]?["id"] == patient);
        await window.DoAsync($"/api/contacts/{row["contact"]!["id"]}/patient", new { patientId = patient });
        return (window, person, patient, row);
    }

    private static async Task<JsonNode?> VisitAsync(Window window, JsonNode row) => (await window.GetAsync($"/api/appointments?requestId={row["id"]}"))["items"]!.AsArray() is [var visit] ? visit : null;

    private static Task BecomesAsync(Window window, JsonNode visit, Func<JsonNode, bool> when) =>
        Eventually.TrueAsync(async () => when(await window.GetAsync($"/api/appointments/{visit["id"]}")), "such visit");

    private static async Task<JsonNode> VisitOfAsync(FarMis far, string misId) => JsonNode.Parse(await Eventually.AsyncOf(
        () => far.Hub.AskAsync<string>("Patients", "select data::text from patients.mt_doc_appointment where mis_id = $1", misId), "visit made there"))!;

    private static async Task<string> MisIdAsync(FarMis far, JsonNode visit) =>
        (await far.Hub.AskAsync<string>("Patients", "select mis_id from patients.mt_doc_appointment where id = $1", Guid.Parse((string)visit["id"]!)))!;

    /// <summary>Our copy has it, nobody has still to take it in, and it was read once more since.</summary>
    private static async Task SettledAsync(FarMis far, string misId)
    {
        await Eventually.TrueAsync(async () => await far.Hub.AskAsync<long>("Patients", "select count(*) from mis.appointments where id = $1 and not is_news", misId) == 1, "settled copy");
        var now = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(async () => await far.Hub.AskAsync<long>("Patients", "select count(*) from mis.followed where snapshot_at > $1", now) == 1, "snapshot after that");
        await Eventually.TrueAsync(async () => await far.Hub.AskAsync<long>("Patients", "select count(*) from mis.appointments where is_news") == 0, "copy without news");
    }

    private static Task<long> EventsAsync(FarMis far, JsonNode visit, string type) =>
        far.Hub.AskAsync<long>("Patients", "select count(*) from patients.mt_events where stream_id = $1 and type = $2", Guid.Parse((string)visit["id"]!), type);
}
