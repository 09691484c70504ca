using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Tests.Mis;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Retention;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>A file whose commit never came goes after a day; one that any commit kept stays, whoever names it now.</summary>
public sealed class BlobDraftTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_a_crash_left_without_a_row_goes_after_a_day_and_what_was_kept_stays()
    {
        var settings = await SettingsAsync();
        Guid written, torn, original;
        await using (var first = await TestConnector.StartAsync(settings))
        {
            await first.Sink.AcceptAsync(Large("kept"), [TestConnector.Message("kept") with { Attachments = [File("снимок.png"), File("план.pdf")] }], null, default);
            await using var session = first.Get<IDocumentStore>().QuerySession();
            original = (await session.LoadAsync<StoredInput>(StoredInput.IdOf("test/a", "kept")))!.BlobId!.Value;
            Assert.Equal((3, 0L), (Files(settings).Length, await DraftsAsync(settings)));

            // Killed after the last byte, and killed in the middle of it.
            written = await WriteAsync(first);
            torn = await WriteAsync(first);
            var path = Files(settings).Single(file => file.EndsWith($"{torn:N}", StringComparison.Ordinal));
            System.IO.File.Move(path, path + BlobDrafts.Extension);
        }

        await using (var soon = await LaterAsync(settings, TimeSpan.FromHours(23)))
        {
            Assert.Equal(0, await soon.Get<RetentionSweep>().SweepAsync(default));
            await using var there = await soon.Get<IBlobStore>().OpenAsync(written, default);
            Assert.NotNull(there);
        }

        // It begins at its start, by itself.
        await using var later = await LaterAsync(settings, TimeSpan.FromHours(25));
        await UntilAsync(async () => await DraftsAsync(settings) == 0);
        Assert.Equal(3, Files(settings).Length);
        Assert.Null(await later.Get<IBlobStore>().OpenAsync(written, default));
        await using var kept = await later.Get<IBlobStore>().OpenAsync(original, default);
        Assert.NotNull(kept);
    }

    [Fact]
    public async Task Every_way_into_the_hub_keeps_its_files()
    {
        var settings = await SettingsAsync();
        await using var connector = await TestConnector.StartAsync(settings);
        var message = TestConnector.Message("1") with { Attachments = [File("1.png")], Text = new string('я', MessageSealer.LongestText + 1) };
        await connector.Sink.AcceptAsync(Large("1"), [message], null, default);
        await connector.Sink.AcceptAsync(TestConnector.Raw("2"), [new InboundMessageChange { Channel = "test/a", ChangeId = "2", Message = TestConnector.Message("1") with { Attachments = [File("2.png")] } }], null, default);
        await connector.Sink.AcceptAsync(TestConnector.Raw("3"), [Call("3")], null, default);
        await connector.Sink.AcceptAsync(Large("4") with { QuarantineReason = "unreadable" }, [], null, default);
        await using (var session = connector.Get<IDocumentStore>().QuerySession())
        {
            var unread = (await session.LoadAsync<StoredInput>(StoredInput.IdOf("test/a", "4")))!;
            Assert.True(await connector.Get<InboundSink>().ReplayAsync(unread, [TestConnector.Message("4") with { Attachments = [File("4.png")] }], default));
        }

        Assert.Equal((7, 0L), (Files(settings).Length, await DraftsAsync(settings)));
    }

    [Fact]
    public async Task What_was_never_committed_leaves_only_drafts()
    {
        var settings = await SettingsAsync();
        await using (var connector = await TestConnector.StartAsync(settings))
        {
            // The channel breaks off while it hands over the second file.
            var broken = TestConnector.Message("1") with { Attachments = [File("1.png"), new("2.png", "image/png", _ => throw new IOException("cut off"))] };
            await Assert.ThrowsAsync<ConnectorNotReadyException>(() => connector.Sink.AcceptAsync(Large("1"), [broken], null, default));
            Assert.Equal((2, 2L), (Files(settings).Length, await DraftsAsync(settings)));
            await connector.Sink.AcceptAsync(Large("1"), [TestConnector.Message("1") with { Attachments = [File("1.png"), File("2.png")] }], null, default);

            // Twelve at once: one is accepted, and the files of the others are nobody's.
            await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => connector.Sink.AcceptAsync(Large("2"), [TestConnector.Message("2") with { Attachments = [File("1.png")] }], null, default)));
        }

        await using var later = await LaterAsync(settings, TimeSpan.FromHours(25));
        await UntilAsync(async () => await DraftsAsync(settings) == 0);
        Assert.Equal(5, Files(settings).Length);
    }

    [Fact]
    public async Task A_commit_under_way_is_passed_over_and_one_that_comes_too_late_fails_whole()
    {
        var settings = await SettingsAsync();
        await using var connector = await TestConnector.StartAsync(settings);
        var (early, late) = (await WriteAsync(connector), await WriteAsync(connector));
        await using (var connection = await connector.Get<NpgsqlDataSource>().OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connector.Get<BlobDrafts>().KeepAsync(transaction, [early], default);
            await using var later = await LaterAsync(settings, TimeSpan.FromHours(25));
            await UntilAsync(async () => await DraftsAsync(settings) == 1);
            await transaction.CommitAsync();
            Assert.Equal(0, await later.Get<RetentionSweep>().SweepAsync(default));
        }

        Assert.EndsWith($"{early:N}", Assert.Single(Files(settings)), StringComparison.Ordinal);

        // A machine that slept over it: the clock has gone on, the upload has not.
        await using (var session = connector.Get<IDocumentStore>().LightweightSession())
        {
            session.Insert(new StoredCheckpoint { Id = "late", Position = "1", MovedAt = DateTimeOffset.UnixEpoch });
            BlobDrafts.Keep(session, late);
            var e = await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync());
            Assert.IsType<BlobDraftGoneException>(e.GetBaseException());
        }

        await using (var connection = await connector.Get<NpgsqlDataSource>().OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Assert.ThrowsAsync<BlobDraftGoneException>(() => connector.Get<BlobDrafts>().KeepAsync(transaction, [late], default));
        }

        Assert.Null(await connector.Get<ICheckpointStore>().ReadAsync("late", default));
    }

    // Of its own, so that what is left can be counted.
    private Task<IConfiguration> SettingsAsync() => postgres.SettingsAsync(("Blobs:Directory", Path.Combine(postgres.Home, $"drafts-{Guid.NewGuid():N}")));

    private static string[] Files(IConfiguration settings) => Directory.GetFiles(settings["Blobs:Directory"]!, "*", SearchOption.AllDirectories);

    private static RawInput Large(string id) => TestConnector.Raw(id, new string('x', 70_000));

    private static InboundAttachment File(string name) => new(name, "image/png", _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])));

    private static InboundCall Call(string id) => new()
    {
        Channel = "test/a",
        ExternalCallId = id,
        Direction = CallDirection.Inbound,
        Phase = CallPhase.Ended,
        Party = new Address(ContactPointSystem.Phone, "+79160000000"),
        Recording = File("запись.ogg"),
    };

    private static async Task<Guid> WriteAsync(TestConnector connector)
    {
        var subject = DataSubjectId.New();
        await connector.Vault.EnsureKeyAsync(subject, default);
        return (await connector.Get<IBlobStore>().WriteAsync(subject, new MemoryStream(new byte[100_000]), default)).Id;
    }

    private static Task<TestConnector> LaterAsync(IConfiguration settings, TimeSpan by) =>
        TestConnector.StartAsync(settings, connector => connector.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new LaterClock(by))));

    private static async Task<long> DraftsAsync(IConfiguration settings)
    {
        await using var connection = new NpgsqlConnection(settings.GetConnectionString("Connectors"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from test.blob_drafts", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task UntilAsync(Func<Task<bool>> look)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "It did not happen within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
