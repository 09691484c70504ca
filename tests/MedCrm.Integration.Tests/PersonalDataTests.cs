using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Contracts;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Npgsql;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>What people tell us rests sealed, is never logged, and is gone when they ask for it.</summary>
public sealed class PersonalDataTests(Hubs hubs)
{
    private static string Words(Person person) => $"Zyablik{person.Phone[5..]} жалуется на колено";

    private static string Reply(Person person) => $"Zyablik{person.Phone[5..]}, приходите натощак";

    private static string Note(Person person) => $"Zyablik{person.Phone[5..]} боится уколов";

    private static string Reason(Person person) => $"Zyablik{person.Phone[5..]} уехал в отпуск";

    [Theory, ClassData(typeof(BothTransports))]
    public async Task No_table_holds_a_word_of_it_in_plain(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (person, _, _) = await WholeRoadAsync(hub);
        var patient = await PatientOnTheScreenAsync(hub);
        var canaries = Forms([person.Name, person.Phone, person.Mail, Words(person), Reply(person), Note(person), Reason(person), patient.Name, patient.Phone]);

        // The MIS of the demo stands for a foreign system; what it holds is its own affair.
        var found = new List<string>();
        var looked = 0;
        foreach (var database in hub.Databases)
        {
            foreach (var (table, column, type) in await ColumnsAsync(database))
            {
                looked++;
                found.AddRange(await LeaksAsync(database, table, column, type, canaries));
            }
        }

        Assert.True(looked > 100, $"Only {looked} columns were looked at.");
        Assert.Empty(found);
        var files = Directory.EnumerateFiles(hub.BlobDirectory, "*", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.DoesNotContain(canaries, canary => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) >= 0);
        }
    }

    [Fact]
    public async Task A_word_in_plain_would_be_found()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var database = hub.Databases.First();
        var canaries = Forms(["Снегирёв"]);
        await hub.AskAsync<object>("Chat", "create schema planted; create table planted.t (a text, b jsonb, c bytea, d text[])");
        try
        {
            await hub.AskAsync<object>("Chat", """insert into planted.t values ('x \u0421\u043D\u0435\u0433\u0438\u0440\u0451\u0432', '{"name": "Снегирёв"}', convert_to('Снегирёв', 'UTF8'), array['Снегирёв'])""");
            var found = new List<string>();
            foreach (var (table, column, type) in await ColumnsAsync(database))
            {
                found.AddRange(await LeaksAsync(database, table, column, type, canaries));
            }

            Assert.Equal(["planted.t.a", "planted.t.b", "planted.t.c", "planted.t.d"], found.Order());
        }
        finally
        {
            await hub.AskAsync<object>("Chat", "drop schema planted cascade");
        }
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task No_line_of_any_log_holds_a_word_of_it(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var (person, _, _) = await WholeRoadAsync(hub);
        var patient = await PatientOnTheScreenAsync(hub);
        string[] canaries = [person.Name, person.Phone, person.Phone[1..], person.Mail, $"Zyablik{person.Phone[5..]}", patient.Name, patient.Phone];
        Assert.Contains(hub.Logs.Lines, line => line.Contains("MedCrm.", StringComparison.Ordinal));
        Assert.DoesNotContain(hub.Logs.Lines, line => canaries.Any(canary => line.Contains(canary, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_is_erased_is_gone_from_every_answer(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var (person, id, receipt) = await WholeRoadAsync(hub);
        string[] canaries = [person.Name, person.Phone, person.Phone[1..], person.Mail, $"Zyablik{person.Phone[5..]}"];
        var feed = await hub.AskAsync<long>("Gateway", "select min(seq) from gateway.feed where entity_id = $1", Guid.Parse(id));
        Assert.NotEmpty(await ToldAsync());

        Assert.True(await hub.Vault.DestroyAsync(hub.SubjectOf(person), CancellationToken.None));
        Assert.False(await hub.Vault.DestroyAsync(hub.SubjectOf(person), CancellationToken.None));
        // The mail side of the same person is a subject of its own.
        await hub.Vault.DestroyAsync(hub.Vault.SubjectOf(ContactPointSystem.Email, person.Mail), CancellationToken.None);

        IReadOnlyList<string> told = [];
        try
        {
            await Eventually.TrueAsync(async () => (told = await ToldAsync()).Count == 0, "silence about the erased");
        }
        catch (TimeoutException)
        {
            Assert.Empty(told);
        }

        Assert.Null((await window.RequestAsync(id))["contact"]!["name"]);
        Assert.Contains(await window.TimelineAsync(id), entry => (string?)entry["event"]?["type"] == "closed");

        async Task<IReadOnlyList<string>> ToldAsync()
        {
            var raw = hub.Of<Marten.IDocumentStore>("website");
            await using var session = raw.QuerySession();
            var input = await session.LoadAsync<StoredInput>(StoredInput.IdOf("website/demo", receipt));
            var answers = new Dictionary<string, string>
            {
                ["inbox"] = (await window.GetAsync("/api/requests?view=all&limit=500")).ToJsonString(Readable),
                ["request"] = (await window.GetAsync($"/api/requests/{id}")).ToJsonString(Readable),
                ["timeline"] = (await window.GetAsync($"/api/requests/{id}/timeline")).ToJsonString(Readable),
                ["feed"] = (await window.GetAsync($"/api/screen-events?after={feed - 1}&limit=2000")).ToJsonString(Readable),
                ["search by name"] = string.Concat((await window.SearchAsync(person.Name)).Select(row => row.ToJsonString(Readable))),
                ["search for everything"] = (await window.DoAsync("/api/search", new { q = Words(person) })).ToJsonString(Readable),
                ["raw input"] = input!.Content is { } content ? hub.Vault.Open(content) ?? "" : "",
            };
            return [.. answers.Where(answer => canaries.Any(canary => answer.Value.Contains(canary, StringComparison.OrdinalIgnoreCase))).Select(answer => answer.Key)];
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A form, an answer that does not arrive, a note, a mail, a close with a reason; one input that nobody understands.</summary>
    private static async Task<(Person Person, string Id, string Receipt)> WholeRoadAsync(TestHub hub)
    {
        var window = await hub.WindowAsync();
        var person = Person.New("nobody");
        // A sloppy site writes the person into the name of a field.
        var form = person.Form(Words(person));
        form[$"Анкета: {person.Name}, {person.Phone}, {person.Mail}"] = "да";
        var receipt = await window.SendFormAsync(form);
        await window.SendFileAsync(person.Form(Words(person)), Words(person));
        var row = await window.RowOfAsync(person);
        var id = (string)row["id"]!;
        var reply = await window.ReplyAsync(row, Reply(person));
        await window.EntryAsync(id, entry => (string?)entry["delivery"]?["status"] == "failed", "failed answer");
        await window.DoAsync($"/api/conversations/{row["conversationId"]}/notes", new { messageId = MessageId.New(), text = Note(person) });
        await window.EntryAsync(id, entry => (string?)entry["text"] == Note(person), "note");
        await hub.ReceiveMailAsync(person, Words(person), Words(person), [PostOffice.MessageIdOf(reply)]);
        await window.EntryAsync(id, entry => (string?)entry["subject"] == Words(person), "mail");
        await window.EntryAsync(id, entry => entry["attachments"]!.AsArray().Count == 1, "attachment");
        using var broken = new HttpRequestMessage(HttpMethod.Post, "/forms/demo") { Content = new StringContent($$"""{"name": "{{person.Name}}", "phone": "{{person.Phone}}", """, Encoding.UTF8, "application/json") };
        (await window.Http.SendAsync(broken)).EnsureSuccessStatusCode();
        await window.DoAsync($"/api/requests/{id}/close", new { outcome = "declined", reason = Reason(person) });
        return (person, id, receipt);
    }

    private static async Task<(string Name, string Phone)> PatientOnTheScreenAsync(TestHub hub)
    {
        var window = await hub.WindowAsync();
        var found = (await hub.AskAsync<string>("Patients", "select family || ' ' || given || ' ' || patronymic || '|' || phone from demo_mis.patients order by id limit 1"))!.Split('|');
        await window.SendFormAsync(new() { ["name"] = found[0], ["phone"] = found[1], ["message"] = "Это я" });
        await Eventually.TrueAsync(async () => (await window.SearchAsync(found[1])).Any(row => row["patient"] is not null), "patient in the row");
        return (found[0], found[1]);
    }

    /// <summary>As UTF-8 text and as JSON escapes it.</summary>
    private static string[] Forms(IEnumerable<string> canaries) =>
        [.. canaries.SelectMany(canary => new[] { canary, JsonValue.Create(canary).ToJsonString().Trim('"') }).Distinct()];

    private static async Task<List<(string Table, string Column, string Type)>> ColumnsAsync(string database)
    {
        var columns = new List<(string, string, string)>();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select format('%I.%I', c.table_schema, c.table_name), format('%I', c.column_name), c.data_type
            from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema', 'demo_mis')
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            columns.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return columns;
    }

    private static async Task<IEnumerable<string>> LeaksAsync(string database, string table, string column, string type, string[] canaries)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var holds = type == "bytea" ? $"position(convert_to(canary, 'UTF8') in {column}) > 0" : $"position(canary in {column}::text) > 0";
        await using var command = new NpgsqlCommand($"select count(*) from {table}, unnest($1::text[]) as canary where {holds}", connection);
        command.Parameters.AddWithValue(canaries);
        return (long)(await command.ExecuteScalarAsync())! > 0 ? [$"{table}.{column}"] : [];
    }
}
