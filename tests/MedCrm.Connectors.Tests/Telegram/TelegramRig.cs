using System.Text.Json.Nodes;
using MedCrm.Connectors.Telegram;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using MedCrm.Peers.Telegram;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

/// <summary>The whole connector with its database and bus, and Telegram as the strict fake. Tests share it and keep apart by people.</summary>
public sealed class TelegramRig(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Polling = "100:polling-token-of-a-test";
    public const string Hook = "300:webhook-token-of-a-test";
    public const string Secret = "a-secret-of-the-webhook";
    private static long _people = 70_000_000_000;
    private WebApplication? _app;

    public FakeTelegram Telegram { get; private set; } = null!;

    public ChatStandIn Chat { get; private set; } = null!;

    public IConfiguration Settings { get; private set; } = null!;

    public IPersonalDataVault Vault => Get<IPersonalDataVault>();

    public Uri Address => new(_app!.Urls.First());

    public T Get<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>A person nobody has met.</summary>
    public static long Somebody() => Interlocked.Increment(ref _people);

    public async ValueTask InitializeAsync()
    {
        Telegram = await FakeTelegram.StartAsync();
        Telegram.Bot(Polling);
        Telegram.Bot(Hook);
        const string bots = "Connectors:Telegram:Bots:";
        Settings = await postgres.SettingsAsync(
            ("Connectors:Telegram:ApiUrl", Telegram.Url),
            (bots + "0:Key", "main"), (bots + "0:Token", Polling), (bots + "0:PollTimeout", "00:00:02"),
            (bots + "1:Key", "branch"), (bots + "1:Token", "200:never-used-token"), (bots + "1:Enabled", "false"),
            (bots + "2:Key", "hook"), (bots + "2:Token", Hook), (bots + "2:Mode", "Webhook"), (bots + "2:WebhookUrl", "https://crm.clinic.test"), (bots + "2:WebhookSecret", Secret), (bots + "2:AskPhoneText", ""),
            ("Parts:telegram:Url", "http://127.0.0.1:0"));
        Chat = await ChatStandIn.StartAsync(Settings, "telegram");
        await StartAsync();
    }

    public async Task StartAsync()
    {
        _app = TelegramConnector.Part.Build(Settings);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Chat.DisposeAsync();
        await Telegram.DisposeAsync();
    }

    /// <summary>A person writes to the polled bot; waits until it was heard.</summary>
    public async Task<ReceiveInboundMessage> HearAsync(long user, JsonObject content)
    {
        var before = Heard(user).Count;
        Telegram.Happen(Polling, "message", Telegram.Message(user, content));
        await Eventually.TrueAsync(() => Heard(user).Count > before);
        return Heard(user)[^1];
    }

    public IReadOnlyList<ReceiveInboundMessage> Heard(long user)
    {
        var subject = SubjectOf(user);
        return [.. Chat.Heard.Messages.Where(message => message.SubjectId == subject)];
    }

    public IReadOnlyList<ChangeInboundMessage> Changes(long user)
    {
        var subject = SubjectOf(user);
        return [.. Chat.Heard.Changes.Where(change => change.SubjectId == subject)];
    }

    public DataSubjectId SubjectOf(long user) => Vault.SubjectOf(ContactPointSystem.Account, $"telegram/{user}");

    public string? Open(Sealed? value) => value is { } text ? Vault.Open(text) : null;

    public async Task<byte[]> ReadAsync(Attachment file)
    {
        await using var content = await Get<IBlobStore>().OpenAsync(file.BlobId, default);
        using var bytes = new MemoryStream();
        await content!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async Task<DeliverMessage> AnswerAsync(long user, string text, string channel = "telegram/main", params Attachment[] files)
    {
        var subject = SubjectOf(user);
        await Vault.EnsureKeyAsync(subject, default);
        Telegram.Bot(Polling).Chats[user] = true;
        return new(MessageId.New(), new ConversationId(Guid.NewGuid()), subject, channel, Vault.Seal(subject, $"telegram/{user}"), null, null, Vault.Seal(subject, text), [], files);
    }

    public async Task<ReportDelivery> SendAsync(DeliverMessage answer)
    {
        await Chat.SendAsync(answer);
        return await Chat.Heard.ReportAsync(answer.MessageId);
    }

    public async Task<Attachment> FileAsync(long user, string name, string mediaType, long size)
    {
        var subject = SubjectOf(user);
        await Vault.EnsureKeyAsync(subject, default);
        var blob = await Get<IBlobStore>().WriteAsync(subject, new Zeros(size), default);
        return new(blob.Id, Vault.Seal(subject, name), mediaType, blob.Size);
    }

    /// <summary>So many zero bytes, none of them in memory.</summary>
    private sealed class Zeros(long length) : ForwardStream
    {
        private long _left = length;

        public override int Read(byte[] buffer, int offset, int count) => Clear(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Clear(buffer.Span));

        private int Clear(Span<byte> buffer)
        {
            var part = buffer[..(int)Math.Min(buffer.Length, _left)];
            part.Clear();
            _left -= part.Length;
            return part.Length;
        }
    }
}
