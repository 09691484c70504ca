using System.Collections.Concurrent;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>The smallest connector there is: what it hears and says is decided by the test.</summary>
public sealed class TestConnector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestConnector(WebApplication app) => _app = app;

    public IInboundSink Sink => Get<IInboundSink>();

    public FakeSender Sender => (FakeSender)Get<IOutboundSender>();

    public IPersonalDataVault Vault => Get<IPersonalDataVault>();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<TestConnector> StartAsync(IConfiguration settings, Action<ConnectorBuilder>? configure = null)
    {
        var app = ConnectorPart.Create("test", typeof(TestConnector).Assembly, connector =>
        {
            connector.UseSender<FakeSender>();
            configure?.Invoke(connector);
        }).Build(settings);
        await app.StartAsync();
        return new(app);
    }

    public static RawInput Raw(string id, string content = "raw") => RawInput.FromBytes("test/a", id, "text/plain", System.Text.Encoding.UTF8.GetBytes(content));

    public static InboundMessage Message(string id, string phone = "+79160000000", string text = "привет") => new()
    {
        Channel = "test/a",
        Kind = ChannelKind.Telegram,
        ExternalMessageId = id,
        From = [new Address(ContactPointSystem.Phone, phone)],
        Topic = "t",
        Text = text,
    };

    public async Task<DeliverMessage> AnswerAsync(string to = "+79160000000")
    {
        var subject = Vault.SubjectOf(ContactPointSystem.Phone, to);
        await Vault.EnsureKeyAsync(subject, default);
        return new(MessageId.New(), new ConversationId(Guid.NewGuid()), subject, "test/a", Vault.Seal(subject, to), null, null, Vault.Seal(subject, "ответ"), [], []);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>A channel that answers as the test says, and takes everything when it says nothing.</summary>
public sealed class FakeSender : IOutboundSender
{
    private readonly ConcurrentQueue<Func<SendOutcome>> _script = new();

    public ConcurrentQueue<OutboundMessage> Sent { get; } = new();

    public void Answer(Func<SendOutcome> outcome) => _script.Enqueue(outcome);

    public Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        Sent.Enqueue(message);
        return Task.FromResult(_script.TryDequeue(out var answer) ? answer() : new SendOutcome.Sent($"ext-{message.MessageId.Value:N}"));
    }
}
