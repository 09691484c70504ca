using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Mis;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>After the booking: the reminder, the answer, the call list, the waiting list.</summary>
public sealed class ReminderTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_reminder_goes_out_once_and_a_yes_confirms_without_bringing_the_request_back(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport);
        await anna.Window.DoAsync($"/api/requests/{anna.RequestId}/close", new { outcome = "booked" });
        await DueAsync(anna, visit);
        var reminder = await LetterAsync(anna, "Напоминаем о вашем визите");
        Assert.DoesNotContain((string)visit["slot"]!["practitionerName"]!, reminder.Text, StringComparison.Ordinal);
        Assert.Equal(["Приду", "Не приду"], reminder.Choices);
        await anna.Hub.ReceiveMailAsync(anna.Person, "Re: Напоминание", "Да, приду!", [PostOffice.MessageIdOf(reminder.MessageId)]);
        await LetterAsync(anna, "Спасибо, ждём вас!");
        await anna.VisitAsync((string)visit["misId"]!, now => now["confirmedAt"] is not null);
        var row = await anna.Window.RequestAsync(anna.RequestId);
        Assert.Equal(("closed", 0), ((string?)row["status"], (int)row["unread"]!));
        await anna.Window.EntryAsync(anna.RequestId, entry => (string?)entry["text"] == "Да, приду!", "answer in the timeline");
        Assert.Single(anna.Hub.PostOffice.LettersTo(anna.Person), letter => letter.Text.Contains("Напоминаем", StringComparison.Ordinal));
        Assert.Empty(await CallsAsync(anna));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_pressed_button_answers_its_own_question_and_no_other(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport);
        await DueAsync(anna, visit);
        var reminder = await LetterAsync(anna, "Напоминаем о вашем визите");
        var thread = new[] { PostOffice.MessageIdOf(reminder.MessageId) };

        // The buttons of a reminder of last month are still there: a manager sees the press, and nothing is confirmed by it.
        await anna.Hub.ReceiveMailAsync(anna.Person, "Re: Напоминание", "Приду", thread, choiceOf: MessageId.New());
        await anna.Window.EntryAsync(anna.RequestId, entry => (string?)entry["text"] == "Приду", "stale press in the timeline");
        await anna.Hub.ReceiveMailAsync(anna.Person, "Re: Напоминание", "Не приду", thread, choiceOf: reminder.MessageId);
        await CallAsync(anna, "cancelAsked");
        Assert.Null((await anna.VisitAsync((string)visit["misId"]!))["confirmedAt"]);
        Assert.DoesNotContain(anna.Hub.PostOffice.LettersTo(anna.Person), letter => letter.Text.Contains("ждём вас", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_no_goes_on_the_call_list_where_one_manager_takes_it(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport);
        await DueAsync(anna, visit);
        var reminder = await LetterAsync(anna, "Напоминаем о вашем визите");
        await anna.Hub.ReceiveMailAsync(anna.Person, "Re: Напоминание", "Не приду, извините", [PostOffice.MessageIdOf(reminder.MessageId)]);
        var call = await CallAsync(anna, "cancelAsked");
        Assert.Equal((anna.PatientId, anna.Person.Phone), ((string?)call["patientId"], (string?)call["phones"]![0]));
        await LetterAsync(anna, "Администратор отменит запись");
        Assert.Equal("booked", ((string?)(await anna.VisitAsync((string)visit["misId"]!))["status"])!.ToLowerInvariant());

        var other = await anna.Hub.WindowAsync("manager2");
        await anna.Window.DoAsync($"/api/call-list/{call["id"]}/take");
        var refused = await other.RefusedAsync(HttpStatusCode.Conflict, $"/api/call-list/{call["id"]}/take");
        Assert.Equal(("call-list.taken", true), ((string?)refused["title"], refused["takenBy"]!["name"] is not null));
        var done = await anna.Window.DoAsync($"/api/call-list/{call["id"]}/done", new { result = "confirmed" });
        Assert.Equal("confirmed", (string?)done["result"]);
        await anna.VisitAsync((string)visit["misId"]!, now => now["confirmedAt"] is not null);
        Assert.Equal("call-list.done", (string?)(await other.RefusedAsync(HttpStatusCode.Conflict, $"/api/call-list/{call["id"]}/done", new { result = "other" }))["title"]);
        Assert.Empty(await CallsAsync(anna));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_does_not_arrive_goes_by_another_channel_and_in_the_end_to_the_telephone(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport, "nobody");
        await DueAsync(anna, visit);
        await CallAsync(anna, "noChannel");
        var row = await anna.Window.RequestAsync(anna.RequestId);
        Assert.False((bool)row["deliveryFailed"]!, "a reminder that somebody calls about is no failed answer");

        var (ivan, second) = await BookedAsync(transport, "nobody");
        // The same person writes to the bot too, and afterwards once more through the form.
        var mark = Guid.NewGuid().ToString("N");
        await ivan.Hub.Of<IInboundSink>("email").AcceptAsync(
            RawInput.FromBytes("telegram/main", mark, "application/json", "{}"u8.ToArray()),
            [
                new InboundMessage
                {
                    Channel = "telegram/main", Kind = ChannelKind.Telegram, ExternalMessageId = mark, ExternalConversationId = mark, Topic = "telegram/main", Text = "Здравствуйте",
                    From = [new Address(ContactPointSystem.Account, $"telegram/{mark}"), new Address(ContactPointSystem.Phone, ivan.Person.Phone)], DisplayName = ivan.Person.Name, SentAt = TimeProvider.System.GetUtcNow().AddMinutes(-1),
                },
            ],
            checkpoint: null, CancellationToken.None);
        var bot = await Eventually.AsyncOf(
            async () => (await ivan.Window.RowsOfAsync(ivan.Person)).FirstOrDefault(row => (string?)row["channel"] == "telegram" && (string?)row["contact"]!["id"] == ivan.ContactId), "row of the bot");
        await DueAsync(ivan, second);
        await ivan.Window.EntryAsync((string)bot["id"]!, entry => (string?)entry["channel"] == "telegram" && ((string?)entry["text"])?.Contains("Напоминаем", StringComparison.Ordinal) == true, "reminder through the bot");
        Assert.Empty(await CallsAsync(ivan));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task The_silent_and_those_who_did_not_come_are_called_and_a_cancelled_visit_is_not(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport);
        await DueAsync(anna, visit);
        await LetterAsync(anna, "Напоминаем о вашем визите");
        await DueAsync(anna, visit, "jsonb_set(jsonb_set(data, '{remindedAt}', '\"2026-01-01T00:00:00+00:00\"'), '{slot,start}', to_jsonb(to_char((now() + interval '10 hours') at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')))");
        await CallAsync(anna, "silent");
        await anna.SetOnTheirScreenAsync((string)visit["misId"]!, AppointmentStatus.NoShow);
        await CallAsync(anna, "noShow");
        await Eventually.TrueAsync(async () => (await CallsAsync(anna)).All(call => (string?)call["reason"] != "silent"), "settled call");
        await anna.SetOnTheirScreenAsync((string)visit["misId"]!, AppointmentStatus.Cancelled);
        await Eventually.TrueAsync(async () => (await CallsAsync(anna)).Count == 0, "empty list");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_freed_slot_is_offered_to_the_first_who_waits_and_only_one_gets_it(BusTransport transport)
    {
        var (holder, visit) = await BookedAsync(transport);
        var (hub, slot) = (holder.Hub, visit["slot"]!);
        var (first, second) = (await Visitor.WroteAsync(hub), await Visitor.WroteAsync(hub));
        var waiting = await first.Window.DoAsync("/api/waiting-list", Wish(first, slot));
        Assert.Equal((string?)waiting["id"], (string?)(await first.Window.DoAsync("/api/waiting-list", Wish(first, slot)))["id"]);
        var behind = await second.Window.DoAsync("/api/waiting-list", Wish(second, slot));
        Assert.Equal("waiting-list.nothing-named", (string?)(await first.Window.RefusedAsync(HttpStatusCode.BadRequest, "/api/waiting-list", new { requestId = first.RequestId, patientId = first.PatientId, idempotencyKey = "x" }))["errors"]!["specialtyIds"]![0]);

        await FreeAsync(holder, visit);
        var offer = await LetterAsync(first, "Освободилось время");
        Assert.DoesNotContain(hub.PostOffice.LettersTo(second.Person), letter => letter.Text.Contains("Освободилось", StringComparison.Ordinal));
        await hub.ReceiveMailAsync(first.Person, "Re: Лист ожидания", "да", [PostOffice.MessageIdOf(offer.MessageId)]);
        await Eventually.TrueAsync(async () => await StatusAsync(first, waiting) == "booked", "booked wish");
        Assert.Equal("waiting", await StatusAsync(second, behind));
        var booked = (await first.Window.GetAsync($"/api/appointments?requestId={first.RequestId}"))["items"]!.AsArray();
        Assert.Equal((DateTimeOffset)slot["start"]!, (DateTimeOffset)Assert.Single(booked)!["slot"]!["start"]!);

        using var gone = await second.Window.Http.DeleteAsync($"/api/waiting-list/{behind["id"]}");
        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Equal("removed", await StatusAsync(second, behind));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_offer_nobody_takes_goes_to_the_next(BusTransport transport)
    {
        var (holder, visit) = await BookedAsync(transport);
        var (hub, slot) = (holder.Hub, visit["slot"]!);
        var (first, second) = (await Visitor.WroteAsync(hub), await Visitor.WroteAsync(hub));
        foreach (var who in new[] { first, second })
        {
            await who.Window.DoAsync("/api/waiting-list", Wish(who, slot));
        }

        await FreeAsync(holder, visit);
        var offer = await LetterAsync(first, "Освободилось время");
        await hub.AskAsync<object>(
            "Patients", "update patients.mt_doc_waitingentry set offer_until = now() - interval '1 second' where request_key = $1", Guid.Parse(first.RequestId));
        await LetterAsync(second, "Освободилось время");
        // Too late: the truth, and the place in the list is kept.
        await hub.ReceiveMailAsync(first.Person, "Re: Лист ожидания", "да", [PostOffice.MessageIdOf(offer.MessageId)]);
        await LetterAsync(first, "это время уже занято");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Of_two_managers_who_take_a_call_at_the_same_moment_one_has_it_and_every_window_hears_of_it(BusTransport transport)
    {
        var (anna, visit) = await BookedAsync(transport, "nobody");
        await using var line = await anna.Window.ListenAsync();
        await DueAsync(anna, visit);
        var path = $"/api/call-list/{(await CallAsync(anna, "noChannel"))["id"]}";
        await Eventually.TrueAsync(() => Task.FromResult(line.Lists.Any(list => (string?)list["list"] == "calls")), "word of the list");
        var other = await anna.Hub.WindowAsync("manager2");
        var takes = await RaceAsync(6, $"{path}/take", null, anna.Window, other);
        var winner = Assert.Single(takes.Where(take => take.Status == HttpStatusCode.OK).Select(take => (string)take.Body["takenBy"]!["name"]!).Distinct());
        Assert.Equal(6, takes.Count(take => take.Status == HttpStatusCode.OK));
        Assert.All(takes.Where(take => take.Status == HttpStatusCode.OK), take => Assert.True((DateTimeOffset)take.Body["takenUntil"]! > TimeProvider.System.GetUtcNow().AddMinutes(10)));
        Assert.All(takes.Where(take => take.Status != HttpStatusCode.OK), take => Assert.Equal(("call-list.taken", winner), ((string?)take.Body["title"], (string?)take.Body["takenBy"]!["name"])));

        // Nobody answered: it waits, and is anybody's again.
        var mine = takes.First(take => take.Status == HttpStatusCode.OK).By;
        Assert.Equal("call-list.too-late", (string?)(await mine.RefusedAsync(HttpStatusCode.Conflict, $"{path}/later", new { until = (DateTimeOffset)visit["slot"]!["start"]! }))["title"]);
        Assert.Equal("call-list.until-out-of-range", (string?)(await mine.RefusedAsync(HttpStatusCode.BadRequest, $"{path}/later", new { until = TimeProvider.System.GetUtcNow().AddMinutes(-1) }))["errors"]!["until"]![0]);
        var until = TimeProvider.System.GetUtcNow().AddMinutes(30);
        for (var click = 0; click < 2; click++)
        {
            var later = await mine.DoAsync($"{path}/later", new { until });
            Assert.Equal((1, true, true), ((int)later["tries"]!, later["callAt"] is not null, later["takenBy"] is null));
        }

        var ends = await RaceAsync(6, $"{path}/done", new { result = "confirmed" }, anna.Window, other);
        var closer = Assert.Single(ends.Where(end => end.Status == HttpStatusCode.OK).Select(end => (string)end.Body["doneBy"]!["name"]!).Distinct());
        Assert.All(ends.Where(end => end.Status != HttpStatusCode.OK), end => Assert.Equal(("call-list.done", closer), ((string?)end.Body["title"], (string?)end.Body["doneBy"]!["name"])));
        await anna.VisitAsync((string)visit["misId"]!, now => now["confirmedAt"] is not null);
        Assert.Equal(1, await anna.EventsAsync(visit, "appointment_confirmed"));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Of_two_managers_who_take_an_offer_for_the_patient_one_books_it_and_the_other_reads_who(BusTransport transport)
    {
        var (holder, visit) = await BookedAsync(transport);
        var (hub, slot) = (holder.Hub, visit["slot"]!);
        var (first, second) = (await Visitor.WroteAsync(hub), await Visitor.WroteAsync(hub));
        var waiting = await first.Window.DoAsync("/api/waiting-list", Wish(first, slot));
        var behind = await second.Window.DoAsync("/api/waiting-list", Wish(second, slot));
        await FreeAsync(holder, visit);
        var offer = new { slotId = await OfferedAsync(first, waiting) };
        var path = $"/api/waiting-list/{waiting["id"]}";
        Assert.Equal("waiting-list.offer-over", (string?)(await first.Window.RefusedAsync(HttpStatusCode.Conflict, $"{path}/accept", new { slotId = "another" }))["title"]);
        var other = await hub.WindowAsync("manager2");
        await using var line = await other.ListenAsync();
        var accepts = await RaceAsync(6, $"{path}/accept", offer, first.Window, other);
        var won = accepts.Where(accept => accept.Status is HttpStatusCode.OK or HttpStatusCode.Accepted).ToList();
        var winner = Assert.Single(won.Select(accept => (string)accept.Body["acceptedBy"]!["name"]!).Distinct());
        Assert.All(accepts.Except(won), accept => Assert.Equal((HttpStatusCode.Conflict, "waiting-list.taken", winner), (accept.Status, (string?)accept.Body["title"], (string?)accept.Body["takenBy"]!["name"])));
        await Eventually.TrueAsync(async () => await StatusAsync(first, waiting) == "booked", "booked wish");
        var booked = Assert.Single((await first.Window.GetAsync($"/api/appointments?requestId={first.RequestId}"))["items"]!.AsArray())!;
        Assert.Equal((winner, (DateTimeOffset)slot["start"]!), ((string?)booked["bookedBy"]!["name"], (DateTimeOffset)booked["slot"]!["start"]!));
        Assert.Equal("waiting", await StatusAsync(second, behind));
        await Eventually.TrueAsync(() => Task.FromResult(line.Lists.Any(list => (string?)list["list"] == "waiting")), "word of the list");
        Assert.Equal("waiting-list.taken", (string?)(await other.RefusedAsync(HttpStatusCode.Conflict, $"{path}/decline", offer))["title"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task An_offer_declined_on_the_telephone_goes_to_the_next_at_once(BusTransport transport)
    {
        var (holder, visit) = await BookedAsync(transport);
        var (hub, slot) = (holder.Hub, visit["slot"]!);
        var (first, second) = (await Visitor.WroteAsync(hub), await Visitor.WroteAsync(hub));
        var waiting = await first.Window.DoAsync("/api/waiting-list", Wish(first, slot));
        await second.Window.DoAsync("/api/waiting-list", Wish(second, slot));
        await FreeAsync(holder, visit);
        var slotId = await OfferedAsync(first, waiting);
        for (var click = 0; click < 2; click++)
        {
            Assert.Equal("waiting", (string?)(await first.Window.DoAsync($"/api/waiting-list/{waiting["id"]}/decline", new { slotId }))["status"]);
        }

        await LetterAsync(second, "Освободилось время");
    }

    /// <summary>The same click of several windows, so many times each, all at once.</summary>
    private static async Task<IReadOnlyList<(Window By, HttpStatusCode Status, JsonNode Body)>> RaceAsync(int clicks, string path, object? body, params Window[] windows) =>
        await Task.WhenAll(Enumerable.Range(0, clicks).SelectMany(_ => windows).Select(async window =>
        {
            using var answer = await window.PostAsync(path, body);
            return (window, answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
        }));

    /// <summary>A wish so narrow that only this slot fulfils it.</summary>
    private static object Wish(Visitor who, JsonNode slot)
    {
        var local = who.Hub.Of<ClinicTime>("patients").Local((DateTimeOffset)slot["start"]!, (string)slot["locationId"]!);
        return new
        {
            requestId = who.RequestId,
            patientId = who.PatientId,
            practitionerIds = new[] { (string)slot["practitionerId"]! },
            fromDay = DateOnly.FromDateTime(local),
            toDay = DateOnly.FromDateTime(local),
            after = local.ToString("HH:mm", CultureInfo.InvariantCulture),
            before = local.AddMinutes(1).ToString("HH:mm", CultureInfo.InvariantCulture),
            idempotencyKey = "wish",
        };
    }

    /// <summary>The visit is cancelled on their screen, and the schedule read again, without waiting for the next reading.</summary>
    private static async Task FreeAsync(Visitor holder, JsonNode visit)
    {
        await holder.SetOnTheirScreenAsync((string)visit["misId"]!, AppointmentStatus.Cancelled);
        await holder.Hub.AskAsync<object>(
            "Patients", "update mis.free_slots set taken_at = null where practitioner_id = $1 and starts_at = $2", (string)visit["slot"]!["practitionerId"]!, (DateTimeOffset)visit["slot"]!["start"]!);
    }

    private async Task<(Visitor Who, JsonNode Visit)> BookedAsync(BusTransport transport, string mailBox = "visitor")
    {
        var who = await Visitor.WroteAsync(await hubs.WithAsync(transport), mailBox);
        return (who, await who.VisitAsync((await who.BookOnTheirScreenAsync()).Id));
    }

    /// <summary>The moment of the next reminder has come.</summary>
    private static async Task DueAsync(Visitor who, JsonNode visit, string? data = null)
    {
        var id = Guid.Parse((string)visit["id"]!);
        await Eventually.TrueAsync(async () => await who.Hub.AskAsync<long>("Patients", "select count(*) from patients.mt_doc_appointmentreminders where id = $1", id) == 1, "saga");
        await who.Hub.AskAsync<object>(
            "Patients",
            $"update patients.mt_doc_appointmentreminders set data = {data ?? "jsonb_set(data, '{plan,0,at}', '\"2026-01-01T00:00:00+00:00\"')"}, next_at = now() - interval '1 minute' where id = $1", id);
    }

    private static Task<OutboundMessage> LetterAsync(Visitor who, string words) => Eventually.AsyncOf(
        () => Task.FromResult(who.Hub.PostOffice.LettersTo(who.Person).LastOrDefault(letter => letter.Text.Contains(words, StringComparison.Ordinal))), $"letter with '{words}'");

    private static async Task<IReadOnlyList<JsonNode>> CallsAsync(Visitor who) =>
        [.. (await who.Window.GetAsync("/api/call-list?limit=500"))["items"]!.AsArray().OfType<JsonNode>().Where(call => (string?)call["patientId"] == who.PatientId)];

    private static Task<JsonNode> CallAsync(Visitor who, string reason) =>
        Eventually.AsyncOf(async () => (await CallsAsync(who)).FirstOrDefault(call => (string?)call["reason"] == reason), $"call because of '{reason}'");

    private static async Task<string?> StatusAsync(Visitor who, JsonNode entry) => (string?)(await WaitingAsync(who, entry))["status"];

    /// <summary>The slot that is offered, once one is.</summary>
    private static Task<string> OfferedAsync(Visitor who, JsonNode entry) => Eventually.AsyncOf(async () => (string?)(await WaitingAsync(who, entry))["offered"]?["id"], "offer");

    private static async Task<JsonNode> WaitingAsync(Visitor who, JsonNode entry) =>
        (await who.Window.GetAsync("/api/waiting-list?all=true&limit=500"))["items"]!.AsArray().Single(one => (string?)one!["id"] == (string?)entry["id"])!;
}
