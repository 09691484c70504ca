using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Max;

/// <summary>Our bots, in the order of the settings. They share one pool of lines to MAX.</summary>
internal sealed class MaxApi : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public MaxApi(IOptions<MaxOptions> options, TimeProvider clock) =>
        Bots = [.. options.Value.Bots.Select(bot => new MaxBot(bot, new Uri(options.Value.ApiUrl), _http, clock))];

    public IReadOnlyList<MaxBot> Bots { get; }

    public MaxBot? Find(string? channel) => Bots.FirstOrDefault(bot => bot.Channel == channel);

    public void Dispose() => _http.Dispose();
}

/// <summary>MAX understood the call and said no.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">MAX's own key of the error: <c>attachment.not.ready</c>.</param>
/// <param name="Words">MAX's own words.</param>
/// <param name="RetryAfter">How long it wants to be left alone. Null: it does not say.</param>
internal sealed record MaxRefusal(HttpStatusCode Status, string Code, string Words, TimeSpan? RetryAfter);

/// <summary>An answer of MAX: one of the two is null.</summary>
internal sealed record MaxAnswer(JsonElement Said, MaxRefusal? Refusal);

/// <summary>One bot and the way to it.</summary>
internal sealed class MaxBot(MaxBotOptions options, Uri api, HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UploadPatience = TimeSpan.FromMinutes(3);

    private static readonly HttpRequestError[] NeverLeft =
        [HttpRequestError.ConnectionError, HttpRequestError.NameResolutionError, HttpRequestError.SecureConnectionError, HttpRequestError.ProxyTunnelError];

    public MaxBotOptions Options { get; } = options;

    public string Channel => Options.Channel;

    /// <summary>UTC instant until which MAX wants nothing sent (429 counts for the whole bot). In memory: after a restart the first refusal teaches it again.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    /// <summary>Calls the API and puts its refusals into the Sdk's three words.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body, CancellationToken ct, TimeSpan? wait = null)
    {
        try
        {
            return await CallAsync(method, path, body, ct, wait) is { Refusal: null } answer ? answer.Said : throw new ConnectorNotReadyException($"{Channel}: MAX отказывает в {path.Split('?')[0]}. Подождите; если не пройдёт, обратитесь в поддержку MAX.");
        }
        catch (Exception e) when (IsOfTheLine(e, ct))
        {
            throw Translate(e);
        }
    }

    /// <summary>Calls the API. What is wrong with the line comes as it is, for who must know whether the call may have arrived.</summary>
    /// <exception cref="ConnectorAuthRefusedException">MAX does not know the token.</exception>
    /// <exception cref="ConnectorNotReadyException">MAX has a trouble of its own; nothing was done.</exception>
    public async Task<MaxAnswer> CallAsync(HttpMethod method, string path, object? body, CancellationToken ct, TimeSpan? wait = null)
    {
        if (!Options.Enabled)
        {
            throw new ConnectorMisconfiguredException($"{Channel} выключен в настройках (Enabled: false).");
        }

        using var request = new HttpRequestMessage(method, new Uri(api, path)) { Content = body is null ? null : ContentOf(body) };
        request.Headers.TryAddWithoutValidation("Authorization", Options.Token);
        using var limit = new CancellationTokenSource(Patience + (wait ?? TimeSpan.Zero), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var answer = await http.SendAsync(request, either.Token);
        return await ReadAsync(answer, either.Token);
    }

    /// <summary>Hands a file over at an address that MAX gave for it.</summary>
    public async Task<JsonElement?> UploadAsync(Uri to, byte[] content, string fileName, CancellationToken ct)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "data", fileName } };
        using var limit = new CancellationTokenSource(UploadPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var answer = await http.PostAsync(to, form, either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new ConnectorNotReadyException($"{Channel}: MAX не принял файл ({(int)answer.StatusCode}).");
            }

            // Videos and voices are answered in XML; their token came with the address.
            return answer.Content.Headers.ContentType?.MediaType == "application/json" ? await answer.Content.ReadFromJsonAsync<JsonElement>(either.Token) : null;
        }
        catch (Exception e) when (IsOfTheLine(e, ct))
        {
            throw Translate(e);
        }
    }

    /// <summary>Opens a file at MAX. Nothing is buffered.</summary>
    /// <returns>Null: MAX does not give it away (any more).</returns>
    public async Task<HttpResponseMessage?> OpenFileAsync(string? url, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var from) || (from.Scheme != Uri.UriSchemeHttps && from.Authority != api.Authority))
        {
            return null;
        }

        try
        {
            var answer = await http.GetAsync(from, HttpCompletionOption.ResponseHeadersRead, ct);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                return (int)answer.StatusCode < 500 ? null : throw new ConnectorNotReadyException($"{Channel}: файл сейчас не отдают ({(int)answer.StatusCode}).");
            }
        }
        catch (Exception e) when (IsOfTheLine(e, ct))
        {
            throw Translate(e);
        }
    }

    public static bool IsOfTheLine(Exception e, CancellationToken ct) => e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested);

    /// <summary>Whether a call that ended so certainly never reached MAX.</summary>
    public static bool DidNotLeave(Exception e) => e is HttpRequestException { HttpRequestError: var error } && NeverLeft.Contains(error);

    // Foreign exceptions quote addresses and what was sent; only their kind is kept.
    public ConnectorNotReadyException Translate(Exception e) => new(e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"{Channel}: сертификат MAX не принят. Установите на сервере корневой сертификат Минцифры (Russian Trusted Root CA).",
        HttpRequestException http => $"{Channel}: MAX не отвечает ({http.HttpRequestError}). Проверьте сеть и Connectors:Max:ApiUrl.",
        _ => $"{Channel}: MAX не отвечает ({e.GetType().Name}). Проверьте сеть и Connectors:Max:ApiUrl.",
    });

    private async Task<MaxAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new ConnectorAuthRefusedException($"{Channel}: MAX не знает этого токена. Возьмите действующий в кабинете MAX для партнёров и впишите его в Connectors:Max:Bots.");
        }

        if ((int)answer.StatusCode >= 500)
        {
            throw new ConnectorNotReadyException($"{Channel}: у MAX неполадки ({(int)answer.StatusCode}).");
        }

        if (answer.StatusCode == HttpStatusCode.MethodNotAllowed)
        {
            throw new ConnectorNotReadyException($"{Channel}: бота читает другая программа или включён чужой webhook. Читать бота можно только в одном месте.");
        }

        if (answer.IsSuccessStatusCode)
        {
            // By way of a string: a wrong byte becomes a strange letter there, and no update that nobody can get past.
            return new(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(ct)), null);
        }

        var said = answer.Content.Headers.ContentType?.MediaType == "application/json" ? await answer.Content.ReadFromJsonAsync<JsonElement>(ct) : default;
        return new(default, new MaxRefusal(answer.StatusCode, TextOf(said, "code"), TextOf(said, "message"), answer.Headers.RetryAfter?.Delta));
    }

    // With its length told: not every proxy takes what comes in chunks.
    private static ByteArrayContent ContentOf(object body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, MaxUpdate.Json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static string TextOf(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
