using MedCrm.Contracts.Patients;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients;
using MedCrm.Patients.Sync;
using Npgsql;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>What the MIS's own people do on their own screen comes back to us: each change once, and nothing of what we wrote ourselves.</summary>
public sealed class SyncTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_visit_made_in_the_mis_for_somebody_we_know_is_adopted_and_followed_through_move_and_cancellation(BusTransport transport)
    {
        var anna = await Visitor.WroteAsync(await hubs.WithAsync(transport));
        var booked = await anna.BookOnTheirScreenAsync();
        var visit = await anna.VisitAsync(booked.Id);
        Assert.Equal((anna.PatientId, anna.RequestId, "booked"), ((string?)visit["patientId"], (string?)visit["requestKey"], ((string?)visit["status"])!.ToLowerInvariant()));
        Assert.Equal(booked.Start, (DateTimeOffset)visit["slot"]!["start"]!);
        Assert.NotEqual("", (string?)visit["slot"]!["practitionerName"]);

        var moved = await anna.MoveOnTheirScreenAsync(booked.Id);
        visit = await anna.VisitAsync(booked.Id, now => (string?)now["misVersion"] == moved.Version);
        Assert.Equal((moved.PractitionerId, moved.Start), ((string?)visit["slot"]!["practitionerId"], (DateTimeOffset)visit["slot"]!["start"]!));
        await anna.SetOnTheirScreenAsync(booked.Id, AppointmentStatus.Cancelled);
        visit = await anna.VisitAsync(booked.Id, Is("cancelled"));
        // One event for each change, however often the same was read.
        Assert.Equal((1L, 2L), (await anna.EventsAsync(visit, "appointment_found"), await anna.EventsAsync(visit, "appointment_followed")));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_came_and_who_did_not_is_taken_over(BusTransport transport)
    {
        var anna = await Visitor.WroteAsync(await hubs.WithAsync(transport));
        var (first, second) = (await anna.BookOnTheirScreenAsync(), await anna.BookOnTheirScreenAsync());
        await anna.VisitAsync(first.Id);
        await anna.VisitAsync(second.Id);
        await anna.SetOnTheirScreenAsync(first.Id, AppointmentStatus.Arrived);
        await anna.VisitAsync(first.Id, Is("arrived"));
        await anna.SetOnTheirScreenAsync(first.Id, AppointmentStatus.Fulfilled);
        await anna.SetOnTheirScreenAsync(second.Id, AppointmentStatus.NoShow);
        await anna.VisitAsync(first.Id, Is("fulfilled"));
        await anna.VisitAsync(second.Id, Is("noshow"));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_is_deleted_without_a_trace_is_cancelled_with_us(BusTransport transport)
    {
        var anna = await Visitor.WroteAsync(await hubs.WithAsync(transport));
        var booked = await anna.BookOnTheirScreenAsync();
        await anna.VisitAsync(booked.Id);
        await anna.DeleteOnTheirScreenAsync(booked.Id);
        await anna.VisitAsync(booked.Id, Is("cancelled"));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_card_that_was_merged_into_another_takes_the_link_and_the_visits_along(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var anna = await Visitor.WroteAsync(hub);
        var booked = await anna.BookOnTheirScreenAsync();
        await anna.VisitAsync(booked.Id);
        var remains = await Visitor.NewCardAsync(hub, Person.New());
        await anna.MergeOnTheirScreenAsync(anna.PatientId, remains);
        var visit = await anna.VisitAsync(booked.Id, now => (string?)now["patientId"] == remains);
        Assert.Null((string?)visit["difference"]);
        Assert.Equal(remains, (string?)(await anna.Window.GetAsync($"/api/contacts/{anna.ContactId}"))["patient"]!["id"]);
        await Eventually.TrueAsync(async () => (string?)(await anna.Window.RequestAsync(anna.RequestId))["patient"]?["id"] == remains, "patient in the row");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Somebody_who_is_recognised_later_finds_the_visit_they_have_already(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        var stranger = new Visitor(hub, window, person, await Visitor.NewCardAsync(hub, person), "", "");
        var booked = await stranger.BookOnTheirScreenAsync();
        await Eventually.TrueAsync(async () => await hub.AskAsync<long>("Patients", "select count(*) from mis.appointments where id = $1 and not is_news", booked.Id) == 1, "settled copy");
        Assert.Null(await stranger.FindAsync(booked.Id));
        await window.SendFormAsync(person.Form("Это я"));
        var row = await window.RowOfAsync(person, row => row["contact"]!["id"] is not null);
        await window.DoAsync($"/api/contacts/{row["contact"]!["id"]}/patient", new { patientId = stranger.PatientId });
        await stranger.VisitAsync(booked.Id);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Another_persons_visit_under_our_id_is_shown_to_a_person_and_not_believed(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var anna = await Visitor.WroteAsync(hub);
        var booked = await anna.BookOnTheirScreenAsync();
        await anna.VisitAsync(booked.Id);
        var other = await Visitor.NewCardAsync(hub, Person.New());
        await OnTheirTableAsync(hub, "patient_id = $2", booked.Id, int.Parse(other, System.Globalization.CultureInfo.InvariantCulture));
        var visit = await anna.VisitAsync(booked.Id, now => (string?)now["difference"] == "mis.patient-differs");
        Assert.Equal(anna.PatientId, (string?)visit["patientId"]);
        await OnTheirTableAsync(hub, "patient_id = $2", booked.Id, int.Parse(anna.PatientId, System.Globalization.CultureInfo.InvariantCulture));
        await anna.VisitAsync(booked.Id, now => now["difference"] is null);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_night_compares_everything_mends_what_differs_and_writes_it_down(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await NightIsOverAsync(hub);
        var anna = await Visitor.WroteAsync(hub);
        var booked = await anna.BookOnTheirScreenAsync();
        var visit = await anna.VisitAsync(booked.Id);
        // A change that no feed told and that the copy has settled already: only a comparison finds it.
        var slot = await Visitor.SlotAsync(hub);
        await hub.AskAsync<object>(
            "Patients", "update patients.mt_doc_appointment set data = jsonb_set(data, '{slot,start}', to_jsonb($2::text)) where id = $1",
            Guid.Parse((string)visit["id"]!), slot.Start.AddMinutes(7).ToString("O", null));
        var night = new DateOnly(2030, 1, 1).AddDays(Random.Shared.Next(1000));
        var report = await hub.Of<Reconciliation>("patients").RunAsync(night, null, CancellationToken.None);
        var mended = Assert.Single(report.Repaired, row => row.MisId == booked.Id);
        Assert.StartsWith("время: у нас ", Assert.Single(mended.Reasons), StringComparison.Ordinal);
        Assert.Equal(report.Counted, report.Agreed + report.Waiting + report.Repaired.Count + report.Differing.Count);
        await anna.VisitAsync(booked.Id, now => (DateTimeOffset)now["slot"]!["start"]! == booked.Start);

        var seen = (await anna.Window.GetAsync("/api/appointments/reconciliation?limit=60"))["items"]!.AsArray().Single(one => (string?)one!["forDay"] == night.ToString("yyyy-MM-dd", null))!;
        Assert.Equal(report.Counted, (int)seen["counted"]!);
        Assert.Contains(seen["repaired"]!.AsArray(), row => (string?)row!["misId"] == booked.Id);
        // The second look finds nothing more of it.
        Assert.DoesNotContain((await hub.Of<Reconciliation>("patients").RunAsync(night, null, CancellationToken.None)).Repaired, row => row.MisId == booked.Id);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_supervisor_compares_whenever_she_wants_and_a_manager_does_not(BusTransport transport)
    {
        const string Path = "/api/appointments/reconciliation";
        var hub = await hubs.WithAsync(transport);
        // Else the night's own would mend before ours what is changed below.
        await NightIsOverAsync(hub);
        var anna = await Visitor.WroteAsync(hub);
        var booked = await anna.BookOnTheirScreenAsync();
        var visit = await anna.VisitAsync(booked.Id);
        await hub.AskAsync<object>(
            "Patients", "update patients.mt_doc_appointment set data = jsonb_set(data, '{slot,start}', to_jsonb($2::text)) where id = $1",
            Guid.Parse((string)visit["id"]!), booked.Start.AddMinutes(7).ToString("O", null));
        using (var refused = await anna.Window.PostAsync(Path))
        {
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        }

        var supervisor = await hub.WindowAsync("supervisor");
        var report = await supervisor.DoAsync(Path);
        Assert.Contains(report["repaired"]!.AsArray(), row => (string?)row!["misId"] == booked.Id && ((string?)row["reasons"]![0])!.StartsWith("время: у нас ", StringComparison.Ordinal));
        Assert.NotNull(report["by"]!["name"]);
        // A second one is a report of its own, and finds nothing more; the night's are not touched.
        var again = await supervisor.DoAsync(Path);
        Assert.DoesNotContain(again["repaired"]!.AsArray(), row => (string?)row!["misId"] == booked.Id);
        var kept = (await supervisor.GetAsync($"{Path}?limit=60"))["items"]!.AsArray().Select(one => (string?)one!["startedAt"]).ToList();
        Assert.Contains((string?)report["startedAt"], kept);
        Assert.Contains((string?)again["startedAt"], kept);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task While_one_runs_everybody_is_told_so_and_a_second_is_not_begun(BusTransport transport)
    {
        const string Path = "/api/appointments/reconciliation";
        var hub = await hubs.WithAsync(transport);
        var supervisor = await hub.WindowAsync("supervisor");
        await NightIsOverAsync(hub);
        Assert.False((bool)(await supervisor.GetAsync(Path))["running"]!);
        Assert.True(await hub.Of<NpgsqlDataSource>("patients").InTurnAsync(
            Turn.Reconciliation,
            async () =>
            {
                Assert.True((bool)(await (await hub.WindowAsync()).GetAsync(Path))["running"]!);
                Assert.Equal("reconciliation.running", (string?)(await supervisor.RefusedAsync(System.Net.HttpStatusCode.Conflict, Path))["title"]);
            },
            CancellationToken.None));
        Assert.False((bool)(await supervisor.GetAsync(Path))["running"]!);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_nights_comparison_is_told_while_it_runs_and_nobody_begins_a_second_beside_it(BusTransport transport)
    {
        const string Path = "/api/appointments/reconciliation";
        var hub = await hubs.WithAsync(transport);
        var supervisor = await hub.WindowAsync("supervisor");
        await NightIsOverAsync(hub);
        // The MIS takes its time over the lists that are read next, the night's among them.
        await hub.AskAsync<object>("Patients", "insert into demo_mis.faults (operation, kind, remaining, delay_ms) values ('appointments', 'Slow', 1000, 3000)");
        try
        {
            await ForgetTheNightAsync(hub);
            await Eventually.TrueAsync(async () => (bool)(await (await hub.WindowAsync()).GetAsync(Path))["running"]!, "comparison under way");
            Assert.Equal(0L, await NightsAsync(hub));
            Assert.Equal("reconciliation.running", (string?)(await supervisor.RefusedAsync(System.Net.HttpStatusCode.Conflict, Path))["title"]);
        }
        finally
        {
            await hub.AskAsync<object>("Patients", "delete from demo_mis.faults");
        }

        await NightIsOverAsync(hub);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_night_waits_for_the_comparison_that_somebody_asked_for_and_is_not_forgotten(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await NightIsOverAsync(hub);
        Assert.True(await hub.Of<NpgsqlDataSource>("patients").InTurnAsync(
            Turn.Reconciliation,
            async () =>
            {
                await ForgetTheNightAsync(hub);
                await hub.Of<Reconciliation>("patients").RunIfDueAsync(CancellationToken.None);
                Assert.Equal(0L, await NightsAsync(hub));
            },
            CancellationToken.None));
        await NightIsOverAsync(hub);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Whoever_works_here_is_told_how_full_the_index_of_patients_is(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var full = await window.GetAsync("/api/patients/index");
        Assert.True((bool)full["listed"]!);
        Assert.NotNull((string?)full["fullAt"]);
        // Other tests bring patients meanwhile.
        await Eventually.TrueAsync(
            async () => (long)(await window.GetAsync("/api/patients/index"))["count"]! == await hub.AskAsync<long>("Patients", "select count(*) from patient_index.patients"), "count of the index");
    }

    /// <summary>As if the last night were still to come.</summary>
    private static Task<object?> ForgetTheNightAsync(TestHub hub) => hub.AskAsync<object>("Patients", "delete from mis.reconciliations where not on_demand and for_day < current_date + 7");

    private static Task<long> NightsAsync(TestHub hub) => hub.AskAsync<long>("Patients", "select count(*) from mis.reconciliations where not on_demand and for_day < current_date + 7");

    private static Task NightIsOverAsync(TestHub hub) => Eventually.TrueAsync(
        async () => await NightsAsync(hub) == 1 && !await hub.Of<NpgsqlDataSource>("patients").IsTakenAsync(Turn.Reconciliation, CancellationToken.None), "the night's report");

    private static Task<object?> OnTheirTableAsync(TestHub hub, string set, string misId, object value) => hub.AskAsync<object>(
        "Patients", $"update demo_mis.appointments set {set}, version = version + 1, changed_seq = nextval('demo_mis.change_number') where id = $1",
        int.Parse(misId, System.Globalization.CultureInfo.InvariantCulture), value);

    private static Func<System.Text.Json.Nodes.JsonNode, bool> Is(string status) => visit => string.Equals((string?)visit["status"], status, StringComparison.OrdinalIgnoreCase);
}
