using System.Net;
using System.Net.Http.Headers;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Connectors.Tests.Mis;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Retention;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>Raw inputs are kept for a year and no longer, with a real database, real files and a clock that stands a year later.</summary>
public sealed class RawRetentionTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    [Fact]
    public async Task After_a_year_content_and_file_go_and_a_repeat_is_still_one()
    {
        var settings = await postgres.SettingsAsync();
        Guid blob;
        await using (var first = await TestConnector.StartAsync(settings))
        {
            await first.Sink.AcceptAsync(TestConnector.Raw("small"), [TestConnector.Message("small")], null, default);
            await first.Sink.AcceptAsync(Large("large"), [TestConnector.Message("large")], null, default);
            blob = (await InputAsync(first, "large")).BlobId!.Value;
            Assert.Equal(0, await first.Get<RetentionSweep>().SweepAsync(default));
            await first.Get<IDocumentStore>().Storage.Database.AssertDatabaseMatchesConfigurationAsync(default);
        }

        // Started a year later, it does so by itself.
        await using var later = await LaterAsync(settings);
        await UntilAsync(async () => (await InputAsync(later, "small")).ForgottenAt is not null && (await InputAsync(later, "large")).ForgottenAt is not null);
        foreach (var id in (string[])["small", "large"])
        {
            var input = await InputAsync(later, id);
            Assert.Equal((null, null), (input.Content, input.BlobId));
            Assert.Null(await later.Get<RawContent>().OpenAsync(input, default));
        }

        Assert.Null(await later.Get<IBlobStore>().OpenAsync(blob, default));
        Assert.Equal(AcceptResult.Duplicate, await later.Sink.AcceptAsync(TestConnector.Raw("small"), [TestConnector.Message("small")], null, default));
        await later.Sink.AcceptAsync(TestConnector.Raw("new"), [TestConnector.Message("new")], null, default);
        Assert.Equal(0, await later.Get<RetentionSweep>().SweepAsync(default));
    }

    [Fact]
    public async Task What_waits_for_a_person_or_has_not_left_is_kept_and_zero_keeps_everything()
    {
        var settings = await postgres.SettingsAsync();
        await using (var first = await TestConnector.StartAsync(settings))
        {
            await first.Sink.AcceptAsync(Large("unread") with { QuarantineReason = "unreadable" }, [], null, default);
            await first.Sink.AcceptAsync(TestConnector.Raw("stuck"), [TestConnector.Message("stuck")], null, default);
            await first.Sink.AcceptAsync(TestConnector.Raw("failed"), [TestConnector.Message("failed")], null, default);
            await first.Sink.AcceptAsync(TestConnector.Raw("done"), [TestConnector.Message("done")], null, default);
        }

        // As an outage leaves it behind: a command in the outbox, another among the dead letters.
        await ExecuteAsync(settings, "insert into test_bus.wolverine_outgoing_envelopes (id, owner_id, destination, body, attempts, message_type) values (gen_random_uuid(), 77, 'rabbitmq://queue/x', $1, 0, 'x')", Naming("stuck"));
        await ExecuteAsync(settings, "insert into test_bus.wolverine_dead_letters (id, body, message_type, received_at, source, exception_type, exception_message, sent_at, replayable) values (gen_random_uuid(), $1, 'x', 'x', 'x', 'x', 'x', now(), false)", Naming("failed"));

        await using (var hoarder = await LaterAsync(With(settings, ("Retention:RawInputs", "00:00:00"))))
        {
            Assert.Equal(0, await hoarder.Get<RetentionSweep>().SweepAsync(default));
            Assert.NotNull((await InputAsync(hoarder, "done")).Content);
        }

        await using var later = await LaterAsync(settings);
        await UntilAsync(async () => (await InputAsync(later, "done")).ForgottenAt is not null);
        await later.Get<RetentionSweep>().SweepAsync(default);
        Assert.NotNull(await later.Get<RawContent>().OpenAsync(await InputAsync(later, "unread"), default));
        Assert.NotNull((await InputAsync(later, "stuck")).Content);
        Assert.NotNull((await InputAsync(later, "failed")).Content);

        // Somebody has decided: its year has been over for long.
        await using (var session = later.Get<IDocumentStore>().LightweightSession())
        {
            session.Delete<QuarantinedInput>(StoredInput.IdOf("test/a", "unread"));
            await session.SaveChangesAsync();
        }

        await ExecuteAsync(settings, "delete from test_bus.wolverine_dead_letters");
        Assert.Equal(2, await later.Get<RetentionSweep>().SweepAsync(default));
        Assert.Null((await InputAsync(later, "unread")).BlobId);
    }

    [Fact]
    public async Task More_than_a_batch_goes_and_a_file_that_cannot_be_removed_keeps_only_itself()
    {
        var settings = await postgres.SettingsAsync();
        await using (var first = await TestConnector.StartAsync(settings))
        {
            await first.Sink.AcceptAsync(Large("held"), [TestConnector.Message("held")], null, default);
            await first.Sink.AcceptAsync(TestConnector.Raw("pattern"), [TestConnector.Message("pattern")], null, default);
        }

        await ExecuteAsync(settings, "insert into test.mt_doc_storedinput (id, data, received_at) select md5(n::text)::uuid, jsonb_set(data, '{id}', to_jsonb(md5(n::text)::uuid)), received_at from test.mt_doc_storedinput, generate_series(1, 230) n where data ->> 'externalId' = 'pattern'");
        await using var later = await LaterAsync(settings, HoldingStore.Instead);
        await UntilAsync(async () => await CountAsync(later) == 1);
        Assert.NotNull((await InputAsync(later, "held")).BlobId);

        // A crash between the file and the row looks the same: the next sweep ends it.
        HoldingStore.Of(later).IsHolding = false;
        Assert.Equal(1, await later.Get<RetentionSweep>().SweepAsync(default));
        Assert.Equal(0, await CountAsync(later));
    }

    [Fact]
    public async Task Whoever_asks_for_it_afterwards_is_told_that_its_time_is_over()
    {
        var settings = await postgres.SettingsAsync();
        Guid blob;
        await using (var first = await TestConnector.StartAsync(settings))
        {
            await first.Sink.AcceptAsync(Large("large"), [TestConnector.Message("large")], null, default);
            blob = (await InputAsync(first, "large")).BlobId!.Value;
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(first)).Status);
            // The sweep was cut off after the file; within its time that would be an erased person.
            await first.Get<IBlobStore>().DeleteAsync(blob, default);
            Assert.Equal((HttpStatusCode.Gone, "raw-input.erased"), await AskAsync(first));
        }

        await using (var cut = await LaterAsync(settings, HoldingStore.Instead))
        {
            Assert.Equal((HttpStatusCode.Gone, "raw-input.expired"), await AskAsync(cut));
            Assert.NotNull((await InputAsync(cut, "large")).BlobId);
        }

        await using var later = await LaterAsync(settings);
        await UntilAsync(async () => (await InputAsync(later, "large")).ForgottenAt is not null);
        Assert.Equal((HttpStatusCode.Gone, "raw-input.expired"), await AskAsync(later));
    }

    [Fact]
    public async Task One_instance_at_a_time_sweeps()
    {
        var settings = await postgres.SettingsAsync();
        await using var connector = await TestConnector.StartAsync(settings);
        var database = connector.Get<NpgsqlDataSource>();
        const string Turn = "test: raw inputs";
        Assert.NotEqual(Turns.KeyOf(Turn), Turns.KeyOf("email: raw inputs"));
        await UntilAsync(() => database.InTurnAsync(Turn, async () => Assert.False(await database.InTurnAsync(Turn, () => Task.CompletedTask, default)), default));
    }

    [Theory]
    [InlineData("Retention:RawInputs", "29.00:00:00")]
    [InlineData("Retention:RawInputs", "-00:00:01")]
    [InlineData("Retention:UnsentUploads", "23:00:00")]
    public async Task Times_that_make_no_sense_end_the_start(string key, string value)
    {
        var settings = With(await postgres.SettingsAsync(), (key, value));
        var e = await Assert.ThrowsAsync<SettingsException>(() => TestConnector.StartAsync(settings));
        Assert.Contains(key.Split(':')[1], e.Message, StringComparison.Ordinal);
    }

    private static RawInput Large(string id) => TestConnector.Raw(id, new string('x', 70_000));

    private static byte[] Naming(string id) => System.Text.Encoding.UTF8.GetBytes($"...\"rawInputId\":\"{StoredInput.IdOf("test/a", id)}\"...");

    private static Task<TestConnector> LaterAsync(IConfiguration settings, Action<ConnectorBuilder>? configure = null) => TestConnector.StartAsync(settings, connector =>
    {
        connector.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new LaterClock(Year)));
        configure?.Invoke(connector);
    });

    private static IConfiguration With(IConfiguration settings, (string Key, string Value) more) =>
        new ConfigurationBuilder().AddConfiguration(settings).AddInMemoryCollection([new(more.Key, more.Value)]).Build();

    private static async Task<StoredInput> InputAsync(TestConnector connector, string id)
    {
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        return (await session.LoadAsync<StoredInput>(StoredInput.IdOf("test/a", id)))!;
    }

    /// <summary>How many still have content.</summary>
    private static async Task<int> CountAsync(TestConnector connector)
    {
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        return await session.Query<StoredInput>().CountAsync(input => input.ForgottenAt == null);
    }

    private static async Task<(HttpStatusCode Status, string? Title)> AskAsync(TestConnector connector)
    {
        using var http = new HttpClient { BaseAddress = new Uri(connector.Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new InternalTokens(connector.Get<InternalSigningKey>(), TimeProvider.System).Issue(new Agent(new AgentId(Guid.NewGuid()), "Ольга"), [Roles.Supervisor]));
        using var answer = await http.GetAsync(new Uri($"/api/raw-inputs/{StoredInput.IdOf("test/a", "large")}", UriKind.Relative));
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["title"]!.GetValue<string>());
    }

    private static async Task UntilAsync(Func<Task<bool>> look)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await look())
        {
            Assert.True(clock.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "It did not happen within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock);
        }
    }

    private static async Task ExecuteAsync(IConfiguration settings, string sql, params object[] values)
    {
        await using var database = NpgsqlDataSource.Create(settings["ConnectionStrings:Connectors"]!);
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Real files, on a disk that refuses to remove any while it is told to.</summary>
internal sealed class HoldingStore(IBlobStore blobs) : IBlobStore
{
    public bool IsHolding { get; set; } = true;

    public static void Instead(ConnectorBuilder connector) => connector.Services.Replace(
        ServiceDescriptor.Singleton<IBlobStore>(services => new HoldingStore(ActivatorUtilities.CreateInstance<DiskBlobStore>(services))));

    public static HoldingStore Of(TestConnector connector) => (HoldingStore)connector.Get<IBlobStore>();

    public Task<BlobRef> WriteAsync(DataSubjectId subject, Stream content, CancellationToken ct) => blobs.WriteAsync(subject, content, ct);

    public Task<Stream?> OpenAsync(Guid id, CancellationToken ct) => blobs.OpenAsync(id, ct);

    public Task DeleteAsync(Guid id, CancellationToken ct) => IsHolding ? throw new IOException("The disk is read-only.") : blobs.DeleteAsync(id, ct);
}
