using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MedCrm.Contracts;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>A browser: what a manager sees and does, over the gateway's one address.</summary>
public sealed class Window : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false };
    private readonly Uri _gateway;

    private Window(Uri gateway)
    {
        _gateway = gateway;
        Http = new HttpClient(_handler) { BaseAddress = gateway };
    }

    public HttpClient Http { get; }

    public static async Task<Window> OpenAsync(TestHub hub, string? userName)
    {
        var window = new Window(hub.GatewayUrl);
        if (userName is not null)
        {
            var answer = await window.PostAsync("/api/session", new { userName, password = TestHub.Password });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        return window;
    }

    public void Dispose() => Http.Dispose();

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) => Http.PostAsync(path, body is null ? null : JsonContent.Create(body));

    /// <summary>Posts, and expects to be heard.</summary>
    public async Task<JsonNode> DoAsync(string path, object? body = null)
    {
        using var answer = await PostAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>Posts, and expects a refusal.</summary>
    public async Task<JsonNode> RefusedAsync(HttpStatusCode status, string path, object? body = null)
    {
        using var answer = await PostAsync(path, body);
        Assert.Equal(status, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>A visitor sends a form. Gives the receipt.</summary>
    public async Task<string> SendFormAsync(Dictionary<string, string> fields, string form = "demo", string? key = null)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, $"/forms/{form}") { Content = JsonContent.Create(fields) };
        post.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        using var answer = await Http.SendAsync(post);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"The form was answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["receiptId"]!;
    }

    /// <summary>A visitor sends a form with a text file.</summary>
    public async Task SendFileAsync(Dictionary<string, string> fields, string content)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        var file = new StringContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        form.Add(file, "file", "снимок.txt");
        using var answer = await Http.PostAsync("/forms/demo", form);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>A person's rows, found by the phone.</summary>
    public Task<IReadOnlyList<JsonNode>> RowsOfAsync(Person person) => SearchAsync(person.Phone);

    public async Task<IReadOnlyList<JsonNode>> SearchAsync(string words) =>
        [.. (await GetAsync($"/api/requests?view=all&limit=500&q={Uri.EscapeDataString(words)}"))["items"]!.AsArray().OfType<JsonNode>()];

    /// <summary>Waits for the person's only row to be as told.</summary>
    public Task<JsonNode> RowOfAsync(Person person, Func<JsonNode, bool>? when = null) => Eventually.AsyncOf(
        async () => await RowsOfAsync(person) is [var row] && (when is null || when(row)) ? row : null, "such row of the person");

    public async Task<JsonNode> RequestAsync(string id) => (await GetAsync($"/api/requests/{id}"))["row"]!;

    public async Task<IReadOnlyList<JsonNode>> TimelineAsync(string id) => [.. (await GetAsync($"/api/requests/{id}/timeline"))["items"]!.AsArray().OfType<JsonNode>()];

    /// <summary>Waits for an entry of the timeline to be as told.</summary>
    public Task<JsonNode> EntryAsync(string id, Func<JsonNode, bool> when, string what) =>
        Eventually.AsyncOf(async () => (await TimelineAsync(id)).FirstOrDefault(when), what);

    public Task<JsonNode> EventAsync(string id, string type) => EntryAsync(id, entry => (string?)entry["event"]?["type"] == type, $"event '{type}'");

    public async Task<MessageId> ReplyAsync(JsonNode row, string text, MessageId? id = null)
    {
        var message = id ?? MessageId.New();
        await DoAsync($"/api/conversations/{row["conversationId"]}/messages", new { messageId = message, text });
        return message;
    }

    /// <summary>The live line, with what it says.</summary>
    public async Task<LiveLine> ListenAsync(Guid? epoch = null, long after = 0, Uri? at = null)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(at ?? _gateway, "/hubs/window"), options =>
        {
            options.Cookies = _handler.CookieContainer;
            options.Transports = HttpTransportType.WebSockets;
        }).Build();
        return await LiveLine.OpenAsync(connection, epoch, after);
    }
}
