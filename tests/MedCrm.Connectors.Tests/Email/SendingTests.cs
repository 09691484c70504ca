using System.Text;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>Answers through a real SMTP server, read back by the patient.</summary>
public sealed class SendingTests(MailPeers peers)
{
    [Fact]
    public async Task An_answer_is_threaded_under_the_patients_mail()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var patient = peers.NewAddress("ivan", "patient.test");
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await using var lines = new MailLines(TimeProvider.System);
        var sender = RunningMailbox.Sender(options, lines);
        await peers.DeliverAsync(options.Address, MailboxTests.Mail("question", "Можно записаться?").Replace("ivan@patient.test", patient, StringComparison.Ordinal));
        await sink.WaitAsync(s => s.Stored.Count == 1);
        var question = sink.Messages.Single();
        Assert.Equal(["question@patient.test"], question.Aliases);

        var id = MessageId.New();
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.4 test");
        var answer = new OutboundMessage(id, options.Channel, patient, "Иван \"Петров\"\r\nBcc: x@y.test", question.Subject, "Да, на четверг.\n.\nС уважением 😀", question.Aliases, [new OutboundAttachment("Памятка ..\\пациента.pdf", "application/pdf", _ => Task.FromResult<Stream>(new MemoryStream(pdf)))]);
        var outcome = Assert.IsType<SendOutcome.Sent>(await sender.SendAsync(answer, TestContext.Current.CancellationToken));
        Assert.Equal($"{id.Value:N}@clinic.test", outcome.ExternalMessageId);

        var received = await ArrivedAsync(patient, 1);
        Assert.Equal("question@patient.test", received.InReplyTo);
        Assert.Equal(["question@patient.test"], received.References);
        Assert.Equal("Re: Zapis", received.Subject);
        Assert.Equal("Да, на четверг.\n.\nС уважением 😀", received.TextBody!.ReplaceLineEndings("\n").Trim());
        Assert.Null(received.Headers["Bcc"]);
        Assert.Equal("clinic.test", received.Headers["X-MedCrm-Loop"]);
        Assert.Equal("пациента.pdf", received.Attachments.Single().ContentDisposition!.FileName);

        // The patient answers; the reference leads back to our answer.
        await peers.DeliverAsync(options.Address, MailboxTests.Mail("thanks", "Спасибо").Replace("Subject: Zapis", $"Subject: Re: Zapis\r\nIn-Reply-To: <{received.MessageId}>\r\nReferences: <question@patient.test> <{received.MessageId}>", StringComparison.Ordinal));
        await sink.WaitAsync(s => s.Stored.Count == 2);
        var thanks = sink.Messages.Last();
        Assert.Equal([$"{id.Value:N}@clinic.test", "question@patient.test"], thanks.References);
        Assert.Equal(question.Topic, thanks.Topic);
        Assert.False(thanks.Automated);

        Assert.Single(await peers.ReadAsync(options.Address, "Sent"));
    }

    [Fact]
    public async Task A_repeated_send_is_one_mail_with_one_id()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var patient = peers.NewAddress("ivan", "patient.test");
        var answer = new OutboundMessage(MessageId.New(), options.Channel, patient, null, null, "Один раз", [], []);
        for (var i = 0; i < 3; i++)
        {
            await using var lines = new MailLines(TimeProvider.System); // a new process each time
            Assert.IsType<SendOutcome.Sent>(await RunningMailbox.Sender(options, lines).SendAsync(answer, TestContext.Current.CancellationToken));
        }

        await Task.Delay(1500, TestContext.Current.CancellationToken);
        var mails = await peers.ReadAsync(patient);
        Assert.Equal($"{answer.MessageId.Value:N}@clinic.test", Assert.Single(mails).MessageId);
        Assert.Single(await peers.ReadAsync(options.Address, "Sent"));
    }

    [Fact]
    public async Task A_repeated_send_without_a_sent_folder_keeps_its_id()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.AppendToSent = false;
        var patient = peers.NewAddress("ivan", "patient.test");
        var answer = new OutboundMessage(MessageId.New(), null, patient, null, null, "Дважды", [], []);
        await using var lines = new MailLines(TimeProvider.System);
        var sender = RunningMailbox.Sender(options, lines);
        await sender.SendAsync(answer, TestContext.Current.CancellationToken);
        await sender.SendAsync(answer, TestContext.Current.CancellationToken);
        await ArrivedAsync(patient, 2);
        Assert.Single((await peers.ReadAsync(patient)).Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task A_hard_bounce_becomes_a_failed_delivery()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await using var lines = new MailLines(TimeProvider.System);
        var id = MessageId.New();
        Assert.IsType<SendOutcome.Sent>(await RunningMailbox.Sender(options, lines).SendAsync(new(id, options.Channel, "nobody@bounce.test", null, "Запись", "Текст", [], []), TestContext.Current.CancellationToken));
        await sink.WaitAsync(s => s.Reports.Any(), 60);
        var report = sink.Reports.Single();
        Assert.Equal((id, DeliveryStatus.Failed, "bad-address"), (report.MessageId!.Value, report.Status, report.ReasonCode));
        Assert.Empty(sink.Messages);
    }

    [Fact]
    public async Task A_delayed_mail_has_not_failed_until_it_has()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(options, sink);
        await using var lines = new MailLines(TimeProvider.System);
        await RunningMailbox.Sender(options, lines).SendAsync(new(MessageId.New(), options.Channel, "busy@slow.test", null, "Запись", "Текст", [], []), TestContext.Current.CancellationToken);
        await sink.WaitAsync(s => s.Reports.Any(r => r.Status == DeliveryStatus.Failed), 90);
        Assert.All(sink.Reports.SkipLast(1), report => Assert.Equal(DeliveryStatus.Sent, report.Status));
        Assert.NotEmpty(sink.Reports.SkipLast(1));
    }

    [Fact]
    public async Task Two_machines_that_acknowledge_each_other_stop()
    {
        await peers.UseAsync();
        var one = peers.NewMailbox("robot");
        var two = peers.NewMailbox("robot");
        one.AutoReplyText = two.AutoReplyText = "Мы получили ваше письмо.";
        var (first, second) = (new MemorySink(), new MemorySink());
        await using var a = new RunningMailbox(one, first);
        await using var b = new RunningMailbox(two, second);
        await peers.DeliverAsync(one.Address, MailboxTests.Mail("loop", "Привет").Replace("ivan@patient.test", two.Address, StringComparison.Ordinal));
        await second.WaitAsync(s => s.Stored.Count == 1);
        await Task.Delay(4000, TestContext.Current.CancellationToken);
        Assert.Single(first.Stored);
        Assert.True(Assert.Single(second.Messages).Automated);
        var acknowledgement = Assert.Single(await peers.ReadAsync(two.Address));
        Assert.Equal("auto-replied", acknowledgement.Headers["Auto-Submitted"]);
        Assert.Equal("<>", acknowledgement.Headers["Return-Path"]);
        Assert.StartsWith("auto.", acknowledgement.MessageId, StringComparison.Ordinal);

        // A second mail on the same day gets none.
        await peers.DeliverAsync(one.Address, MailboxTests.Mail("again", "Ещё раз").Replace("ivan@patient.test", two.Address, StringComparison.Ordinal));
        await first.WaitAsync(s => s.Stored.Count == 2);
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        Assert.Single(await peers.ReadAsync(two.Address));
    }

    [Fact]
    public async Task What_the_server_refuses_is_named()
    {
        await peers.UseAsync();
        var options = peers.NewMailbox();
        options.AppendToSent = false;
        await using var lines = new MailLines(TimeProvider.System);
        var sender = RunningMailbox.Sender(options, lines);
        OutboundMessage To(string to, params OutboundAttachment[] files) => new(MessageId.New(), null, to, null, null, "Текст", [], files);

        Assert.Equal("bad-address", Assert.IsType<SendOutcome.Refused>(await sender.SendAsync(To("not an address"), TestContext.Current.CancellationToken)).ReasonCode);
        var large = new OutboundAttachment("снимок.bin", "application/octet-stream", _ => Task.FromResult<Stream>(new MemoryStream(new byte[30 * 1024 * 1024])));
        Assert.Equal("too-large", Assert.IsType<SendOutcome.Refused>(await sender.SendAsync(To("x@patient.test", large), TestContext.Current.CancellationToken)).ReasonCode);

        options.Smtp.Port = 1;
        await using var dead = new MailLines(TimeProvider.System);
        Assert.IsType<SendOutcome.RetryAfter>(await RunningMailbox.Sender(options, dead).SendAsync(To("x@patient.test"), TestContext.Current.CancellationToken));

        options.Smtp.Port = peers.Base + 587;
        options.Smtp.Password = "wrong";
        await using var refused = new MailLines(TimeProvider.System);
        await Assert.ThrowsAsync<ConnectorAuthRefusedException>(() => RunningMailbox.Sender(options, refused).SendAsync(To("x@patient.test"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_connection_test_tells_what_works_and_what_to_do()
    {
        await peers.UseAsync();
        var (good, bad) = (peers.NewMailbox(), peers.NewMailbox());
        bad.Imap.Password = "wrong";
        bad.Smtp.Port = 1;
        var all = new EmailOptions();
        all.Mailboxes.Add(good);
        all.Mailboxes.Add(bad);
        var reports = await new EmailConnectionTest(Microsoft.Extensions.Options.Options.Create(all), TimeProvider.System).TestAsync(TestContext.Current.CancellationToken);
        Assert.True(reports[0].Ok, reports[0].Message);
        Assert.Contains("IDLE", reports[0].Message, StringComparison.Ordinal);
        Assert.False(reports[1].Ok);
        Assert.Contains("пароль приложения", reports[1].Message, StringComparison.Ordinal);
        Assert.Contains("не отвечает", reports[1].Message, StringComparison.Ordinal);
    }

    private async Task<MimeKit.MimeMessage> ArrivedAsync(string address, int count)
    {
        for (var i = 0; i < 100; i++)
        {
            var mails = await peers.ReadAsync(address);
            if (mails.Count >= count)
            {
                return mails[^1];
            }

            await Task.Delay(100);
        }

        throw new Xunit.Sdk.XunitException("The mail has not arrived.");
    }
}
