using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Connectors.WebChat;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.WebChat;

/// <summary>The chat connector on loopback, over a real database and bus, and somebody who hears it and answers.</summary>
public sealed class ChatHost(PostgresFixture postgres) : IAsyncLifetime
{
    private ChatStandIn? _chat;
    private WebApplication? _app;
    private IConfiguration? _settings;

    internal static (string, string)[] Settings { get; } =
    [
        ("Connectors:WebChat:Chats:0:Key", "demo"),
        ("Connectors:WebChat:Chats:0:AllowedOrigins:0", "https://clinic.example"),
        ("Connectors:WebChat:Chats:0:ConsentTextVersion", "2026-01"),
        ("Connectors:WebChat:Chats:0:RatePerMinute", "0"),
        ("Connectors:WebChat:Chats:1:Key", "strict"),
        ("Connectors:WebChat:Chats:1:RatePerMinute", "3"),
        ("Connectors:WebChat:Chats:1:MaxFiles", "1"),
        ("Connectors:WebChat:Chats:1:MaxFileBytes", "1000"),
        ("Connectors:WebChat:Chats:1:OfflineForm", "callback"),
        ("Connectors:WebChat:Chats:1:Hours:Monday", "00:00-00:01"),
    ];

    internal static ChatOptions Demo { get; } = new() { Key = "demo" };

    public Uri Url => new(_app!.Urls.First());

    public HttpClient Http { get; private set; } = null!;

    public Heard Heard => _chat!.Heard;

    public IServiceProvider Services => _app!.Services;

    public IPersonalDataVault Vault => Services.GetRequiredService<IPersonalDataVault>();

    public async ValueTask InitializeAsync()
    {
        _settings = await postgres.SettingsAsync(Settings);
        _chat = await ChatStandIn.StartAsync(_settings, "webchat");
        _app = await StartAsync();
        Http = new() { BaseAddress = Url };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _chat!.DisposeAsync();
    }

    /// <summary>One more process.</summary>
    public async Task<WebApplication> StartAsync()
    {
        var app = WebChatConnector.Part.Build(_settings!);
        await app.StartAsync();
        return app;
    }

    public async Task<string> TokenAsync(string chat = "demo")
    {
        using var answer = await Http.PostAsync($"/widget/{chat}/session", null);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, HttpContent? content = null, string? origin = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Add("X-Visitor-Token", token);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> WriteAsync(string token, object message, string chat = "demo") =>
        SendAsync(HttpMethod.Post, $"/widget/{chat}/messages", token, JsonContent.Create(message, options: JsonSerializerOptions.Web));

    /// <summary>Writes, and waits for it to be heard.</summary>
    public async Task<ReceiveInboundMessage> HeardAsync(string token, string text, string chat = "demo")
    {
        using var answer = await WriteAsync(token, new { messageId = Guid.NewGuid(), text }, chat);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await Eventually.AsyncOf(() => Heard.Messages.FirstOrDefault(message => Open(message.Text) == text));
    }

    /// <summary>Answers as Chat would.</summary>
    public Task<DeliverMessage> AnswerAsync(ReceiveInboundMessage heard, string text, params Attachment[] files) => AnswerAsync(heard, text, null, files);

    public async Task<DeliverMessage> AnswerAsync(ReceiveInboundMessage heard, string text, string[]? choices, params Attachment[] files)
    {
        var subject = heard.SubjectId;
        await Vault.EnsureKeyAsync(subject, default);
        var answer = new DeliverMessage(
            MessageId.New(), ConversationId.New(), subject, heard.Channel, heard.ContactPoints[0].Value, null, null, Vault.Seal(subject, text), [heard.ExternalMessageId], files, choices);
        await _chat!.SendAsync(answer);
        return answer;
    }

    public Task ReportedAsync(DeliverMessage answer, DeliveryStatus status) =>
        Eventually.TrueAsync(() => Heard.Reports.Any(report => report.MessageId == answer.MessageId && report.Status == status));

    public async Task<Attachment> FileAsync(ReceiveInboundMessage heard, string name, string mediaType, byte[] content)
    {
        var blob = await Services.GetRequiredService<IBlobStore>().WriteAsync(heard.SubjectId, new MemoryStream(content), default);
        return new(blob.Id, Vault.Seal(heard.SubjectId, name), mediaType, blob.Size);
    }

    /// <summary>A manager's window, through the gateway.</summary>
    public async Task<HttpStatusCode> TellTypingAsync(Guid conversation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/chats/{conversation}/typing");
        request.Headers.Authorization = new("Bearer", Services.GetRequiredService<InternalTokens>().Issue(new Agent(AgentId.New(), "Менеджер"), [Roles.Manager]));
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode;
    }

    public string? Open(Sealed? value) => value is { } given ? Vault.Open(given) : null;

    public async Task<long> CountAsync(string sql, params object[] values)
    {
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return (long)(await command.ExecuteScalarAsync())!;
    }
}
