using System.Diagnostics;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using MimeKit;
using Xunit;

namespace MedCrm.Connectors.Tests.Email.Torture;

/// <summary>Measures memory, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(nameof(MeasuredAlone))]
public sealed class TortureTests(MailPeers peers)
{
    private const long MemoryBound = 64L * 1024 * 1024;
    private static readonly MailboxIdentity Ours = new("email/info", new HashSet<string> { "info@clinic.test" }, new HashSet<string> { "clinic.test" });

    public static TheoryData<string> Names => [.. TortureSet.All.Select(mail => mail.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mail_is_understood_as_expected(string name)
    {
        var torture = TortureSet.All.Single(mail => mail.Name == name);
        var bytes = torture.Delivered();
        if (bytes.Length > new MailboxOptions().MaxMessageBytes)
        {
            Assert.Equal(Outcome.Quarantine, torture.Outcome);
            return;
        }

        using var mail = new MimeParser(MailMapper.Parsing, new MemoryStream(bytes), MimeFormat.Entity, persistent: true).ParseMessage(TestContext.Current.CancellationToken);
        var mapped = MailMapper.Map(mail, BusinessKey.Of(new MemoryStream(bytes)), Ours, () => new MemoryStream(bytes), new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(torture.Outcome, Classify(mapped.QuarantineReason, mapped.Events));
        if (mapped.Events is [InboundMessage message])
        {
            torture.Check?.Invoke(message);
            Assert.True(message.Text.Length <= 100_000);
            Assert.DoesNotContain('\0', message.Text + message.Subject + message.DisplayName);
            Assert.All(message.Attachments, file => Assert.True(file.FileName.Length is > 0 and <= 125 && file.FileName.IndexOfAny(['/', '\\', '\0']) < 0));
            Assert.True(mapped.AcknowledgeTo is null || torture.Outcome == Outcome.Message);
        }
        else if (mapped.Events is [DeliveryReport report])
        {
            torture.CheckReport?.Invoke(report);
        }
    }

    [Fact]
    public void There_are_at_least_sixty_of_them() => Assert.True(TortureSet.All.Count >= 60, $"{TortureSet.All.Count}");

    [Fact]
    public async Task The_whole_set_passes_a_real_server_and_delays_nobody()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.OtherAddresses.Add("info@clinic.test");
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await peers.DeliverAsync(options.Address, MailboxTests.Mail("warm", "up"));
        await sink.WaitAsync(s => s.Stored.Count == 1);
        var worst = (Name: "", Milliseconds: 0.0);
        var outcomes = new List<(TortureMail Mail, Outcome Seen)>();

        foreach (var torture in TortureSet.All)
        {
            var known = sink.Stored.Count;
            await peers.DeliverAsync(options.Address, torture);
            var watch = Stopwatch.StartNew();
            await peers.DeliverAsync(options.Address, MailboxTests.Mail($"after-{known}", $"after {torture.Name}"));
            await sink.WaitAsync(s => s.Stored.Count == known + 2, 20);
            if (watch.Elapsed.TotalMilliseconds > worst.Milliseconds)
            {
                worst = (torture.Name, watch.Elapsed.TotalMilliseconds);
            }

            var stored = sink.Stored[known];
            outcomes.Add((torture, Classify(stored.Raw.QuarantineReason, stored.Events)));
        }

        Assert.All(outcomes, o => Assert.True(o.Mail.Outcome == o.Seen, $"{o.Mail.Name}: {o.Seen}"));
        Assert.Equal(0, running.Restarts);
        Assert.Equal(TortureSet.All.Count, sink.Messages.Count(m => m.Text.StartsWith("after ", StringComparison.Ordinal)));
        Assert.Empty(await peers.ReadAsync("ivan@patient.test"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{TortureSet.All.Count} mails; slowest pair {worst.Milliseconds:0} ms ({worst.Name})");
        Assert.True(worst.Milliseconds < 10_000, $"{worst.Name} took {worst.Milliseconds:0} ms");
    }

    /// <summary>Delivered before anybody reads them: the sender's own copies are no concern of the connector's.</summary>
    [Fact]
    public async Task The_whole_set_at_once_is_held_in_bounded_memory()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        foreach (var torture in TortureSet.All)
        {
            await peers.DeliverAsync(options.Address, torture);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var held = 0L;
        var sink = new MemorySink { BeforeCommit = _ => held = Math.Max(held, GC.GetTotalMemory(forceFullCollection: true) - before) };
        await using (new RunningMailbox(options, sink))
        {
            await sink.WaitAsync(s => s.Stored.Count == TortureSet.All.Count, 120);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"held while storing +{held / 1048576} MiB, RSS {Environment.WorkingSet / 1048576} MiB");
        Assert.True(held < MemoryBound, $"{held / 1048576} MiB were held");
    }

    [Fact]
    public async Task A_mail_of_thirty_megabytes_rests_in_a_file_without_a_name()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        await peers.DeliverAsync(options.Address, TortureSet.All.Single(mail => mail.Name.StartsWith("an attachment of 30 MB", StringComparison.Ordinal)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;
        var sink = new MemorySink { BeforeCommit = _ => Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath(), "medcrm-mail-*"), File.Exists) };
        var watch = Stopwatch.StartNew();
        await using (new RunningMailbox(options, sink))
        {
            while (sink.Stored.Count == 0)
            {
                Assert.True(watch.Elapsed.TotalSeconds < 30);
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - before);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"30 MB in {watch.Elapsed.TotalSeconds:0.0} s, managed peak +{peak / 1048576} MiB, garbage included");
        Assert.Equal(22 * 1024 * 1024, sink.Stored.Single().Files.Single().Size);
        Assert.True(peak < 200L * 1024 * 1024, $"{peak / 1048576} MiB");
    }

    [Fact]
    public void Logs_name_nobody()
    {
        var lines = string.Join("\n", Logs.Lines);
        Assert.DoesNotContain("ivan", lines, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@patient.test", lines, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("терапевт", lines, StringComparison.OrdinalIgnoreCase);
    }

    private static Outcome Classify(string? quarantine, IReadOnlyList<InboundEvent> events) => events switch
    {
        _ when quarantine is not null => Outcome.Quarantine,
        [DeliveryReport] => Outcome.DeliveryReport,
        [InboundMessage { Automated: true }] => Outcome.Automated,
        [InboundMessage] => Outcome.Message,
        _ => Outcome.Quarantine,
    };
}
