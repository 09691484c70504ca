using System.Text;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>The whole connector: mail servers, database and bus are real.</summary>
public sealed class EmailPartTests(MailPeers peers, PostgresFixture postgres)
{
    [Fact]
    public async Task A_mail_comes_in_is_acknowledged_once_answered_and_its_bounce_reported()
    {
        await peers.UseAsync();
        var mailbox = peers.NewMailbox();
        var patient = peers.NewAddress("ivan", "patient.test");
        var settings = await postgres.SettingsAsync(Settings(mailbox));
        await using var chat = await ChatStandIn.StartAsync(settings, "email");
        await using var app = EmailConnector.Part.Build(settings);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var vault = app.Services.GetRequiredService<IPersonalDataVault>();

        await peers.DeliverAsync(mailbox.Address, From(patient, "q1", "Первый вопрос"));
        await peers.DeliverAsync(mailbox.Address, From(patient, "q2", "Второй вопрос"));
        await Eventually.TrueAsync(() => chat.Heard.Messages.Count == 2);
        var question = chat.Heard.Messages.Single(m => m.Aliases.Contains("q1@patient.test"));
        Assert.Equal("Первый вопрос", vault.Open(question.Text));
        Assert.Equal(patient, vault.Open(question.ContactPoints.Single().Value));

        var answer = new DeliverMessage(MessageId.New(), new ConversationId(Guid.NewGuid()), question.SubjectId, mailbox.Channel, vault.Seal(question.SubjectId, patient), null, question.Subject, vault.Seal(question.SubjectId, "Ответ"), ["q1@patient.test"], []);
        await chat.SendAsync(answer);
        Assert.Equal(DeliveryStatus.Sent, (await chat.Heard.ReportAsync(answer.MessageId)).Status);

        var lost = answer with { MessageId = MessageId.New(), To = vault.Seal(question.SubjectId, "nobody@bounce.test") };
        await chat.SendAsync(lost);
        await Eventually.TrueAsync(() => chat.Heard.Reports.Any(r => r.MessageId == lost.MessageId && r is { Status: DeliveryStatus.Failed, ReasonCode: "bad-address" }));

        var mails = await peers.ReadAsync(patient);
        Assert.Single(mails, mail => mail.Headers["Auto-Submitted"] == "auto-replied");
        Assert.Equal("q1@patient.test", Assert.Single(mails, mail => mail.MessageId == $"{answer.MessageId.Value:N}@clinic.test").InReplyTo);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Without_a_mailbox_it_idles()
    {
        await using var app = EmailConnector.Part.Build(await postgres.SettingsAsync());
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Empty(app.Services.GetServices<IInboundSource>());
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_replay_understands_the_same_bytes_the_same_way()
    {
        var all = new EmailOptions();
        all.Mailboxes.Add(new MailboxOptions { Key = "info", Address = "info@clinic.test" });
        var reader = new MailReader(Microsoft.Extensions.Options.Options.Create(all), TimeProvider.System);
        var raw = RawInput.FromBytes("email/info", "key", "message/rfc822", Encoding.UTF8.GetBytes(MailboxTests.Mail("r", "Повтор")));
        var message = Assert.IsType<InboundMessage>(Assert.Single((await reader.MapAsync(raw, TestContext.Current.CancellationToken)).Events));
        Assert.Equal(("key", "Повтор"), (message.ExternalMessageId, message.Text));
        Assert.Equal("too-large", (await reader.MapAsync(raw with { QuarantineReason = "too-large" }, TestContext.Current.CancellationToken)).QuarantineReason);
    }

    private static string From(string patient, string id, string text) => MailboxTests.Mail(id, text).Replace("<ivan@patient.test>", $"<{patient}>", StringComparison.Ordinal);

    private static (string Key, string Value)[] Settings(MailboxOptions mailbox)
    {
        const string at = "Connectors:Email:Mailboxes:0:";
        return
        [
            (at + "Key", mailbox.Key), (at + "Address", mailbox.Address), (at + "AcceptInvalidCertificates", "true"), (at + "AutoReplyText", "Мы получили ваше письмо."),
            .. Server("Imap", mailbox.Imap), .. Server("Smtp", mailbox.Smtp),
        ];

        (string, string)[] Server(string name, MailServerOptions server) =>
        [
            ($"{at}{name}:Host", server.Host), ($"{at}{name}:Port", $"{server.Port}"), ($"{at}{name}:Security", $"{server.Security}"), ($"{at}{name}:UserName", server.UserName!), ($"{at}{name}:Password", server.Password!),
        ];
    }
}
