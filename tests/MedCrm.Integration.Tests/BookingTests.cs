using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Appointments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Wolverine.Runtime;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A visit from the wish to the patient's letter, with a MIS that answers, refuses, loses its answer or is away.</summary>
public sealed class BookingTests(Hubs hubs)
{
    private static int _patients = 40;

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_visit_is_booked_once_the_patient_is_told_and_the_request_shows_it(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, slot, key) = (Patient(), await SlotAsync(window), Key());
        var wish = new { requestId = row["id"], patientId = patient, slotId = slot["id"], idempotencyKey = key };

        using var answer = await window.PostAsync("/api/appointments", wish);
        var visit = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.True(answer.StatusCode == HttpStatusCode.Created, visit.ToJsonString());
        Assert.Equal(("booked", "agreed", patient), ((string?)visit["status"], (string?)visit["truth"], (string?)visit["patient"]!["id"]));
        Assert.NotNull(visit["patient"]!["name"]);
        Assert.Equal((string?)slot["localStart"], (string?)visit["slot"]!["localStart"]);

        // Twelve more clicks are the same visit.
        var repeats = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.PostAsync("/api/appointments", wish)));
        Assert.All(repeats, repeat => Assert.Equal(HttpStatusCode.Created, repeat.StatusCode));
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int", patient));
        Assert.Equal("idempotency-key.reused", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, "/api/appointments", wish with { patientId = "1" }))["title"]);

        var letter = Assert.Single(await LettersAsync(hub, person, 1));
        Assert.StartsWith("Запись подтверждена: ", letter, StringComparison.Ordinal);
        Assert.Contains((string)slot["location"]!["name"]!, letter, StringComparison.Ordinal);
        Assert.DoesNotContain((string)slot["practitioner"]!["name"]!, letter, StringComparison.Ordinal);

        await VisitEventAsync(window, row, "booked");
        await Eventually.TrueAsync(async () => (string?)(await window.RequestAsync((string)row["id"]!))["appointment"]?["status"] == "booked", "visit in the row");
        Assert.DoesNotContain(await window.TimelineAsync((string)row["id"]!), entry => (string?)entry["event"]?["type"] == "notTold");
        foreach (var filter in new[] { $"requestId={row["id"]}", $"contactId={row["contact"]!["id"]}", $"patientId={patient}" })
        {
            Assert.Equal([(string)visit["id"]!], (await window.GetAsync($"/api/appointments?{filter}"))["items"]!.AsArray().Select(one => (string)one!["id"]!));
        }

        var seen = (await (await hub.WindowAsync("admin")).GetAsync($"/api/access-log?patientId={patient}"))["items"]!.AsArray();
        Assert.Contains(seen, entry => (string?)entry!["purpose"] == "appointment" && (string?)entry["requestId"] == (string?)row["id"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Twelve_clicks_at_the_same_moment_are_one_errand_and_one_word_to_the_patient(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, slot, key) = (Patient(), await SlotAsync(window), Key());
        // While the MIS thinks, an errand that nobody sent would meet it.
        await hub.AskAsync<object>("Patients", "insert into demo_mis.faults (operation, kind, remaining, delay_ms) values ('book', 'Slow', 1, 1500)");
        var wish = new { requestId = row["id"], patientId = patient, slotId = slot["id"], idempotencyKey = key };
        var clicks = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.PostAsync("/api/appointments", wish)));
        Assert.All(clicks, click => Assert.Equal(HttpStatusCode.Created, click.StatusCode));
        await VisitEventAsync(window, row, "booked");
        var id = Appointment.IdOf(new RequestId(Guid.Parse((string)row["id"]!)), key);
        Assert.Equal(
            "appointment_proposed, appointment_booked",
            await hub.AskAsync<string>("Patients", "select string_agg(type, ', ' order by version) from patients.mt_events where stream_id = $1", id.Value));
        Assert.Equal(["Запись подтверждена"], (await LettersAsync(hub, person, 1)).Select(letter => letter.Split(':')[0]));
        Assert.Equal(1L, await BookedThereAsync(hub, patient));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_held_slot_is_seen_by_all_and_nobody_else_gets_it(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var colleague = await hub.WindowAsync("manager2");
        await using var line = await colleague.ListenAsync();
        var (patient, slot) = (Patient(), await SlotAsync(window));
        var id = (string)slot["id"]!;

        var hold = await window.DoAsync($"/api/slots/{id}/hold", new { requestId = row["id"] });
        Assert.Equal((string?)hold["id"], (string?)(await window.DoAsync($"/api/slots/{id}/hold", new { requestId = row["id"] }))["id"]);
        await Eventually.TrueAsync(() => Task.FromResult(line.Slots.Any(change => (string?)change["slotId"] == id && change["heldBy"] is not null)), "word of the hold");
        Assert.NotNull((await ListedAsync(colleague, slot))["heldBy"]!["name"]);

        var refused = await colleague.RefusedAsync(HttpStatusCode.Conflict, $"/api/slots/{id}/hold", new { });
        Assert.Equal(("slot.held", (string?)hold["heldBy"]!["name"], 3), ((string?)refused["title"], (string?)refused["heldBy"]!["name"], refused["alternatives"]!.AsArray().Count));
        var booking = new { requestId = row["id"], patientId = patient, slotId = id, idempotencyKey = Key() };
        Assert.Equal("slot.held", (string?)(await colleague.RefusedAsync(HttpStatusCode.Conflict, "/api/appointments", booking))["title"]);

        using var released = await window.Http.DeleteAsync($"/api/holds/{hold["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, released.StatusCode);
        await Eventually.TrueAsync(() => Task.FromResult(line.Slots.Any(change => (string?)change["slotId"] == id && change["heldBy"] is null)), "word of the release");
        Assert.Equal("booked", (string?)(await colleague.DoAsync("/api/appointments", booking))["status"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Closing_the_request_lets_its_slots_go(BusTransport transport)
    {
        var (_, window, _, row) = await WroteAsync(transport);
        var slot = await SlotAsync(window);
        await window.DoAsync($"/api/slots/{slot["id"]}/hold", new { requestId = row["id"] });
        Assert.NotNull((await ListedAsync(window, slot))["heldBy"]);
        await window.DoAsync($"/api/requests/{row["id"]}/close", new { outcome = "answered" });
        await Eventually.TrueAsync(async () => (await ListedAsync(window, slot))["heldBy"] is null, "slot let go");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_hang_up_lets_the_slots_of_its_request_go(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        var began = TimeProvider.System.GetUtcNow();
        var call = new InboundCall
        {
            Channel = "telephony/main",
            ExternalCallId = Guid.NewGuid().ToString("N"),
            Phase = CallPhase.Answered,
            Direction = CallDirection.Inbound,
            Party = new Address(ContactPointSystem.Phone, person.Phone),
            StartedAt = began,
            AnsweredAt = began,
            Agents = [new("778", null, null, began, began)],
        };
        await TellAsync(call);
        var row = await window.RowOfAsync(person);
        var slot = await SlotAsync(window);
        await window.DoAsync($"/api/slots/{slot["id"]}/hold", new { requestId = row["id"] });
        Assert.NotNull((await ListedAsync(window, slot))["heldBy"]);
        await TellAsync(call with { Phase = CallPhase.Ended, EndedAt = TimeProvider.System.GetUtcNow(), Outcome = CallOutcome.Answered });
        await Eventually.TrueAsync(async () => (await ListedAsync(window, slot))["heldBy"] is null, "slot let go");

        Task TellAsync(InboundCall told) => hub.Of<IInboundSink>("telephony").AcceptAsync(
            RawInput.FromBytes(told.Channel, Guid.NewGuid().ToString("N"), "text/plain", "raw"u8.ToArray()), [told], null, CancellationToken.None);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Two_holds_of_one_practitioner_that_overlap_are_refused_by_the_database(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var doctor = $"doctor-{Guid.NewGuid():N}";
        Task<object?> HoldAsync(string slot, string from, string to) => hub.AskAsync<object>(
            "Patients",
            "insert into booking.holds (id, slot_id, practitioner_id, starts_at, ends_at, agent_id, agent_name, held_at) values (gen_random_uuid(), $1, $2, $3::text::timestamptz, $4::text::timestamptz, gen_random_uuid(), 'x', now())",
            slot, doctor, from, to);
        await HoldAsync("a", "2030-01-01T09:00Z", "2030-01-01T09:30Z");
        await HoldAsync("b", "2030-01-01T09:30Z", "2030-01-01T10:00Z");
        Assert.Equal(PostgresErrorCodes.ExclusionViolation, (await Assert.ThrowsAsync<PostgresException>(() => HoldAsync("c", "2030-01-01T09:29Z", "2030-01-01T09:31Z"))).SqlState);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_slot_that_the_clinics_own_screen_took_is_refused_with_the_nearest_others(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var slot = await SlotAsync(window);
        await hub.AskAsync<object>(
            "Patients", "update demo_mis.slots set free = false where practitioner_id = $1::text::int and starts_at = $2::text::timestamp", (string)slot["practitioner"]!["id"]!, (string)slot["localStart"]!);
        var refused = await BookAsync(window, row, slot, HttpStatusCode.Conflict);
        Assert.Equal(("slot.taken", 3), ((string?)refused["title"], refused["alternatives"]!.AsArray().Count));
        Assert.DoesNotContain(refused["alternatives"]!.AsArray(), other => (string?)other!["id"] == (string?)slot["id"]);
        var visit = await window.GetAsync($"/api/appointments/{refused["appointmentId"]}");
        Assert.Equal(("cancelled", "slot.taken"), ((string?)visit["status"], (string?)visit["problem"]!["code"]));
        await VisitEventAsync(window, row, "refused");
        // Nobody keeps what nobody got: the next refusal comes from the schedule, not from a hold.
        Assert.Equal("slot.taken", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/slots/{slot["id"]}/hold", new { }))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task While_the_MIS_is_away_the_visit_is_preliminary_and_nobody_is_told_otherwise(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        await FaultAsync(hub, "book", "Down", 2);
        var visit = await BookAsync(window, row, await SlotAsync(window), HttpStatusCode.Accepted);
        Assert.Equal(("pending", "waiting", "mis.away"), ((string?)visit["status"], (string?)visit["truth"], (string?)visit["delay"]));

        await BecomesAsync(hub, window, visit, "booked");
        var letters = await LettersAsync(hub, person, 2);
        Assert.Equal(["Предварительно", "Запись подтверждена"], letters.Select(letter => letter.Split(':')[0]));
        await VisitEventAsync(window, row, "delayed");
        await VisitEventAsync(window, row, "booked");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_lost_answer_is_looked_up_before_anything_is_repeated(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var patient = Patient();
        await FaultAsync(hub, "book", "TimeoutAfterCommit", 1);
        await FaultAsync(hub, "find-appointment", "Down", 1);
        var visit = await BookAsync(window, row, await SlotAsync(window), HttpStatusCode.Accepted, patient);
        await BecomesAsync(hub, window, visit, "booked");
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int", patient));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_adapter_that_fails_for_a_moment_is_tried_again_and_the_patient_hears_of_one_visit(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var patient = Patient();
        await FaultAsync(hub, "book", "Broken", 1);
        await FaultAsync(hub, "find-appointment", "Broken", 1);
        var visit = await BookAsync(window, row, await SlotAsync(window), HttpStatusCode.Accepted, patient);
        Assert.Equal(("pending", "waiting", "mis.fault"), ((string?)visit["status"], (string?)visit["truth"], (string?)visit["delay"]));
        await BecomesAsync(hub, window, visit, "booked");
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int", patient));
        Assert.Equal(["Предварительно", "Запись подтверждена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_adapter_that_goes_on_failing_ends_in_a_word_to_the_manager_and_what_the_MIS_did_shows_all_the_same(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, slot) = (Patient(), await SlotAsync(window));
        await window.DoAsync($"/api/contacts/{row["contact"]!["id"]}/patient", new { patientId = patient });
        // It books before it breaks, and cannot be asked what it did.
        await FaultAsync(hub, "book", "Broken", 1);
        await FaultAsync(hub, "find-appointment", "Broken", 1000);
        try
        {
            var visit = await BookAsync(window, row, slot, HttpStatusCode.Accepted, patient);
            var id = new AppointmentId(Guid.Parse((string)visit["id"]!));
            Assert.Equal("mis.fault", (string?)visit["delay"]);
            await PatienceOverAsync(hub, id);
            await BecomesAsync(hub, window, visit, "cancelled");
            var ended = await window.GetAsync($"/api/appointments/{id}");
            Assert.Equal("mis.unclear", (string?)ended["problem"]!["code"]);
            var unread = await window.EntryAsync((string)row["id"]!, entry => (string?)entry["event"]?["appointment"]?["problem"] == "mis.unclear", "word in the timeline");
            Assert.Equal("refused", (string?)unread["event"]!["appointment"]!["change"]);
            Assert.Equal(0L, await hub.AskAsync<long>("Patients", "select count(*) from booking.holds where appointment_id = $1", id.Value));
            // Nobody was told of a visit, and nobody ever will be by this errand: a replay finds nothing to do.
            await hub.InvokeAsync("patients", new RunErrand(id, DataSubjectId.New()));
            Assert.Equal((long)ended["rev"]!, (long)(await window.GetAsync($"/api/appointments/{id}"))["rev"]!);
            Assert.Equal(["Предварительно"], (await LettersAsync(hub, person, 1)).Select(letter => letter.Split(':')[0]));
            // The MIS had booked it: followed, it stands here as made there.
            await Eventually.TrueAsync(
                async () => (await window.GetAsync($"/api/appointments?requestId={row["id"]}"))["items"]!.AsArray().Any(one => (string?)one!["id"] != id.ToString() && (string?)one!["status"] == "booked"), "visit that the MIS has");
            Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int", patient));
        }
        finally
        {
            await hub.AskAsync<object>("Patients", "delete from demo_mis.faults");
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_errand_that_failed_on_our_side_is_taken_up_again_and_books_once(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, key) = (Patient(), Key());
        var id = Appointment.IdOf(new RequestId(Guid.Parse((string)row["id"]!)), key);
        await using var broken = await BrokenTable.OfAsync(hub, id, "insert on mis.calls", $"starts_with(new.key, '{id.Value:N}')");
        var asked = AskedAsync(window, row, await SlotAsync(window), patient, key);
        await broken.DeadAsync();
        var waiting = await window.GetAsync($"/api/appointments/{id}");
        Assert.Equal(("proposed", "waiting", 1L), ((string?)waiting["status"], (string?)waiting["truth"], await HoldsAsync(hub, id)));

        await OverdueAsync(hub, id);
        await Eventually.TrueAsync(async () => (string?)(await window.GetAsync($"/api/appointments/{id}"))["delay"] == "hub.fault", "word of our fault");
        await asked;
        await VisitEventAsync(window, row, "delayed");
        Assert.Equal(1L, await HoldsAsync(hub, id));

        // It was mended while the hub was off for longer than we are patient: what is mended is tried, and nobody has to replay anything.
        await PatienceOverAsync(hub, id);
        await broken.MendAsync();
        await OverdueAsync(hub, id);
        await BecomesAsync(hub, window, waiting, "booked");
        Assert.Null((string?)(await window.GetAsync($"/api/appointments/{id}"))["delay"]);
        Assert.Equal((1L, 0L), (await BookedThereAsync(hub, patient), await HoldsAsync(hub, id)));
        Assert.Equal(["Предварительно", "Запись подтверждена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_errand_that_goes_on_failing_on_our_side_ends_by_what_the_MIS_says_and_the_manager_is_told(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, key) = (Patient(), Key());
        var id = Appointment.IdOf(new RequestId(Guid.Parse((string)row["id"]!)), key);
        await using var broken = await BrokenTable.OfAsync(hub, id, "insert on mis.calls", $"starts_with(new.key, '{id.Value:N}')");
        var asked = AskedAsync(window, row, await SlotAsync(window), patient, key);
        await broken.DeadAsync();
        await OverdueAsync(hub, id);
        await asked;

        // While the MIS cannot be asked nothing is decided, and the time is held.
        await FaultAsync(hub, "find-appointment", "Down", 1);
        await PatienceOverAsync(hub, id);
        await OverdueAsync(hub, id);
        await Eventually.TrueAsync(async () => await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.faults where operation = 'find-appointment' and remaining > 0") == 0, "question to the MIS");
        Assert.Equal(("pending", 1L), ((string?)(await window.GetAsync($"/api/appointments/{id}"))["status"], await HoldsAsync(hub, id)));

        await OverdueAsync(hub, id);
        await Eventually.TrueAsync(async () => (string?)(await window.GetAsync($"/api/appointments/{id}"))["status"] == "cancelled", "end of the wish");
        var ended = await window.GetAsync($"/api/appointments/{id}");
        Assert.Equal(("hub.failed", "agreed", 0L, 0L), ((string?)ended["problem"]!["code"], (string?)ended["truth"], await HoldsAsync(hub, id), await BookedThereAsync(hub, patient)));
        await VisitEventAsync(window, row, "refused");

        // What was dead, replayed by somebody, finds nothing to do; and the saga rests.
        await broken.MendAsync();
        await hub.InvokeAsync("patients", new RunErrand(id, DataSubjectId.New()));
        await Eventually.TrueAsync(async () => await hub.AskAsync<long>("Patients", "select count(*) from patients.mt_doc_appointmentbooking where id = $1 and due_at is null", id.Value) == 1, "saga at rest");
        Assert.Equal((0L, (long)ended["rev"]!), (await BookedThereAsync(hub, patient), (long)(await window.GetAsync($"/api/appointments/{id}"))["rev"]!));
        Assert.Equal(["Предварительно"], (await LettersAsync(hub, person, 1)).Select(letter => letter.Split(':')[0]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_the_MIS_did_before_we_failed_is_found_there_and_the_patient_is_told_once(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, key) = (Patient(), Key());
        var id = Appointment.IdOf(new RequestId(Guid.Parse((string)row["id"]!)), key);
        var slot = await SlotAsync(window);
        // It books, and we cannot write down that the slot is taken.
        await using var broken = await BrokenTable.OfAsync(hub, id, "update on mis.free_slots", $"new.id = '{slot["id"]}'");
        var asked = AskedAsync(window, row, slot, patient, key);
        await broken.DeadAsync();
        Assert.Equal(1L, await BookedThereAsync(hub, patient));
        await OverdueAsync(hub, id);
        await asked;
        await PatienceOverAsync(hub, id);
        await OverdueAsync(hub, id);
        await BecomesAsync(hub, window, await window.GetAsync($"/api/appointments/{id}"), "booked");
        Assert.Equal((1L, 0L), (await BookedThereAsync(hub, patient), await HoldsAsync(hub, id)));
        Assert.Equal(["Предварительно", "Запись подтверждена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_errand_that_only_waited_or_was_lost_is_no_fault_of_ours(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (id, asked) = await LostAsync(hub, window, row);
        await OverdueAsync(hub, id);
        await BecomesAsync(hub, window, await window.GetAsync($"/api/appointments/{id}"), "booked");
        (await asked).Dispose();
        Assert.Equal(
            "appointment_proposed, appointment_booked",
            await hub.AskAsync<string>("Patients", "select string_agg(type, ', ' order by version) from patients.mt_events where stream_id = $1", id.Value));
        Assert.Equal(["Запись подтверждена"], (await LettersAsync(hub, person, 1)).Select(letter => letter.Split(':')[0]));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_failed_before_the_hub_was_off_for_long_is_tried_before_anything_is_refused(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var (id, asked) = await LostAsync(hub, window, row);
        await PatienceOverAsync(hub, id);
        await OverdueAsync(hub, id);
        await BecomesAsync(hub, window, await window.GetAsync($"/api/appointments/{id}"), "booked");
        (await asked).Dispose();
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_an_earlier_release_left_under_way_is_taken_up_at_the_start(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var (id, asked) = await LostAsync(hub, window, row);
        await hub.AskAsync<object>(
            "Patients", "update patients.mt_doc_appointmentbooking set due_at = null, data = data - 'dueAt' - 'errands' where id = $1", id.Value);
        using var started = new WakeErrands(hub.Of<IDocumentStore>("patients"), hub.Of<IServiceScopeFactory>("patients"), TimeProvider.System, NullLogger<WakeErrands>.Instance);
        await started.StartAsync(CancellationToken.None);
        await BecomesAsync(hub, window, await window.GetAsync($"/api/appointments/{id}"), "booked");
        await started.StopAsync(CancellationToken.None);
        (await asked).Dispose();
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_hundred_that_stay_due_do_not_stand_before_the_others(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var (id, asked) = await LostAsync(hub, window, row);
        // Whoever is told of them finds nobody.
        await hub.AskAsync<object>(
            "Patients",
            """
            insert into patients.mt_doc_appointmentbooking (id, data, mt_version, mt_dotnet_type, due_at)
            select gen_random_uuid(), data || '{"id": "ffffffff-ffff-ffff-ffff-ffffffffffff", "dueAt": "2026-01-11T09:00:00+00:00"}', mt_version, mt_dotnet_type, '2026-01-11T09:00Z'
            from patients.mt_doc_appointmentbooking, generate_series(1, 100) where id = $1
            """,
            id.Value);
        try
        {
            await OverdueAsync(hub, id);
            await BecomesAsync(hub, window, await window.GetAsync($"/api/appointments/{id}"), "booked");
            (await asked).Dispose();
        }
        finally
        {
            await hub.AskAsync<object>("Patients", "delete from patients.mt_doc_appointmentbooking where data ->> 'id' = 'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_move_that_we_failed_to_write_down_is_found_and_its_old_time_is_offered_again(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (first, second) = (await SlotAsync(window), await SlotAsync(window));
        var visit = await BookAsync(window, row, first, HttpStatusCode.Created);
        var id = new AppointmentId(Guid.Parse((string)visit["id"]!));
        // The MIS moves it, and we cannot write down that the new time is taken.
        await using var broken = await BrokenTable.OfAsync(hub, id, "update on mis.free_slots", $"new.id = '{second["id"]}'");
        var asked = window.PostAsync($"/api/appointments/{id}/reschedule", new { slotId = second["id"], idempotencyKey = Key() });
        await broken.DeadAsync();
        await OverdueAsync(hub, id);
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.False(await OfferedAsync());

        await PatienceOverAsync(hub, id);
        await OverdueAsync(hub, id);
        await Eventually.TrueAsync(async () => await window.GetAsync($"/api/appointments/{id}") is var now && (string?)now["slot"]!["start"] == (string?)second["start"] && (string?)now["truth"] == "agreed", "moved visit");
        Assert.Equal((true, 0L), (await OfferedAsync(), await HoldsAsync(hub, id)));
        Assert.Equal(["Запись подтверждена", "Запись перенесена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));

        Task<bool> OfferedAsync() => hub.AskAsync<bool>("Patients", "select taken_at is null from mis.free_slots where id = $1", (string)first["id"]!);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_is_overtaken_while_it_is_told_is_not_told(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var visit = await BookAsync(window, row, await SlotAsync(window), HttpStatusCode.Created);
        var id = new AppointmentId(Guid.Parse((string)visit["id"]!));
        await using var scope = hub.Of<IServiceScopeFactory>("patients").CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<IDocumentSession>();
        var told = await TellOfVisitHandler.Handle(
            new TellOfVisit(id, hub.SubjectOf(Person.New()), "booked"), scope.ServiceProvider.GetRequiredService<AppointmentLog>(), scope.ServiceProvider.GetRequiredService<VisitNotices>(), CancellationToken.None);
        Assert.Single(told);
        await using (var quicker = hub.Of<IDocumentStore>("patients").LightweightSession())
        {
            quicker.Events.Append(id.Value, new MisVersionSeen("7", TimeProvider.System.GetUtcNow()));
            await quicker.SaveChangesAsync();
        }

        await Assert.ThrowsAnyAsync<ConcurrencyException>(() => session.SaveChangesAsync());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task One_errand_that_hangs_at_the_MIS_does_not_keep_the_others_from_it(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var queues = hub.Of<IWolverineRuntime>("patients").Endpoints;
        Assert.All([typeof(RunErrand), typeof(SettleErrand)], errand => Assert.Equal(20, queues.EndpointFor(queues.LocalQueueForMessageType(errand)!.Uri)!.MaxDegreeOfParallelism));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_cannot_be_booked_is_refused_with_a_word_of_its_own(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var slot = await SlotAsync(window);
        var past = $"1-past-{Guid.NewGuid():N}";
        await hub.AskAsync<object>("Patients", "insert into mis.free_slots (id, practitioner_id, location_id, starts_at, ends_at, local_day, local_minute) values ($1, '1', '1', now() - interval '1 day', now() - interval '23 hours', current_date, 0)", past);
        var patient = Patient();
        await RefusedAsync("slot.past", HttpStatusCode.Conflict, row["id"], patient, past);
        await RefusedAsync("slot.not-found", HttpStatusCode.NotFound, row["id"], patient, "nowhere");
        await RefusedAsync("patient.not-found", HttpStatusCode.NotFound, row["id"], "nobody", slot["id"]);
        await RefusedAsync("request.not-found", HttpStatusCode.NotFound, Guid.NewGuid().ToString(), patient, slot["id"]);
        Assert.Equal("appointment.slotId-missing", (string?)(await window.RefusedAsync(HttpStatusCode.BadRequest, "/api/appointments", new { requestId = row["id"], patientId = "1", idempotencyKey = "k" }))["errors"]!["slotId"]![0]);
        await hub.AskAsync<object>("Patients", "delete from mis.free_slots where id = $1", past);

        async Task RefusedAsync(string title, HttpStatusCode status, object? request, string patientId, object? slotId) => Assert.Equal(
            title, (string?)(await window.RefusedAsync(status, "/api/appointments", new { requestId = request, patientId, slotId, idempotencyKey = Key() }))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_visit_is_moved_and_never_stands_without_a_slot(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var (patient, first) = (Patient(), await SlotAsync(window));
        var visit = await BookAsync(window, row, first, HttpStatusCode.Created, patient);
        await LettersAsync(hub, person, 1);

        // A slot that somebody else has: the old time stands.
        var taken = await SlotAsync(window);
        await hub.AskAsync<object>(
            "Patients", "update demo_mis.slots set free = false where practitioner_id = $1::text::int and starts_at = $2::text::timestamp", (string)taken["practitioner"]!["id"]!, (string)taken["localStart"]!);
        var refused = await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/appointments/{visit["id"]}/reschedule", new { slotId = taken["id"], idempotencyKey = Key() });
        Assert.Equal(("slot.taken", 3), ((string?)refused["title"], refused["alternatives"]!.AsArray().Count));
        Assert.Equal((string?)first["start"], (string?)(await window.GetAsync($"/api/appointments/{visit["id"]}"))["slot"]!["start"]);

        // Somebody touched it in the MIS, and the MIS is away for a moment: the wish outlives both.
        await hub.AskAsync<object>("Patients", "update demo_mis.appointments set version = version + 1 where patient_id = $1::text::int", patient);
        await FaultAsync(hub, "reschedule", "Down", 1);
        var (second, key) = (await SlotAsync(window), Key());
        using var asked = await window.PostAsync($"/api/appointments/{visit["id"]}/reschedule", new { slotId = second["id"], idempotencyKey = key });
        var moving = (await asked.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((HttpStatusCode.Accepted, "booked", "waiting", (string?)first["start"], (string?)second["start"]), (asked.StatusCode, (string?)moving["status"], (string?)moving["truth"], (string?)moving["slot"]!["start"], (string?)moving["moveTo"]!["start"]));
        Assert.Equal("appointment.busy", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/appointments/{visit["id"]}/reschedule", new { slotId = taken["id"], idempotencyKey = Key() }))["title"]);
        await Eventually.TrueAsync(async () => await window.GetAsync($"/api/appointments/{visit["id"]}") is var now && (string?)now["slot"]!["start"] == (string?)second["start"] && (string?)now["truth"] == "agreed", "moved visit");
        Assert.Equal("booked", (string?)(await window.DoAsync($"/api/appointments/{visit["id"]}/reschedule", new { slotId = second["id"], idempotencyKey = key }))["status"]);
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int and status = 'Booked'", patient));
        Assert.True(await FreeAsync(hub, first));
        Assert.False(await FreeAsync(hub, second));
        Assert.Equal(["Запись подтверждена", "Запись перенесена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));
        await VisitEventAsync(window, row, "moved");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_visit_is_confirmed_and_cancelled_each_once(BusTransport transport)
    {
        var (hub, window, person, row) = await WroteAsync(transport);
        var slot = await SlotAsync(window);
        var visit = await BookAsync(window, row, slot, HttpStatusCode.Created);
        var path = $"/api/appointments/{visit["id"]}";
        var confirmed = await window.DoAsync($"{path}/confirm");
        Assert.NotNull(confirmed["confirmedAt"]);
        Assert.Equal((string?)confirmed["confirmedAt"], (string?)(await window.DoAsync($"{path}/confirm"))["confirmedAt"]);

        var wish = new { reason = "Пациент заболел", idempotencyKey = Key() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => window.PostAsync($"{path}/cancel", wish)));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted));
        await BecomesAsync(hub, window, visit, "cancelled");
        Assert.Equal("cancelled", (string?)(await window.DoAsync($"{path}/cancel", new { idempotencyKey = Key() }))["status"]);
        Assert.True(await FreeAsync(hub, slot));
        Assert.Equal(["Запись подтверждена", "Запись отменена"], (await LettersAsync(hub, person, 2)).Select(letter => letter.Split(':')[0]));
        Assert.Equal("appointment.over", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"{path}/confirm"))["title"]);
        Assert.Equal(1L, await hub.AskAsync<long>("Patients", "select count(*) from patients.mt_events where stream_id = $1 and type = 'appointment_cancelled'", Guid.Parse((string)visit["id"]!)));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_is_cancelled_before_the_MIS_has_answered_leaves_nothing_behind(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var (patient, slot) = (Patient(), await SlotAsync(window));
        // The MIS books, its answer is lost, and it cannot be asked: whatever is there must go.
        await FaultAsync(hub, "book", "TimeoutAfterCommit", 1);
        await FaultAsync(hub, "find-appointment", "Down", 1);
        var visit = await BookAsync(window, row, slot, HttpStatusCode.Accepted, patient);
        await window.DoAsync($"/api/appointments/{visit["id"]}/cancel", new { idempotencyKey = Key() });
        await BecomesAsync(hub, window, visit, "cancelled");
        Assert.Equal(0L, await hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int and status = 'Booked'", patient));
        Assert.True(await FreeAsync(hub, slot));
        await Eventually.TrueAsync(async () => (await ListedAsync(window, slot))["heldBy"] is null, "slot offered again");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Answers_and_timeouts_of_errands_that_nobody_runs_mean_nothing(BusTransport transport)
    {
        var (hub, window, _, row) = await WroteAsync(transport);
        var visit = await BookAsync(window, row, await SlotAsync(window), HttpStatusCode.Created);
        var (id, subject) = (new AppointmentId(Guid.Parse((string)visit["id"]!)), DataSubjectId.New());
        await hub.InvokeAsync("patients", new ErrandDue(id, subject, 3));
        await hub.InvokeAsync("patients", new ErrandAnswered(id, subject, true, false, null));
        await hub.InvokeAsync("patients", new RunErrand(id, subject));
        await hub.InvokeAsync("patients", new RunErrand(new AppointmentId(Guid.NewGuid()), subject));
        Assert.Equal((long)visit["rev"]!, (long)(await window.GetAsync($"/api/appointments/{id}"))["rev"]!);
    }

    private static string Key() => Guid.NewGuid().ToString();

    private static async Task AskedAsync(Window window, JsonNode row, JsonNode slot, string patient, string key)
    {
        using var answer = await window.PostAsync("/api/appointments", new { requestId = row["id"], patientId = patient, slotId = slot["id"], idempotencyKey = key });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>A wish whose errand has ended among the dead letters, though nothing is wrong any more.</summary>
    private static async Task<(AppointmentId Visit, Task<HttpResponseMessage> Asked)> LostAsync(TestHub hub, Window window, JsonNode row)
    {
        var key = Key();
        var id = Appointment.IdOf(new RequestId(Guid.Parse((string)row["id"]!)), key);
        await using var broken = await BrokenTable.OfAsync(hub, id, "insert on mis.calls", $"starts_with(new.key, '{id.Value:N}')");
        var asked = window.PostAsync("/api/appointments", new { requestId = row["id"], patientId = Patient(), slotId = (await SlotAsync(window))["id"], idempotencyKey = key });
        await broken.DeadAsync();
        return (id, asked);
    }

    /// <summary>The moment has come at which the saga looks after its errand.</summary>
    private static Task<object?> OverdueAsync(TestHub hub, AppointmentId visit) => hub.AskAsync<object>(
        "Patients",
        """
        update patients.mt_doc_appointmentbooking set due_at = '2026-01-12T09:00Z', data = jsonb_set(data, '{dueAt}', '"2026-01-12T09:00:00+00:00"') where id = $1
        """,
        visit.Value);

    /// <summary>As if our fault had lasted for as long as we are patient with it.</summary>
    private static Task<object?> PatienceOverAsync(TestHub hub, AppointmentId visit) => hub.AskAsync<object>(
        "Patients",
        """
        update patients.mt_doc_appointment set data = jsonb_set(data, '{faultSince}', '"2026-01-12T09:00:00+00:00"') where id = $1
        """,
        visit.Value);

    private static Task<long> HoldsAsync(TestHub hub, AppointmentId visit) => hub.AskAsync<long>("Patients", "select count(*) from booking.holds where appointment_id = $1", visit.Value);

    private static Task<long> BookedThereAsync(TestHub hub, string patient) =>
        hub.AskAsync<long>("Patients", "select count(*) from demo_mis.appointments where patient_id = $1::text::int and status = 'Booked'", patient);

    /// <summary>A table that refuses some rows, with an error that no rule of ours knows.</summary>
    private sealed class BrokenTable : IAsyncDisposable
    {
        private const string Dead = "from patients_bus.wolverine_dead_letters where message_type = 'patients.run-errand/1' and position(convert_to($1, 'UTF8') in body) > 0";

        private readonly TestHub _hub;
        private readonly AppointmentId _visit;
        private readonly string _name;

        private BrokenTable(TestHub hub, AppointmentId visit, string name) => (_hub, _visit, _name) = (hub, visit, name);

        public static async Task<BrokenTable> OfAsync(TestHub hub, AppointmentId visit, string operation, string when)
        {
            var name = $"broken_{Guid.NewGuid():N}";
            await hub.AskAsync<object>(
                "Patients",
                $"""
                create function mis.{name}() returns trigger language plpgsql as $$ begin raise exception 'broken by a test'; end $$;
                create trigger {name} before {operation} for each row when ({when}) execute function mis.{name}()
                """);
            return new BrokenTable(hub, visit, name);
        }

        /// <summary>The visit's errand has ended among the dead letters.</summary>
        public Task DeadAsync() => Eventually.TrueAsync(async () => await _hub.AskAsync<long>("Patients", $"select count(*) {Dead}", _visit.ToString()) > 0, "dead letter");

        public Task<object?> MendAsync() => _hub.AskAsync<object>("Patients", $"drop function if exists mis.{_name} cascade");

        public async ValueTask DisposeAsync()
        {
            await MendAsync();
            await _hub.AskAsync<object>("Patients", $"delete {Dead}", _visit.ToString());
        }
    }

    private async Task<(TestHub Hub, Window Window, Person Person, JsonNode Row)> WroteAsync(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await window.SendFormAsync(person.Form("Хочу записаться"));
        return (hub, window, person, await window.RowOfAsync(person, row => row["contact"]!["id"] is not null));
    }

    /// <summary>Somebody of the demo clinic whom no other test books.</summary>
    private static string Patient() => Interlocked.Increment(ref _patients).ToString(CultureInfo.InvariantCulture);

    /// <summary>A free slot of some practitioner, each time another one; so far ahead that the schedule is not read again meanwhile, and farther than whatever other tests book on the MIS's own screen.</summary>
    private static async Task<JsonNode> SlotAsync(Window window)
    {
        var slots = await Eventually.AsyncOf(async () => (await window.GetAsync($"/api/slots?from={Day(13)}&to={Day(17)}&limit=500"))["items"]!.AsArray() is { Count: > 100 } some ? some : null, "free slots");
        var free = slots.Where(slot => slot!["heldBy"] is null).ToList();
        return free[Random.Shared.Next(free.Count)]!;

        static string Day(int ahead) => TimeProvider.System.GetUtcNow().AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static async Task<JsonNode> ListedAsync(Window window, JsonNode slot)
    {
        var day = ((string)slot["localStart"]!)[..10];
        return (await window.GetAsync($"/api/slots?practitioner={slot["practitioner"]!["id"]}&from={day}&to={day}&limit=500"))["items"]!.AsArray().First(one => (string?)one!["id"] == (string?)slot["id"])!;
    }

    private static async Task<JsonNode> BookAsync(Window window, JsonNode row, JsonNode slot, HttpStatusCode expected, string? patient = null)
    {
        using var answer = await window.PostAsync(
            "/api/appointments", new { requestId = row["id"], patientId = patient ?? Patient(), slotId = slot["id"], idempotencyKey = Key() });
        var body = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} {body.ToJsonString()}");
        return body;
    }

    private static Task<object?> FaultAsync(TestHub hub, string operation, string kind, int times) =>
        hub.AskAsync<object>("Patients", "insert into demo_mis.faults (operation, kind, remaining) values ($1, $2, $3)", operation, kind, times);

    private static async Task BecomesAsync(TestHub hub, Window window, JsonNode visit, string status)
    {
        try
        {
            await Eventually.TrueAsync(
                async () => await window.GetAsync($"/api/appointments/{visit["id"]}") is var now && (string?)now["status"] == status && (string?)now["truth"] == "agreed", $"{status} visit");
        }
        catch (TimeoutException e)
        {
            // Where it has stuck: the visit, its saga, and what the bus has of its errands.
            var stuck = await hub.AskAsync<string>(
                "Patients",
                """
                select jsonb_build_object(
                    'now', now(),
                    'visit', (select data from patients.mt_doc_appointment where id = $1),
                    'events', (select jsonb_agg(to_jsonb(type || ' ' || timestamp) order by version) from patients.mt_events where stream_id = $1),
                    'saga', (select data || jsonb_build_object('version', mt_version, 'at', mt_last_modified) from patients.mt_doc_appointmentbooking where id = $1),
                    'dead', (select jsonb_agg(to_jsonb(message_type || ': ' || exception_type)) from patients_bus.wolverine_dead_letters),
                    'waiting', (select jsonb_agg(to_jsonb(message_type || ' ' || status || ' ' || owner_id || ' ' || attempts)) from patients_bus.wolverine_incoming_envelopes where status <> 'Handled'),
                    'calls', (select jsonb_agg(to_jsonb(c)) from mis.calls c where starts_with(key, replace($1::text, '-', ''))))::text
                """,
                Guid.Parse((string)visit["id"]!));
            throw new TimeoutException($"{e.Message} {stuck}", e);
        }
    }

    private static async Task VisitEventAsync(Window window, JsonNode row, string change) =>
        await window.EntryAsync((string)row["id"]!, entry => (string?)entry["event"]?["appointment"]?["change"] == change, $"'{change}' in the timeline");

    private static async Task<bool> FreeAsync(TestHub hub, JsonNode slot) => await hub.AskAsync<bool>(
        "Patients", "select free from demo_mis.slots where practitioner_id = $1::text::int and starts_at = $2::text::timestamp", (string)slot["practitioner"]!["id"]!, (string)slot["localStart"]!);

    private static Task<List<string>> LettersAsync(TestHub hub, Person person, int count) => Eventually.AsyncOf(
        () => Task.FromResult(hub.PostOffice.LettersTo(person).Select(letter => letter.Text).Where(text => text.StartsWith("Запись", StringComparison.Ordinal) || text.StartsWith("Предварительно", StringComparison.Ordinal)).ToList() is var letters && letters.Count >= count ? letters : null),
        $"{count} letters");
}
