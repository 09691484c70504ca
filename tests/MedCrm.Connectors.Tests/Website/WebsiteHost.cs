using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Connectors.Website;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

/// <summary>The website connector on loopback, over a real database and bus.</summary>
public sealed class WebsiteHost(PostgresFixture postgres) : IAsyncLifetime
{
    private ChatStandIn? _chat;
    private WebApplication? _app;

    public HttpClient Browser { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public Heard Heard => _chat!.Heard;

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        var settings = await postgres.SettingsAsync(Forms.Settings);
        _chat = await ChatStandIn.StartAsync(settings);
        _app = await StartAsync(settings);
        Browser = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(_app.Urls.First()) };
        Admin = new() { BaseAddress = Browser.BaseAddress };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Services.GetRequiredService<InternalTokens>().Issue(new Agent(AgentId.New(), "Админ"), [Roles.Admin]));
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Admin.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _chat!.DisposeAsync();
    }

    public static async Task<WebApplication> StartAsync(IConfiguration settings)
    {
        var app = WebsiteConnector.Part.Build(settings);
        await app.StartAsync();
        return app;
    }

    public Task<HttpResponseMessage> PostJsonAsync(string form, string json, string? key = null) => PostAsync(form, new StringContent(json, Encoding.UTF8, "application/json"), key);

    public async Task<HttpResponseMessage> PostAsync(string form, HttpContent content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/forms/{form}") { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Browser.SendAsync(request);
    }

    public static async Task<string> ReceiptAsync(HttpResponseMessage response)
    {
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<FormReceipt>())!.ReceiptId;
    }

    public Task<ReceiveInboundMessage> MessageAsync(string receiptId) => Heard.MessageAsync(receiptId);

    public async Task<QuarantinedInput?> QuarantinedAsync(string form, string receiptId)
    {
        var id = MedCrm.Connectors.Sdk.Inbound.StoredInput.IdOf($"website/{form}", receiptId);
        var page = await Admin.GetFromJsonAsync<QuarantinePage>("/api/quarantine?limit=500");
        return page!.Items.FirstOrDefault(item => item.Id == id);
    }

    public string? Open(Sealed? value) => value is { } given ? Services.GetRequiredService<IPersonalDataVault>().Open(given) : null;

    public string? Field(ReceiveInboundMessage message, string name) => Open(message.Form?.FirstOrDefault(field => Open(field.SealedName) == name)?.Value);
}

internal static class Forms
{
    public static (string, string)[] Settings { get; } =
    [
        ("Connectors:Website:Forms:0:Key", "demo"),
        ("Connectors:Website:Forms:0:Title", "Запись на приём"),
        ("Connectors:Website:Forms:0:ConsentTextVersion", "2026-01"),
        ("Connectors:Website:Forms:0:RatePerMinute", "0"),
        ("Connectors:Website:Forms:1:Key", "guarded"),
        ("Connectors:Website:Forms:1:RequireToken", "true"),
        ("Connectors:Website:Forms:1:AllowedOrigins:0", "https://clinic.test"),
        ("Connectors:Website:Forms:1:MinFillTime", "00:00:01"),
        ("Connectors:Website:Forms:1:RatePerMinute", "3"),
        ("Connectors:Website:Forms:1:ThankYouUrl", "https://clinic.test/thanks"),
        ("Connectors:Website:Forms:2:Key", "server"),
        ("Connectors:Website:Forms:2:ApiKey", "s3cret-of-the-site"),
        ("Connectors:Website:Forms:3:Key", "own-names"),
        ("Connectors:Website:Forms:3:Fields:Name:0", "field_1"),
        ("Connectors:Website:Forms:3:Fields:Phone:0", "field_2"),
        ("Connectors:Website:Forms:3:Fields:Message:0", "field_3"),
        ("Connectors:Website:Forms:4:Key", "small"),
        ("Connectors:Website:Forms:4:MaxBodyBytes", "4096"),
        ("Connectors:Website:Forms:4:MaxFields", "5"),
    ];
}
