using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using Wolverine.Runtime;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class InboundSinkTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_repeat_moves_the_checkpoint_and_sends_nothing()
    {
        var settings = await postgres.SettingsAsync();
        await using var chat = await ChatStandIn.StartAsync(settings);
        await using var connector = await TestConnector.StartAsync(settings);
        Assert.Equal(AcceptResult.Accepted, await connector.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], new("test/a", "1"), default));
        Assert.Equal(AcceptResult.Duplicate, await connector.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], new("test/a", "2"), default));
        Assert.Equal(new Checkpoint("test/a", "2"), await connector.Get<ICheckpointStore>().ReadAsync("test/a", default));
        await connector.Sink.AcceptAsync(TestConnector.Raw("2"), [TestConnector.Message("2")], null, default);
        await chat.Heard.MessageAsync("2");
        Assert.Equal(["1", "2"], chat.Heard.Messages.Select(message => message.ExternalMessageId));
    }

    [Fact]
    public async Task Twelve_at_once_are_accepted_once()
    {
        var settings = await postgres.SettingsAsync();
        await using var chat = await ChatStandIn.StartAsync(settings);
        await using var connector = await TestConnector.StartAsync(settings);
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => connector.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], null, default)));
        Assert.Equal((1, 11), (results.Count(r => r == AcceptResult.Accepted), results.Count(r => r == AcceptResult.Duplicate)));
        await connector.Sink.AcceptAsync(TestConnector.Raw("2"), [TestConnector.Message("2")], null, default);
        await chat.Heard.MessageAsync("2");
        Assert.Equal(2, chat.Heard.Messages.Count);
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_nothing_and_the_next_try_counts()
    {
        var settings = await postgres.SettingsAsync();
        await using var chat = await ChatStandIn.StartAsync(settings);
        await using var connector = await TestConnector.StartAsync(settings);
        using var gone = new CancellationTokenSource();
        var raw = TestConnector.Raw("1") with
        {
            OpenAsync = async _ =>
            {
                await gone.CancelAsync();
                return new MemoryStream("raw"u8.ToArray());
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.Sink.AcceptAsync(raw, [TestConnector.Message("1")], new("test/a", "1"), gone.Token));
        Assert.Null(await connector.Get<ICheckpointStore>().ReadAsync("test/a", default));
        Assert.Equal(AcceptResult.Accepted, await connector.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], new("test/a", "1"), default));
        await chat.Heard.MessageAsync("1");
    }

    [Fact]
    public async Task What_was_committed_before_a_crash_is_sent_after_it()
    {
        var settings = await postgres.SettingsAsync();
        await using (var dying = await TestConnector.StartAsync(settings))
        {
            // The commit without what follows it: the outgoing envelope is stored, the process ends before it is handed over.
            await using var session = dying.Get<IDocumentStore>().LightweightSession();
            var outbox = new Wolverine.Marten.MartenOutbox(dying.Get<IWolverineRuntime>(), session);
            var subject = dying.Vault.SubjectOf(ContactPointSystem.Phone, "+79160000000");
            await dying.Vault.EnsureKeyAsync(subject, default);
            await outbox.SendAsync(await dying.Get<MessageSealer>().SealAsync(TestConnector.Message("1"), subject, TimeProvider.System.GetUtcNow(), Guid.NewGuid(), default));
            session.Listeners.Clear();
            await session.SaveChangesAsync();
        }

        await using var chat = await ChatStandIn.StartAsync(settings);
        await using var reborn = await TestConnector.StartAsync(settings);
        Assert.Equal("1", (await chat.Heard.MessageAsync("1")).ExternalMessageId);
    }

    [Fact]
    public async Task A_database_that_is_away_is_not_ready_and_nothing_is_acknowledged()
    {
        var own = new PostgresFixture();
        await own.InitializeAsync();
        try
        {
            var settings = await own.SettingsAsync();
            await using var connector = await TestConnector.StartAsync(settings);
            await connector.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], null, default);
            await own.StopAsync();
            await Assert.ThrowsAsync<ConnectorNotReadyException>(() => connector.Sink.AcceptAsync(TestConnector.Raw("2"), [TestConnector.Message("2", "+79160000009")], null, default));
            await own.StartAsync();
            Assert.Equal(AcceptResult.Accepted, await connector.Sink.AcceptAsync(TestConnector.Raw("2"), [TestConnector.Message("2", "+79160000009")], null, default));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nothing_personal_rests_in_the_clear()
    {
        const string Phone = "+79991234567";
        var settings = await postgres.SettingsAsync();
        await using var connector = await TestConnector.StartAsync(settings);
        await connector.Sink.AcceptAsync(TestConnector.Raw("1", "canary-text " + Phone), [TestConnector.Message("1", Phone, "canary-text")], null, default);
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        await using var database = new Npgsql.NpgsqlConnection(settings["ConnectionStrings:Connectors"]);
        await database.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("select (select string_agg(data::text, ' ') from test.mt_doc_storedinput) || coalesce((select string_agg(encode(body, 'escape'), ' ') from bus.\"wolverine_queue_chat.inbound\"), '')", database);
        var everything = (string)(await command.ExecuteScalarAsync())!;
        Assert.Contains("s1.", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("9991234567", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-text", everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task Raw_input_comes_back_byte_for_byte(int length)
    {
        var settings = await postgres.SettingsAsync();
        await using var connector = await TestConnector.StartAsync(settings);
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.Equal(AcceptResult.Quarantined, await connector.Sink.AcceptAsync(RawInput.FromBytes("test/a", "1", "x/y", bytes) with { QuarantineReason = "unreadable" }, [], null, default));
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        var stored = await session.LoadAsync<StoredInput>(StoredInput.IdOf("test/a", "1"));
        Assert.Equal(length > 64 * 1024, stored!.BlobId is not null);
        Assert.Equal(length, stored.Size);
        using var copy = new MemoryStream();
        await using var content = await connector.Get<RawContent>().OpenAsync(stored, default);
        await content!.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal("unreadable", (await session.LoadAsync<QuarantinedInput>(stored.Id))!.Reason);
    }

    [Fact]
    public async Task A_bounce_finds_the_answer_by_the_channels_own_id()
    {
        var settings = await postgres.SettingsAsync();
        await using var chat = await ChatStandIn.StartAsync(settings, "test");
        await using var connector = await TestConnector.StartAsync(settings);
        var answer = await connector.AnswerAsync();
        await chat.SendAsync(answer);
        var sent = await chat.Heard.ReportAsync(answer.MessageId);
        DeliveryReport Bounce(string id) => new() { Channel = "test/a", ExternalMessageId = id, Status = DeliveryStatus.Failed, ReasonCode = "mailbox-full", Detail = "552 full" };
        Assert.Equal(AcceptResult.Accepted, await connector.Sink.AcceptAsync(TestConnector.Raw("b1"), [Bounce(sent.ExternalMessageId!)], null, default));
        var failed = await Eventually.AsyncOf(() => chat.Heard.Reports.FirstOrDefault(report => report.Status == DeliveryStatus.Failed));
        Assert.Equal((answer.MessageId, "mailbox-full", "552 full"), (failed.MessageId, failed.ReasonCode, connector.Vault.Open(failed.Detail!.Value)));
        Assert.Equal(AcceptResult.Quarantined, await connector.Sink.AcceptAsync(TestConnector.Raw("b2"), [Bounce("not-ours")], null, default));
    }
}
