using System.Collections.Concurrent;
using System.Net;
using Marten;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Tests.Sdk;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Options;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>Sign-in by OAuth 2.0 at a real Dovecot (XOAUTH2, also behind Postfix), which asks a token server whose the token is.</summary>
public sealed class OAuthTests(MailPeers peers, PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_servers_let_a_mailbox_in_by_token_and_without_a_password()
    {
        var (mailbox, _, _) = await NewAsync();
        var report = Assert.Single(await TestAsync(mailbox));
        Assert.True(report.Ok, report.Message);
        Assert.Contains("IMAP работает", report.Message, StringComparison.Ordinal);
        Assert.Contains("SMTP работает", report.Message, StringComparison.Ordinal);
        Assert.Equal(1, peers.Tokens.GivenTo(mailbox.Address));
    }

    [Fact]
    public async Task A_mail_is_read_and_an_answer_sent_by_token()
    {
        var (mailbox, _, _) = await NewAsync();
        var sink = new MemorySink();
        await using var running = new RunningMailbox(mailbox, sink);
        await peers.DeliverAsync(mailbox.Address, "From: ivan@patient.test\r\nSubject: token\r\nMessage-ID: <token-1@patient.test>\r\n\r\nby token\r\n");
        await Eventually.TrueAsync(() => sink.Messages.Any(message => message.Text == "by token"));
        var patient = peers.NewAddress("patient", "patient.test");
        await using var lines = new MailLines(TimeProvider.System);
        var outcome = await RunningMailbox.Sender(mailbox, lines).SendAsync(new(Contracts.MessageId.New(), mailbox.Channel, patient, null, "token", "ответ", [], []), Ct);
        Assert.IsType<SendOutcome.Sent>(outcome);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_not_asked_for_earlier()
    {
        var (mailbox, clock, _) = await NewAsync();
        var first = await mailbox.Tokens!.TakeAsync(Ct);
        clock.Now += TimeSpan.FromMinutes(58);
        Assert.Equal((first.Token, false), await mailbox.Tokens.TakeAsync(Ct));
        clock.Now += TimeSpan.FromMinutes(1);
        var second = await mailbox.Tokens.TakeAsync(Ct);
        Assert.True(second.IsFresh);
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(2, peers.Tokens.GivenTo(mailbox.Address));
    }

    [Fact]
    public async Task A_token_that_was_taken_back_early_is_replaced_at_once()
    {
        var (mailbox, _, _) = await NewAsync();
        Assert.True(Assert.Single(await TestAsync(mailbox)).Ok);
        peers.Tokens.Withdraw(mailbox.Address, refreshToo: false);
        var report = Assert.Single(await TestAsync(mailbox));
        Assert.True(report.Ok, report.Message);
        Assert.Equal(2, peers.Tokens.GivenTo(mailbox.Address));
    }

    [Fact]
    public async Task A_permission_that_was_withdrawn_is_the_word_for_refused_credentials_and_tells_no_secret()
    {
        var (mailbox, _, _) = await NewAsync();
        peers.Tokens.Withdraw(mailbox.Address, refreshToo: true);
        var refused = await Assert.ThrowsAsync<ConnectorAuthRefusedException>(() => MailServers.ImapAsync(mailbox, Ct));
        Assert.Contains("invalid_grant", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Получите новый RefreshToken", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TokenServer.ClientSecret, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(mailbox.OAuth.RefreshToken, refused.ToString(), StringComparison.Ordinal);
        mailbox.OAuth.ClientSecret = "wrong";
        Assert.Contains("invalid_client", (await Assert.ThrowsAsync<ConnectorAuthRefusedException>(() => MailServers.SmtpAsync(mailbox, Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_another_mailbox_is_refused_by_the_server_and_told_as_such()
    {
        var (mailbox, _, _) = await NewAsync();
        mailbox.Imap.UserName = peers.NewAddress("other");
        var refused = await Assert.ThrowsAsync<ConnectorAuthRefusedException>(() => MailServers.ImapAsync(mailbox, Ct));
        Assert.Contains("не принял токен OAuth", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.Redirect)]
    public async Task A_provider_in_trouble_is_tried_again_later(HttpStatusCode trouble)
    {
        await using var server = new TokenServer { Trouble = trouble };
        await server.StartAsync();
        var mailbox = Mailbox(server, "info@clinic.test");
        mailbox.Tokens = new AccessTokens(mailbox, new Kept(), TimeProvider.System);
        Assert.Contains($"{(int)trouble}", (await Assert.ThrowsAsync<ConnectorNotReadyException>(() => mailbox.Tokens.TakeAsync(Ct))).Message, StringComparison.Ordinal);
        server.Trouble = null;
        Assert.NotEmpty((await mailbox.Tokens.TakeAsync(Ct)).Token);
        mailbox.OAuth.TokenUrl = "http://127.0.0.1:1/token";
        using var unreachable = new AccessTokens(mailbox, new Kept(), TimeProvider.System);
        await Assert.ThrowsAsync<ConnectorNotReadyException>(() => unreachable.TakeAsync(Ct));
    }

    [Fact]
    public async Task A_replaced_refresh_token_outlives_the_process_sealed_and_gives_way_to_new_settings()
    {
        await using var server = new TokenServer();
        await server.StartAsync();
        await using var connector = await TestConnector.StartAsync(await postgres.SettingsAsync());
        var mailbox = Mailbox(server, "info@clinic.test");
        using (var tokens = Tokens())
        {
            await tokens.TakeAsync(Ct);
        }

        // The one in the settings is used up; another process goes on with what was kept.
        using (var tokens = Tokens())
        {
            await tokens.TakeAsync(Ct);
        }

        Assert.Equal(2, server.Given);
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        Assert.DoesNotContain("refresh-", (await session.LoadAsync<KeptRefreshToken>(mailbox.Channel, Ct))!.ToString(), StringComparison.Ordinal);
        mailbox.OAuth.RefreshToken = server.Consent("info@clinic.test");
        server.Withdraw("nobody@clinic.test", refreshToo: true);
        using (var tokens = Tokens())
        {
            await tokens.TakeAsync(Ct);
        }

        Assert.Equal(3, server.Given);

        AccessTokens Tokens() => new(mailbox, new MartenRefreshTokens(connector.Get<IDocumentStore>(), connector.Get<IPersonalDataVault>()), TimeProvider.System);
    }

    [Fact]
    public void Settings_by_token_need_no_password_but_whole_words()
    {
        var options = new EmailOptions();
        options.Mailboxes.Add(new()
        {
            Key = "info",
            Address = "info@clinic.example",
            Imap = new() { Host = "imap.example", Port = 993, UserName = "info@clinic.example" },
            Smtp = new() { Host = "smtp.example", Port = 465, UserName = "info@clinic.example" },
            OAuth = new() { TokenUrl = "https://oauth.example/token", ClientId = "c", RefreshToken = "r" },
        });
        Assert.True(new EmailOptionsValidator().Validate(null, options).Succeeded);
        options.Mailboxes[0].OAuth = new() { TokenUrl = "http://oauth.example/token" };
        var mistakes = new EmailOptionsValidator().Validate(null, options).Failures!.ToList();
        Assert.Equal(["Mailboxes[0].OAuth.TokenUrl: an https address is needed.", "Mailboxes[0].OAuth.ClientId: the id of the application is needed.", "Mailboxes[0].OAuth.RefreshToken: the refresh token is needed."], mistakes);
    }

    private async Task<(MailboxOptions Mailbox, SetClock Clock, Kept Kept)> NewAsync()
    {
        await peers.UseAsync();
        var mailbox = peers.NewMailbox("oauth");
        mailbox.Imap.Password = mailbox.Smtp.Password = null;
        mailbox.OAuth = Mailbox(peers.Tokens, mailbox.Address).OAuth;
        var (clock, kept) = (new SetClock(), new Kept());
        mailbox.Tokens = new AccessTokens(mailbox, kept, clock);
        return (mailbox, clock, kept);
    }

    private static MailboxOptions Mailbox(TokenServer server, string address) => new()
    {
        Key = "info",
        Address = address,
        OAuth = new() { TokenUrl = server.TokenUrl, ClientId = TokenServer.ClientId, ClientSecret = TokenServer.ClientSecret, RefreshToken = server.Consent(address) },
    };

    private static Task<IReadOnlyList<ConnectionReport>> TestAsync(MailboxOptions mailbox)
    {
        var all = new EmailOptions();
        all.Mailboxes.Add(mailbox);
        return new EmailConnectionTest(Options.Create(all), TimeProvider.System).TestAsync(Ct);
    }

    private sealed class Kept : IRefreshTokens
    {
        private readonly ConcurrentDictionary<string, string> _tokens = new();

        public Task<string> CurrentAsync(MailboxOptions mailbox, CancellationToken ct) => Task.FromResult(_tokens.GetValueOrDefault(mailbox.Channel, mailbox.OAuth.RefreshToken));

        public Task KeepAsync(MailboxOptions mailbox, string token, CancellationToken ct)
        {
            _tokens[mailbox.Channel] = token;
            return Task.CompletedTask;
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
