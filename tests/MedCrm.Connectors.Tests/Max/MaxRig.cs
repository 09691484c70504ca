using System.Text.Json.Nodes;
using MedCrm.Connectors.Max;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using MedCrm.Peers.Max;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Connectors.Tests.Max;

/// <summary>The whole connector with its database and bus, and MAX as the strict fake. Tests share it and keep apart by people.</summary>
public sealed class MaxRig(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Token = "max-token-of-the-rig";
    private static long _people = 800_000_000;
    private WebApplication _app = null!;

    public FakeMax Max { get; private set; } = null!;

    public ChatStandIn Chat { get; private set; } = null!;

    public IPersonalDataVault Vault => Get<IPersonalDataVault>();

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A person nobody has met.</summary>
    public static long Somebody() => Interlocked.Increment(ref _people);

    public async ValueTask InitializeAsync()
    {
        Max = await FakeMax.StartAsync();
        Max.Bot(Token);
        const string bots = "Connectors:Max:Bots:";
        var settings = await postgres.SettingsAsync(
            ("Connectors:Max:ApiUrl", Max.Url.ToString()),
            (bots + "0:Key", "main"), (bots + "0:Token", Token), (bots + "0:PollTimeout", "00:00:02"),
            (bots + "1:Key", "branch"), (bots + "1:Enabled", "false"));
        Chat = await ChatStandIn.StartAsync(settings, "max");
        _app = MaxConnector.Part.Build(settings);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Chat.DisposeAsync();
        await Max.DisposeAsync();
    }

    /// <summary>A person writes; waits until it was heard.</summary>
    public async Task<ReceiveInboundMessage> HearAsync(long user, JsonObject body, JsonObject? link = null)
    {
        var message = Max.Message(user, body);
        if (link is not null)
        {
            message["link"] = link;
        }

        return await HappenAsync(user, FakeMax.Update("message_created", ("message", message)));
    }

    /// <summary>Something happens; waits until a message of the person was heard.</summary>
    public async Task<ReceiveInboundMessage> HappenAsync(long user, JsonObject update)
    {
        var before = Heard(user).Count;
        Max.Happen(Token, update);
        await Eventually.TrueAsync(() => Heard(user).Count > before);
        return Heard(user)[^1];
    }

    public IReadOnlyList<ReceiveInboundMessage> Heard(long user) => [.. Chat.Heard.Messages.Where(message => message.SubjectId == SubjectOf(user))];

    public DataSubjectId SubjectOf(long user) => Vault.SubjectOf(ContactPointSystem.Account, $"max/{user}");

    public string? Open(Sealed? value) => value is { } text ? Vault.Open(text) : null;

    public async Task<byte[]> ReadAsync(Attachment file)
    {
        await using var content = await Get<IBlobStore>().OpenAsync(file.BlobId, default);
        using var bytes = new MemoryStream();
        await content!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async Task<DeliverMessage> AnswerAsync(long user, string text, params Attachment[] files)
    {
        var subject = SubjectOf(user);
        await Vault.EnsureKeyAsync(subject, default);
        return new(MessageId.New(), new ConversationId(Guid.NewGuid()), subject, "max/main", Vault.Seal(subject, $"max/{user}"), null, null, Vault.Seal(subject, text), [], files);
    }

    public async Task<ReportDelivery> SendAsync(DeliverMessage answer)
    {
        await Chat.SendAsync(answer);
        return await Chat.Heard.ReportAsync(answer.MessageId);
    }

    public async Task<Attachment> FileAsync(long user, string name, string mediaType, byte[] content)
    {
        var subject = SubjectOf(user);
        await Vault.EnsureKeyAsync(subject, default);
        var blob = await Get<IBlobStore>().WriteAsync(subject, new MemoryStream(content), default);
        return new(blob.Id, Vault.Seal(subject, name), mediaType, blob.Size);
    }
}
