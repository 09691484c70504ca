using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>The telephone rings.</summary>
public sealed class CallTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Ten_missed_calls_of_one_person_are_one_request_with_a_counter_and_a_promise(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        for (var n = 0; n < 10; n++)
        {
            await MissedAsync(hub, person, n);
        }

        var row = await window.RowOfAsync(person, now => (int?)now["lastCall"]?["missed"] == 10);
        Assert.Equal(("phone", "new", 10), ((string?)row["channel"], (string?)row["status"], (int)row["unread"]!));
        Assert.Equal(person.Phone, (string?)row["contact"]!["phone"]);
        await window.EventAsync((string)row["id"]!, "slaBreached");
        Assert.Equal(10, (await window.TimelineAsync((string)row["id"]!)).Count(entry => (string?)entry["kind"] == "call" && (string?)entry["call"]!["outcome"] == "abandoned"));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_call_backwards_is_one_answered_call_with_a_recording_to_listen_to(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        var id = Guid.NewGuid().ToString("N");
        var now = TimeProvider.System.GetUtcNow();
        byte[] sound = [.. "RIFF"u8, 1, 2, 3, 4, .. "WAVEfmt "u8, .. new byte[100]];
        await TellAsync(hub, Call(id, CallPhase.Ended) with { Recording = new InboundAttachment("call.wav", "audio/wav", _ => Task.FromResult<Stream>(new MemoryStream(sound))) });
        await TellAsync(hub, Call(id, CallPhase.Ended, person) with { EndedAt = now, Outcome = CallOutcome.Answered, Direction = CallDirection.Inbound });
        await TellAsync(hub, Call(id, CallPhase.Answered, person) with { AnsweredAt = now.AddSeconds(-30), Agents = [new("777", null, null, now.AddSeconds(-30), now.AddSeconds(-30))] });
        await TellAsync(hub, Call(id, CallPhase.Ringing, person) with { StartedAt = now.AddSeconds(-42), Line = "84950000000" });

        var row = await window.RowOfAsync(person);
        var entry = await window.EntryAsync((string)row["id"]!, item => (string?)item["kind"] == "call" && (int?)item["call"]!["waitSeconds"] == 12 && (bool)item["call"]!["hasRecording"]!, "call with its wait and its recording");
        Assert.Equal(("answered", 30, "777", true), ((string?)entry["call"]!["outcome"], (int)entry["call"]!["talkSeconds"]!, (string?)entry["call"]!["answeredBy"], (bool)entry["call"]!["hasRecording"]!));
        Assert.Single(await window.TimelineAsync((string)row["id"]!), item => (string?)item["kind"] == "call");
        using var recording = await window.Http.GetAsync($"/api/calls/{entry["call"]!["id"]}/recording");
        Assert.Equal("audio/wav", recording.Content.Headers.ContentType?.MediaType);
        Assert.Equal(sound, await recording.Content.ReadAsByteArrayAsync());
        using var jump = new HttpRequestMessage(HttpMethod.Get, $"/api/calls/{entry["call"]!["id"]}/recording");
        jump.Headers.Range = new RangeHeaderValue(10, 19);
        using var piece = await window.Http.SendAsync(jump);
        Assert.Equal((HttpStatusCode.PartialContent, 10L), (piece.StatusCode, piece.Content.Headers.ContentLength));
        Assert.Equal(sound[10..20], await piece.Content.ReadAsByteArrayAsync());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Missed_calls_are_listed_and_the_others_apart(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var (missed, answered) = (Person.New(), Person.New());
        await MissedAsync(hub, missed, 0);
        var now = TimeProvider.System.GetUtcNow();
        await TellAsync(hub, Call(Guid.NewGuid().ToString("N"), CallPhase.Ended, answered) with { StartedAt = now.AddSeconds(-60), AnsweredAt = now.AddSeconds(-50), EndedAt = now, Outcome = CallOutcome.Answered, Direction = CallDirection.Inbound });
        await window.RowOfAsync(missed);
        await window.RowOfAsync(answered);
        async Task<IReadOnlyList<string?>> PhonesAsync(string query) => [.. (await window.GetAsync($"/api/calls?limit=200{query}"))["items"]!.AsArray().Select(call => (string?)call!["phone"])];
        Assert.Contains(missed.Phone, await PhonesAsync("&missed=true"));
        Assert.DoesNotContain(answered.Phone, await PhonesAsync("&missed=true"));
        Assert.Contains(answered.Phone, await PhonesAsync("&missed=false"));
        Assert.DoesNotContain(missed.Phone, await PhonesAsync("&missed=false"));
        Assert.Contains(missed.Phone, await PhonesAsync(""));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_pop_comes_within_a_second_to_whose_telephone_rings_and_goes_when_a_colleague_answers(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (one, other, bystander) = (await hub.WindowAsync("manager"), await hub.WindowAsync("manager2"), await hub.WindowAsync("supervisor"));
        var (first, second) = (Extension(), Extension());
        await HasAsync(one, first);
        await HasAsync(other, second);
        await using var ofOne = await one.ListenAsync();
        await using var ofOther = await other.ListenAsync();
        await using var ofBystander = await bystander.ListenAsync();
        var person = Person.New();
        await MissedAsync(hub, person, 0);
        var before = await one.RowOfAsync(person);

        var id = Guid.NewGuid().ToString("N");
        var now = TimeProvider.System.GetUtcNow();
        var rang = TimeProvider.System.GetTimestamp();
        await TellAsync(hub, Call(id, CallPhase.Ringing, person) with { StartedAt = now, Agents = [new(first, null, now), new(second, null, now)] });
        var pop = await CardAsync(ofOne, "ringing");
        Assert.InRange(TimeProvider.System.GetElapsedTime(rang), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal((person.Phone, (string?)before["id"]), ((string?)pop["phone"], (string?)pop["requestId"]));
        await CardAsync(ofOther, "ringing");
        var history = await one.GetAsync($"/api/calls/{pop["callId"]}/history");
        Assert.Equal((string?)before["id"], (string?)Assert.Single(history["requests"]!.AsArray())!["id"]);

        await TellAsync(hub, Call(id, CallPhase.Answered, person) with { AnsweredAt = now.AddSeconds(1), Agents = [new(second, null, null, now.AddSeconds(1), now.AddSeconds(1))] });
        await CardAsync(ofOther, "talking");
        var gone = await CardAsync(ofOne, "gone");
        Assert.Null((string?)gone["phone"]);
        var answered = await other.RowOfAsync(person, row => (string?)row["status"] == "inProgress");
        Assert.Equal((0, (string?)null), ((int)answered["lastCall"]!["missed"]!, (string?)answered["firstResponseDueAt"]));
        Assert.Equal("Сидоренко Мария", (string?)answered["assignee"]!["name"]);
        Assert.Empty(ofBystander.Calls);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_call_of_a_familys_phone_joins_the_latest_open_request_and_the_card_names_the_same(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var father = Person.New() with { Name = "Щеглов Пётр" };
        var mother = father with { Name = "Щеглова Мария" };
        foreach (var (person, count) in new[] { (father, 1), (mother, 2), (father, 2) })
        {
            var text = $"Проверка {Guid.NewGuid():N}";
            await window.SendFormAsync(person.Form(text));
            await Eventually.TrueAsync(async () => await window.RowsOfAsync(person) is var rows && rows.Count == count && rows.Any(row => (string?)row["preview"] == text), text);
        }

        // He wrote last; her request was opened last.
        var hers = (await window.RowsOfAsync(mother)).MaxBy(row => (long)row["number"]!)!;
        Assert.Equal(mother.Name, (string?)hers["contact"]!["name"]);
        var extension = Extension();
        await HasAsync(window, extension);
        await using var line = await window.ListenAsync();
        var id = Guid.NewGuid().ToString("N");
        var now = TimeProvider.System.GetUtcNow();
        await TellAsync(hub, Call(id, CallPhase.Ringing, father) with { StartedAt = now, Agents = [new(extension, null, now)] });
        var card = await CardAsync(line, "ringing");
        Assert.Equal(((string?)hers["id"], mother.Name), ((string?)card["requestId"], (string?)card["name"]));
        await TellAsync(hub, Call(id, CallPhase.Ended, father) with { Direction = CallDirection.Inbound, EndedAt = now.AddSeconds(20), Outcome = CallOutcome.Abandoned });
        await window.EntryAsync((string)hers["id"]!, entry => (string?)entry["kind"] == "call", "call");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_click_places_one_call_and_needs_a_telephone(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var person = Person.New();
        await MissedAsync(hub, person, 0);
        var row = await window.RowOfAsync(person);
        await HasAsync(window, "");
        var callId = CallId.New();
        Assert.Equal("call.no-extension", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, "/api/calls", new { callId, requestId = (string)row["id"]! }))["title"]);

        var extension = Extension();
        await HasAsync(window, extension);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => window.DoAsync("/api/calls", new { callId, requestId = (string)row["id"]! })));
        var placed = await Eventually.AsyncOf(() => Task.FromResult(hub.Exchange.Placed.FirstOrDefault(call => call.CallId == callId)), "placed call");
        Assert.Equal((person.Phone, extension), (placed.To, placed.Extension));

        // Another number of theirs, as the card has it; nothing else is dialled.
        var (second, other) = (CallId.New(), Person.New());
        await window.DoAsync("/api/calls", new { callId = second, requestId = (string)row["id"]!, phone = other.Phone });
        Assert.Equal(other.Phone, (await Eventually.AsyncOf(() => Task.FromResult(hub.Exchange.Placed.FirstOrDefault(call => call.CallId == second)), "placed call")).To);
        Assert.Equal(
            "call.phone-unreadable", (string?)(await window.RefusedAsync(HttpStatusCode.BadRequest, "/api/calls", new { callId = CallId.New(), requestId = (string)row["id"]!, phone = "02,,1#" }))["errors"]!["phone"]![0]);

        // The exchange reports it under its own key, and it is the click's call.
        var now = TimeProvider.System.GetUtcNow();
        await TellAsync(hub, Call($"ext-{callId}", CallPhase.Ended, person) with
        {
            Direction = CallDirection.Outbound,
            StartedAt = now.AddSeconds(-20),
            AnsweredAt = now.AddSeconds(-10),
            EndedAt = now,
            Outcome = CallOutcome.Answered,
            Agents = [new(extension, null, null, null, now.AddSeconds(-10), now)],
        });
        var entry = await window.EntryAsync((string)row["id"]!, item => (string?)item["call"]?["direction"] == "outbound" && (string?)item["call"]!["outcome"] == "answered", "answered call back");
        Assert.Equal(callId.ToString(), (string?)entry["call"]!["id"]);
        Assert.Equal("Ковалёва Анна", (string?)entry["agent"]!["name"]);
        await window.RowOfAsync(person, kept => kept["firstResponseDueAt"] is null && (int)kept["lastCall"]!["missed"]! == 0);
        Assert.Single(hub.Exchange.Placed, call => call.CallId == callId);
    }

    private static string Extension() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(10_000, 100_000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task HasAsync(Window window, string extension)
    {
        using var answer = await window.Http.PutAsync("/api/calls/extension", System.Net.Http.Json.JsonContent.Create(new { extension }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<JsonNode> CardAsync(LiveLine line, string state) =>
        Eventually.AsyncOf(() => Task.FromResult(line.Calls.FirstOrDefault(card => (string?)card["state"] == state)), $"card '{state}'");

    private static Task<AcceptResult> MissedAsync(TestHub hub, Person person, int minute)
    {
        var began = TimeProvider.System.GetUtcNow().AddMinutes(minute - 15);
        return TellAsync(hub, Call(Guid.NewGuid().ToString("N"), CallPhase.Ended, person) with
        {
            Direction = CallDirection.Inbound,
            StartedAt = began,
            EndedAt = began.AddSeconds(20),
            Outcome = CallOutcome.Abandoned,
        });
    }

    private static InboundCall Call(string id, CallPhase phase, Person? person = null) => new()
    {
        Channel = "telephony/main",
        ExternalCallId = id,
        Phase = phase,
        Party = person is null ? null : new Address(ContactPointSystem.Phone, person.Phone),
    };

    private static Task<AcceptResult> TellAsync(TestHub hub, InboundCall call) =>
        hub.Of<IInboundSink>("telephony").AcceptAsync(RawInput.FromBytes(call.Channel, Guid.NewGuid().ToString("N"), "text/plain", "raw"u8.ToArray()), [call], null, CancellationToken.None);
}
