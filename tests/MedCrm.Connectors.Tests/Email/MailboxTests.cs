using System.Diagnostics;
using System.Text;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>Reading from a real IMAP server.</summary>
public sealed class MailboxTests(MailPeers peers)
{
    [Fact]
    public async Task A_mail_arrives_by_idle_within_a_second()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await peers.DeliverAsync(options.Address, Mail("first", "Первое"));
        await sink.WaitAsync(s => s.Stored.Count == 1);
        await Task.Delay(300, TestContext.Current.CancellationToken); // back in IDLE

        var latencies = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var watch = Stopwatch.StartNew();
            await peers.DeliverAsync(options.Address, Mail($"m{i}", "Здравствуйте!"));
            await sink.WaitAsync(s => s.Stored.Count == i + 2);
            latencies.Add(watch.Elapsed.TotalMilliseconds);
        }

        latencies.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"delivery to store by IDLE: median {latencies[5]:0} ms, worst {latencies[9]:0} ms");
        Assert.True(latencies[5] < 1000, $"median {latencies[5]:0} ms");
        Assert.Equal(0, running.Restarts);
    }

    [Fact]
    public async Task A_mail_arrives_by_polling_too()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.UseIdle = false;
        options.PollInterval = TimeSpan.FromSeconds(1);
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        for (var i = 1; i <= 3; i++)
        {
            await peers.DeliverAsync(options.Address, Mail($"p{i}", "Запись"));
            await sink.WaitAsync(s => s.Stored.Count == i, 5);
        }
    }

    [Fact]
    public async Task The_line_comes_back_after_the_server_cut_it()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        for (var i = 1; i <= 5; i++)
        {
            await peers.DeliverAsync(options.Address, Mail($"k{i}", "До обрыва"));
            await sink.WaitAsync(s => s.Stored.Count == i);
            await peers.KickAsync(options.Address);
        }

        Assert.Equal(0, sink.Duplicates);
    }

    [Fact]
    public async Task A_renumbered_folder_loses_and_doubles_nothing()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.IdleRefresh = TimeSpan.FromSeconds(1);
        var sink = new MemorySink();
        await using (new RunningMailbox(options, sink))
        {
            await peers.DeliverAsync(options.Address, Enumerable.Range(0, 60).Select(i => Encoding.UTF8.GetBytes(Mail(i < 10 ? "shared" : $"r{i}", $"Письмо {i}"))));
            await sink.WaitAsync(s => s.Stored.Count == 60);
            await peers.RenumberAsync(options.Address);
            await peers.DeliverAsync(options.Address, Mail("after", "После"));
            await sink.WaitAsync(s => s.Stored.Count == 61 && s.Duplicates >= 60);
        }

        Assert.Equal(61, sink.Messages.Count());
    }

    [Fact]
    public async Task Old_mail_stays_out_when_the_folder_is_renumbered()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.BackfillFrom = TimeSpan.Zero;
        await peers.DeliverAsync(options.Address, Enumerable.Range(0, 5).Select(i => Encoding.UTF8.GetBytes(Mail($"old{i}", "Старое"))));
        var sink = new MemorySink();
        await using (new RunningMailbox(options, sink))
        {
            await sink.WaitAsync(s => s.Stored.Count == 1);
            await peers.DeliverAsync(options.Address, Mail("new", "Новое"));
            await sink.WaitAsync(s => s.Stored.Count == 2);
        }

        Assert.Equal(["Старое", "Новое"], sink.Messages.Select(m => m.Text));
    }

    [Fact]
    public async Task Five_hundred_mails_of_an_outage_arrive_exactly_once()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using (new RunningMailbox(options, sink))
        {
            await peers.DeliverAsync(options.Address, Mail("before", "До"));
            await sink.WaitAsync(s => s.Stored.Count == 1);
        }

        await peers.DeliverAsync(options.Address, Enumerable.Range(0, 500).Select(i => Encoding.UTF8.GetBytes(Mail($"o{i}", $"Письмо {i}"))));
        var watch = Stopwatch.StartNew();
        await using (new RunningMailbox(options, sink))
        {
            await sink.WaitAsync(s => s.Stored.Count >= 501, 60);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"back-fill: 500 mails in {watch.Elapsed.TotalSeconds:0.0} s, {500 / watch.Elapsed.TotalSeconds:0}/s");
        Assert.Equal(501, sink.Stored.Count);
        Assert.Equal(0, sink.Duplicates);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"Письмо {i}"), sink.Messages.Skip(1).Select(m => m.Text));
    }

    [Fact]
    public async Task A_crash_before_or_after_the_commit_neither_loses_nor_doubles()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var random = new Random(7);
        var crashes = 0;
        void Crash(RawInput raw)
        {
            if (random.Next(100) < 8)
            {
                crashes++;
                throw new InvalidOperationException("crash");
            }
        }

        var sink = new MemorySink { BeforeCommit = Crash, AfterCommit = Crash };
        await using (new RunningMailbox(options, sink))
        {
            await peers.DeliverAsync(options.Address, Enumerable.Range(0, 120).Select(i => Encoding.UTF8.GetBytes(Mail(i % 12 == 0 ? "shared" : $"c{i}", $"Письмо {i}"))));
            await sink.WaitAsync(s => s.Stored.Count == 120, 60);
        }

        Assert.True(crashes > 5);
        Assert.Equal(120, sink.Messages.Select(m => m.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_mail_that_can_never_be_stored_steps_aside()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        sink.BeforeCommit = raw =>
        {
            using var reader = new StreamReader(raw.OpenAsync(default).Result);
            if (raw.QuarantineReason is null && reader.ReadToEnd().Contains("poison", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("no such column");
            }
        };
        await using var running = new RunningMailbox(options, sink);
        await peers.DeliverAsync(options.Address, [Bytes("a"), Bytes("poison"), Bytes("b")]);
        await sink.WaitAsync(s => s.Stored.Count == 3);
        Assert.Equal(["a", "b"], sink.Messages.Select(m => m.Text));
        Assert.Equal("not-storable", Assert.Single(sink.Stored, s => s.Raw.QuarantineReason is not null).Raw.QuarantineReason);
    }

    [Fact]
    public async Task An_oversize_mail_is_quarantined_by_its_headers_and_the_next_one_follows()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.MaxMessageBytes = 100_000;
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await peers.DeliverAsync(options.Address, [Encoding.UTF8.GetBytes(Mail("big", new string('x', 70) + string.Concat(Enumerable.Repeat("\r\n" + new string('y', 70), 3000)))), Encoding.UTF8.GetBytes(Mail("small", "Следующее"))]);
        await sink.WaitAsync(s => s.Stored.Count == 2);
        Assert.Equal("too-large", sink.Stored[0].Raw.QuarantineReason);
        Assert.InRange(sink.Stored[0].Size, 50, 5000);
        Assert.Equal("Следующее", Assert.Single(sink.Messages).Text);
    }

    [Fact]
    public async Task The_junk_folder_is_read_and_flagged()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.JunkFolder = "Junk";
        var sink = new MemorySink();
        await using var inbox = new RunningMailbox(options, sink);
        await using var junk = new RunningMailbox(options, sink, "Junk");
        using (var client = new MailKit.Net.Imap.ImapClient())
        {
            await client.ConnectAsync("127.0.0.1", peers.Base + 143, MailKit.Security.SecureSocketOptions.None, TestContext.Current.CancellationToken);
            await client.AuthenticateAsync(options.Address, "pw", TestContext.Current.CancellationToken);
            var folder = await client.GetFolderAsync("Junk", TestContext.Current.CancellationToken);
            using var mail = MimeKit.MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Mail("j", "Из спама"))), TestContext.Current.CancellationToken);
            await folder.AppendAsync(new MailKit.AppendRequest(mail), TestContext.Current.CancellationToken);
        }

        await sink.WaitAsync(s => s.Stored.Count == 1);
        Assert.Equal(["junk-folder"], sink.Messages.Single().Suspicions);
    }

    [Fact]
    public async Task A_wrong_password_asks_for_a_person()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.Imap.Password = "wrong";
        using var lines = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var acknowledgement = new Acknowledgement(options, new MemoryJournal(), new SmtpLine(options, TimeProvider.System), TimeProvider.System, Logs.For<Acknowledgement>());
        var sink = new MemorySink();
        var mailbox = new Mailbox(options, "INBOX", MailboxIdentity.Of(options.Channel, [options]), sink, sink, acknowledgement, new ChannelHealth(TimeProvider.System), TimeProvider.System, Logs.For<Mailbox>());
        var refused = await Assert.ThrowsAsync<ConnectorAuthRefusedException>(() => mailbox.RunAsync(lines.Token));
        Assert.DoesNotContain(options.Address, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_keeps_its_mail_unread()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await peers.DeliverAsync(options.Address, Mail("u", "Непрочитанное"));
        await sink.WaitAsync(s => s.Stored.Count == 1);
        using var client = new MailKit.Net.Imap.ImapClient();
        await client.ConnectAsync("127.0.0.1", peers.Base + 143, MailKit.Security.SecureSocketOptions.None, TestContext.Current.CancellationToken);
        await client.AuthenticateAsync(options.Address, "pw", TestContext.Current.CancellationToken);
        await client.Inbox!.OpenAsync(MailKit.FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        Assert.Single(await client.Inbox.SearchAsync(MailKit.Search.SearchQuery.NotSeen, TestContext.Current.CancellationToken));
    }

    private static byte[] Bytes(string word) => Encoding.UTF8.GetBytes(Mail(word, word));

    internal static string Mail(string id, string text) =>
        $"From: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("Иван Петров"))}?= <ivan@patient.test>\r\nTo: info@clinic.test\r\nSubject: Zapis\r\nDate: Mon, 02 Mar 2026 10:00:00 +0300\r\nMessage-ID: <{id}@patient.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n";
}
