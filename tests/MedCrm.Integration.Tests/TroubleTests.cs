using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Wolverine.Persistence.Durability;
using Wolverine.Persistence.Durability.DeadLetterManagement;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Breaks what all tests of a hub share, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(BreaksTheHouse), DisableParallelization = true)]
public sealed class BreaksTheHouse;

/// <summary>Something in the house is broken.</summary>
[Collection(nameof(BreaksTheHouse))]
public sealed class TroubleTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_message_nobody_can_handle_waits_with_its_reason_and_holds_up_nobody(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var (poisoned, other) = (Person.New(), Person.New());
        var subject = hub.SubjectOf(poisoned);
        await hub.Vault.EnsureKeyAsync(subject, CancellationToken.None);
        var word = hub.Vault.Seal(subject, "яд");
        var now = TimeProvider.System.GetUtcNow();
        await hub.SendAsync("website", new ReceiveInboundMessage(
            ChannelKind.Website, "website/demo", $"poison-{poisoned.Phone}", subject, null!, null, null, [], [], "topic", null, word, word, [], null, null, false, [], now, now, Guid.NewGuid()));
        await window.SendFormAsync(other.Form("Со мной всё в порядке"));
        await window.SendFormAsync(poisoned.Form("И со мной"));
        await window.RowOfAsync(other);
        await window.RowOfAsync(poisoned);

        var letter = await DeadLetterAsync(hub, "chat", found => found.MessageType == "chat.receive-inbound-message/1" && (found.ExceptionType ?? "").Contains("Exception", StringComparison.Ordinal));
        Assert.False(string.IsNullOrEmpty(letter.ExceptionMessage));
        Assert.Equal(1, await hub.AskAsync<long>("Chat", "select count(*) from chat_bus.wolverine_dead_letters where id = $1", letter.Id));
        await hub.Of<IMessageStore>("chat").DeadLetters.DiscardAsync(new DeadLetterEnvelopeQuery { MessageIds = [letter.Id] }, CancellationToken.None);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_failed_arrives_when_it_is_replayed_after_the_cause_is_gone(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var (withFile, without) = (Person.New(), Person.New());
        await hub.AskAsync<object>("Chat", "alter table chat.mt_doc_storedattachment rename to away");
        DeadLetterEnvelope letter;
        try
        {
            await window.SendFileAsync(withFile.Form("С файлом"), "Снимок во вложении");
            await window.SendFormAsync(without.Form("Без вложения"));
            await window.RowOfAsync(without);
            letter = await DeadLetterAsync(hub, "chat", found => !found.Replayable);
            Assert.Empty(await window.RowsOfAsync(withFile));
        }
        finally
        {
            await hub.AskAsync<object>("Chat", "alter table chat.away rename to mt_doc_storedattachment");
        }

        await hub.Of<IMessageStore>("chat").DeadLetters.ReplayAsync(new DeadLetterEnvelopeQuery { MessageIds = [letter.Id] }, CancellationToken.None);
        var row = await window.RowOfAsync(withFile);
        var entry = await window.EntryAsync((string)row["id"]!, item => item["attachments"]!.AsArray().Count == 1, "attachment");
        using var file = await window.Http.GetAsync($"/api/attachments/{entry["attachments"]![0]!["blobId"]}");
        Assert.Equal("application/octet-stream", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("Снимок во вложении", await file.Content.ReadAsStringAsync());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task While_the_mis_is_broken_the_row_is_there_and_the_patient_too_as_our_own_index_knows_them(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var found = await hub.AskAsync<string>("Patients", "select family || ' ' || given || ' ' || patronymic || '|' || email from demo_mis.patients where email is not null and patronymic is not null and merged_into is null order by id desc limit 1");
        var (name, mail) = (found!.Split('|')[0], found.Split('|')[1]);
        string id;
        await hub.AskAsync<object>("Patients", "alter table demo_mis.patients rename to away");
        try
        {
            await window.SendFormAsync(new() { ["name"] = name, ["email"] = mail, ["message"] = "МИС лежит" });
            id = (string)(await Eventually.AsyncOf(async () => (await window.SearchAsync(mail)).SingleOrDefault(), "row"))["id"]!;
            await Eventually.TrueAsync(async () => (string?)(await window.RequestAsync(id))["patient"]?["name"] == name, "patient of the index");
        }
        finally
        {
            await hub.AskAsync<object>("Patients", "alter table demo_mis.away rename to patients");
        }

        Assert.Equal(0, await hub.AskAsync<long>("Patients", "select count(*) from patients_bus.wolverine_dead_letters"));
        Assert.Single(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "identified");
    }

    private static Task<DeadLetterEnvelope> DeadLetterAsync(TestHub hub, string part, Func<DeadLetterEnvelope, bool> which) => Eventually.AsyncOf(
        async () => (await hub.Of<IMessageStore>(part).DeadLetters.QueryAsync(new DeadLetterEnvelopeQuery { PageSize = 100 }, CancellationToken.None)).Envelopes.FirstOrDefault(which), "dead letter");
}
