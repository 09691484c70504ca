using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Mis;
using MedCrm.Requests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A family shares a telephone: nobody's word lands in somebody else's request.</summary>
public sealed class HouseholdTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Two_names_on_one_phone_are_two_rows_two_contacts_and_two_mailboxes(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var father = Person.New() with { Name = "Щеглов Пётр" };
        var mother = father with { Name = "Щеглова Мария", Mail = Person.New().Mail };
        var his = await WroteAsync(window, father, "Хочу к терапевту");
        var hers = await WroteAsync(window, mother, "Хочу к окулисту");
        Assert.NotEqual((string?)his["id"], (string?)hers["id"]);
        Assert.Equal((father.Name, mother.Name), ((string?)his["contact"]!["name"], (string?)hers["contact"]!["name"]));

        // Whoever writes again under a name that may be theirs joins their own.
        Assert.Equal((string?)hers["id"], (string?)(await WroteAsync(window, mother with { Name = "Маша" }, "Лучше утром"))["id"]);
        Assert.Equal((string?)his["id"], (string?)(await WroteAsync(window, father with { Name = "Petr Shcheglov" }, "Лучше вечером"))["id"]);
        // Without a name it is the latest.
        Assert.Equal((string?)hers["id"], (string?)(await WroteAsync(window, mother with { Name = "" }, "Перезвоните"))["id"]);
        var rows = await window.RowsOfAsync(father);
        Assert.Equal(2, rows.Count);
        Assert.Equal(2, rows.Select(row => (string?)row["contact"]!["id"]).Distinct().Count());

        // And of those who open later: forms without a name are no thread.
        var daughters = await WroteAsync(window, father with { Name = "Щеглова Анна" }, "И мне к терапевту");
        Assert.Equal((string?)daughters["id"], (string?)(await WroteAsync(window, father with { Name = "" }, "Перезвоните поскорее"))["id"]);
        await window.DoAsync($"/api/requests/{daughters["id"]}/close", new { outcome = "answered" });
        Assert.Equal((string?)hers["id"], (string?)(await WroteAsync(window, father with { Name = "" }, "Так перезвоните"))["id"]);
        rows = await window.RowsOfAsync(father);
        Assert.Equal(3, rows.Count);

        // An answer goes to the mailbox that this one gave.
        hers = await WroteAsync(window, mother, "Так куда мне?");
        await window.ReplyAsync(hers, "Кабинет 5");
        await Eventually.TrueAsync(() => Task.FromResult(hub.PostOffice.LettersTo(mother).Any()), "letter to her");
        Assert.Empty(hub.PostOffice.LettersTo(father));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Each_of_two_rows_is_shown_with_its_own_patient(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var son = Person.New() with { Name = "Чижов Артём Олегович" };
        var mother = son with { Name = "Чижова Вера Игоревна" };
        // Without a date of birth, so that other tests do not take them for theirs.
        var cards = new Dictionary<Person, string>();
        foreach (var person in new[] { son, mother })
        {
            var created = await hub.Of<IMisGateway>("patients").CreatePatientAsync(
                new NewPatient(person.Name.Split(' ')[0], person.Name.Split(' ')[1], person.Name.Split(' ')[2], null, person.Phone, null), new IdempotencyKey($"test:{Guid.NewGuid():N}"), CancellationToken.None);
            cards[person] = Assert.IsType<MisResult<MisPatient>.Ok>(created).Value.Id;
        }

        foreach (var person in new[] { son, mother })
        {
            var row = await WroteAsync(window, person, $"Это {person.Name}");
            await Eventually.TrueAsync(async () => (string?)(await window.RequestAsync((string)row["id"]!))["patient"]?["id"] == cards[person], "patient of the row");
        }

        Assert.Equal(2, (await window.RowsOfAsync(son)).Select(row => (string?)row["patient"]?["id"]).Distinct().Count());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_was_closed_is_reopened_by_its_own_person_and_beside_the_others(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var father = Person.New() with { Name = "Щеглов Пётр" };
        var (mother, daughter) = (father with { Name = "Щеглова Мария" }, father with { Name = "Щеглова Анна" });
        var (his, hers) = (await WroteAsync(window, father, "Первое его"), await WroteAsync(window, mother, "Первое её"));
        await CloseAsync(hers);
        var daughters = await WroteAsync(window, daughter, "Первое дочери");
        Assert.Equal(3, (await window.RowsOfAsync(father)).Count);

        // Her form reopens hers, though the daughter has taken its place among what is open.
        var again = await WroteAsync(window, mother with { Name = "Маша Щеглова" }, "Второе её");
        Assert.Equal(((string?)hers["id"], "new"), ((string?)again["id"], (string?)again["status"]));
        await window.EventAsync((string)hers["id"]!, "reopened");

        // A manager reopens his, but not beside another of his own.
        await CloseAsync(his);
        await CloseAsync(daughters);
        Assert.Equal("new", (string?)(await window.DoAsync($"/api/requests/{his["id"]}/reopen"))["status"]);
        await CloseAsync(his);
        await LifeTests.EightDaysPassAsync(hub, (string)his["id"]!);
        var second = await WroteAsync(window, father with { Name = "Петя Щеглов" }, "Второе его");
        Assert.NotEqual((string?)his["id"], (string?)second["id"]);
        Assert.Equal("request.duplicate", (string?)(await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/requests/{his["id"]}/reopen"))["title"]);
        Assert.Equal("new", (string?)(await window.DoAsync($"/api/requests/{daughters["id"]}/reopen"))["status"]);

        Task CloseAsync(JsonNode row) => window.DoAsync($"/api/requests/{row["id"]}/close", new { outcome = "answered" });
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task At_one_instant_one_name_is_one_request_and_two_names_are_two(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var mother = Person.New() with { Name = "Щеглова Мария" };
        var father = mother with { Name = "Щеглов Пётр" };
        // Past the queue, which lets one person's messages through one by one: only the database is left to keep them apart.
        await Task.WhenAll((await MessagesAsync(mother, father)).Select(message => hub.InvokeAsync("requests", message)));
        Assert.Equal(2, (await window.RowsOfAsync(mother)).Count);
        var daughter = mother with { Name = "Щеглова Анна" };
        await Task.WhenAll((await MessagesAsync(daughter, daughter with { Name = "Аня" }, daughter with { Name = "Анна Щеглова" })).Select(message => hub.InvokeAsync("requests", message)));
        var rows = await window.RowsOfAsync(mother);
        Assert.Equal([1, 1, 3], rows.Select(row => (int)row["unread"]!).Order());

        async Task<IReadOnlyList<MessageReceived>> MessagesAsync(params Person[] people)
        {
            var subject = hub.SubjectOf(mother);
            await hub.Vault.EnsureKeyAsync(subject, CancellationToken.None);
            Sealed Seal(string text) => hub.Vault.Seal(subject, text);
            var now = TimeProvider.System.GetUtcNow();
            return
            [
                .. people.Select(person => new MessageReceived(
                    MessageId.New(), new ConversationId(Guid.NewGuid()), subject, ChannelKind.Website, "website/demo", [new ContactPoint(ContactPointSystem.Phone, subject, Seal(person.Phone))],
                    Seal(person.Name), "topic", null, Seal("Разом"), Seal("Разом"), [], null, null, false, [], now, now, null)),
            ];
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Forms_of_two_people_sent_at_once_twelve_times_are_two_rows_of_one_message_each(BusTransport transport)
    {
        var window = await (await hubs.WithAsync(transport)).WindowAsync();
        var father = Person.New() with { Name = "Щеглов Пётр" };
        var mother = father with { Name = "Щеглова Мария" };
        var keys = new[] { (father, Guid.NewGuid().ToString()), (mother, Guid.NewGuid().ToString()) };
        await Task.WhenAll(Enumerable.Range(0, 24).Select(n => window.SendFormAsync(keys[n % 2].Item1.Form("Двенадцать раз"), key: keys[n % 2].Item2)));
        await WroteAsync(window, father, "И ещё одно его");
        await WroteAsync(window, mother, "И ещё одно её");
        Assert.Equal([2, 2], (await window.RowsOfAsync(father)).Select(row => (int)row["unread"]!));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_thread_stays_where_it_is_whatever_name_it_bears_and_a_new_letter_does_not(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var father = Person.New() with { Name = "Щеглов Пётр" };
        var mother = father with { Name = "Щеглова Мария" };
        await hub.ReceiveMailAsync(father, "Анализы", "Первое", messageId: $"{father.Phone}@mail.example");
        var row = await RowAsync("Первое");
        await hub.ReceiveMailAsync(mother, "Анализы", "Ответ из того же ящика", [$"{father.Phone}@mail.example"]);
        Assert.Equal((string?)row["id"], (string?)(await RowAsync("Ответ из того же ящика"))["id"]);
        await hub.ReceiveMailAsync(mother, "Анализы", "Новое письмо");
        Assert.NotEqual((string?)row["id"], (string?)(await RowAsync("Новое письмо"))["id"]);

        Task<JsonNode> RowAsync(string preview) => Eventually.AsyncOf(async () => (await window.SearchAsync(father.Mail)).FirstOrDefault(one => (string?)one["preview"] == preview), preview);
    }

    [Fact]
    public async Task The_database_of_an_earlier_release_learns_to_tell_them_apart()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var name = string.Create(CultureInfo.InvariantCulture, $"earlier_{Guid.NewGuid():N}");
        await hub.AskAsync<string>("Requests", $"create database {name}");
        var connection = new NpgsqlConnectionStringBuilder(hub.Settings.GetConnectionString("Requests")) { Database = name, MaxPoolSize = 5 }.ConnectionString;
        await using var part = RequestsPart.Part.Build(
            new ConfigurationBuilder().AddConfiguration(hub.Settings).AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Requests"] = connection }).Build());
        var storage = part.Services.GetRequiredService<IDocumentStore>().Storage;
        await storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await DoAsync(
            """
            drop index requests.one_open_request;
            alter table requests.mt_doc_request drop column place;
            create unique index one_open_request on requests.mt_doc_request using btree (subject_key, topic) where (status <> 'Closed');
            """);
        var subject = Guid.NewGuid();
        const string Insert = "insert into requests.mt_doc_request (id, data, subject_key, topic, status{0}) values (gen_random_uuid(), '{{}}', '{1}', 'topic', 'New'{2})";
        await DoAsync(string.Format(CultureInfo.InvariantCulture, Insert, "", subject, ""));

        await storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await storage.Database.AssertDatabaseMatchesConfigurationAsync(CancellationToken.None);
        await DoAsync(string.Format(CultureInfo.InvariantCulture, Insert, ", place", subject, ", 1"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => DoAsync(string.Format(CultureInfo.InvariantCulture, Insert, ", place", subject, ", null")));
        Assert.Equal("one_open_request", refusal.ConstraintName);

        async Task DoAsync(string sql)
        {
            await using var source = NpgsqlDataSource.Create(connection);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Sends a form, and gives the row that shows it once it is known whose it is.</summary>
    private static async Task<JsonNode> WroteAsync(Window window, Person person, string text)
    {
        await window.SendFormAsync(person.Form(text));
        return await Eventually.AsyncOf(
            async () => (await window.RowsOfAsync(person)).FirstOrDefault(row => (string?)row["preview"] == text && (string?)row["status"] != "closed" && row["contact"]!["id"] is not null), $"row of \"{text}\"");
    }
}
