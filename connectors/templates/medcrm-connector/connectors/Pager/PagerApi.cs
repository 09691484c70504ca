using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Pager;

/// <summary>Somebody at Pager.</summary>
internal sealed record PagerPerson(string? Id, string? Name);

/// <summary>A message as the service tells it.</summary>
internal sealed record PagerMessage(string? Id, PagerPerson? From, string? Text, DateTimeOffset? Date, bool IsBot);

/// <summary>A message with its place in the row.</summary>
internal sealed record PagerUpdate(long Seq, JsonElement Message);

/// <summary>The service's HTTP API. What goes wrong leaves here as one of the Sdk's three words.</summary>
internal sealed class PagerApi(IOptions<PagerOptions> options) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<IReadOnlyList<PagerUpdate>> UpdatesAsync(long after, CancellationToken ct)
    {
        var wait = options.Value.PollWait;
        using var answer = await SendAsync(new(HttpMethod.Get, Address($"/updates?after={after}&wait={wait.TotalSeconds:0}")), wait + Patience, ct);
        Check(answer);
        return await GuardAsync(token => answer.Content.ReadFromJsonAsync<List<PagerUpdate>>(token), ct) ?? [];
    }

    /// <summary>Whose account it is.</summary>
    public async Task<string> AccountAsync(CancellationToken ct)
    {
        using var answer = await SendAsync(new(HttpMethod.Get, Address("/me")), Patience, ct);
        Check(answer);
        return (await GuardAsync(token => answer.Content.ReadFromJsonAsync<PagerPerson>(token), ct))?.Name ?? "";
    }

    /// <param name="key">The service takes a message once for each key, and answers a repeat as it did the first time.</param>
    public Task<HttpResponseMessage> SendAsync(string to, string text, string? repliesTo, string key, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address("/messages")) { Content = JsonContent.Create(new { to, text, repliesTo }) };
        request.Headers.Add("Idempotency-Key", key);
        return SendAsync(request, Patience, ct);
    }

    public static void Check(HttpResponseMessage answer)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw new ConnectorAuthRefusedException("Pager не принял токен. Создайте новый в кабинете Pager и впишите его в Connectors:Pager:Token.");
        }

        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            throw new ConnectorMisconfiguredException("По адресу Connectors:Pager:Url нет Pager. Проверьте адрес.");
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw new ConnectorNotReadyException($"Pager отвечает {(int)answer.StatusCode}. Подождите; если не пройдёт, обратитесь в поддержку Pager.");
        }
    }

    public void Dispose() => _client.Dispose();

    private Uri Address(string path) =>
        options.Value.Url is { } url ? new(new Uri(url), path) : throw new ConnectorNotReadyException("Адрес Connectors:Pager:Url не задан. Впишите его и запустите MedCrm снова.");

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.Token);
        return GuardAsync(async token =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(patience);
            using (request)
            {
                return await _client.SendAsync(request, limit.Token);
            }
        }, ct);
    }

    // Foreign exceptions quote addresses and what was sent; only their kind is kept.
    private static async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call(ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ConnectorNotReadyException($"Pager не отвечает ({e.GetType().Name}). Проверьте сеть и Connectors:Pager:Url.");
        }
    }
}
