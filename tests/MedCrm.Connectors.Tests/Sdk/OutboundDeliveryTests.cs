using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Chat;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class OutboundDeliveryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ChatStandIn _chat = null!;
    private TestConnector _connector = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = await postgres.SettingsAsync();
        _connector = await TestConnector.StartAsync(settings);
        _chat = await ChatStandIn.StartAsync(settings, "test");
    }

    public async ValueTask DisposeAsync()
    {
        await _chat.DisposeAsync();
        await _connector.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_opened_sent_and_reported()
    {
        var answer = await _connector.AnswerAsync("+79161112233");
        await _chat.SendAsync(answer);
        var report = await _chat.Heard.ReportAsync(answer.MessageId);
        Assert.Equal((DeliveryStatus.Sent, $"ext-{answer.MessageId.Value:N}", answer.SubjectId), (report.Status, report.ExternalMessageId, report.SubjectId));
        var sent = Assert.Single(_connector.Sender.Sent);
        Assert.Equal(("+79161112233", "ответ", answer.MessageId), (sent.To, sent.Text, sent.MessageId));
    }

    [Fact]
    public async Task A_repeated_command_sends_once_and_reports_again()
    {
        var answer = await _connector.AnswerAsync();
        await _chat.SendAsync(answer);
        await _chat.Heard.ReportAsync(answer.MessageId);
        await _chat.SendAsync(answer);
        await Eventually.TrueAsync(() => _chat.Heard.Reports.Count == 2);
        Assert.Single(_connector.Sender.Sent);
        Assert.All(_chat.Heard.Reports, report => Assert.Equal(DeliveryStatus.Sent, report.Status));
    }

    [Fact]
    public async Task What_the_channel_cannot_take_now_is_sent_later()
    {
        _connector.Sender.Answer(() => new SendOutcome.RetryAfter(TimeSpan.FromSeconds(1)));
        _connector.Sender.Answer(() => throw new ConnectorNotReadyException("away"));
        var answer = await _connector.AnswerAsync();
        await _chat.SendAsync(answer);
        var report = await _chat.Heard.ReportAsync(answer.MessageId);
        Assert.Equal((DeliveryStatus.Sent, 3), (report.Status, _connector.Sender.Sent.Count));
        Assert.Single(_chat.Heard.Reports);
    }

    [Fact]
    public async Task A_refusal_is_reported_with_the_far_sides_words_sealed()
    {
        _connector.Sender.Answer(() => new SendOutcome.Refused("bad-address", "550 no such user ivan@patient.test"));
        var answer = await _connector.AnswerAsync();
        await _chat.SendAsync(answer);
        var report = await _chat.Heard.ReportAsync(answer.MessageId);
        Assert.Equal((DeliveryStatus.Failed, "bad-address"), (report.Status, report.ReasonCode));
        Assert.Equal("550 no such user ivan@patient.test", _connector.Vault.Open(report.Detail!.Value));
    }

    [Fact]
    public async Task What_would_have_to_wait_beyond_a_day_has_expired()
    {
        _connector.Sender.Answer(() => new SendOutcome.RetryAfter(TimeSpan.FromHours(25)));
        var answer = await _connector.AnswerAsync();
        await _chat.SendAsync(answer);
        var report = await _chat.Heard.ReportAsync(answer.MessageId);
        Assert.Equal((DeliveryStatus.Failed, "expired"), (report.Status, report.ReasonCode));
    }

    [Fact]
    public async Task Nothing_is_sent_to_an_erased_person()
    {
        var answer = await _connector.AnswerAsync("+79167778899");
        await _connector.Vault.DestroyAsync(answer.SubjectId, default);
        await _chat.SendAsync(answer);
        Assert.Equal(DeliveryStatus.Failed, (await _chat.Heard.ReportAsync(answer.MessageId)).Status);
        Assert.Empty(_connector.Sender.Sent);
    }
}
