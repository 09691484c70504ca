using System.Net;
using System.Text.Json;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Email;

/// <summary>Access tokens of one mailbox (RFC 6749 §6), shared by its lines and renewed a minute before they end.</summary>
internal sealed class AccessTokens(MailboxOptions mailbox, IRefreshTokens kept, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnlessTold = TimeSpan.FromMinutes(30);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    private readonly SemaphoreSlim _one = new(1);
    private string? _token;
    private DateTimeOffset _goodUntil;

    // A new refresh token that the database could not take yet; the provider may have dropped the old one.
    private string? _unkept;

    private string Place => $"{mailbox.Channel}: сервер авторизации {mailbox.OAuth.Host}";

    /// <returns>The token, and whether it was made just now.</returns>
    /// <exception cref="ConnectorAuthRefusedException">The provider takes the refresh token or the client no longer.</exception>
    /// <exception cref="ConnectorNotReadyException">The provider does not answer.</exception>
    public async Task<(string Token, bool IsFresh)> TakeAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_token is { } known && clock.GetUtcNow() < _goodUntil - Margin)
            {
                return (known, false);
            }

            _token = null;
            var refresh = _unkept ?? await kept.CurrentAsync(mailbox, ct);
            try
            {
                return (await RenewAsync(refresh, ct), true);
            }
            catch (ConnectorAuthRefusedException)
            {
                // Another process may have been given a new one meanwhile.
                var current = await kept.CurrentAsync(mailbox, ct);
                if (current == refresh || _unkept is not null)
                {
                    throw;
                }

                return (await RenewAsync(current, ct), true);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The mail server did not take it, whatever its time says.</summary>
    public void Forget(string token) => Interlocked.CompareExchange(ref _token, null, token);

    public void Dispose() => _one.Dispose();

    private async Task<string> RenewAsync(string refresh, CancellationToken ct)
    {
        var oauth = mailbox.OAuth;
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh, ["client_id"] = oauth.ClientId };
        if (!string.IsNullOrEmpty(oauth.ClientSecret))
        {
            form["client_secret"] = oauth.ClientSecret;
        }

        if (!string.IsNullOrEmpty(oauth.Scope))
        {
            form["scope"] = oauth.Scope;
        }

        var answer = await AskAsync(form, ct);
        if (answer.TryGetProperty("refresh_token", out var rotated) && rotated.ValueKind == JsonValueKind.String && rotated.GetString() is { Length: > 0 } next && next != refresh)
        {
            _unkept = next;
        }

        if (_unkept is { } unkept)
        {
            await kept.KeepAsync(mailbox, unkept, ct);
            _unkept = null;
        }

        var lifetime = answer.TryGetProperty("expires_in", out var seconds) && seconds.TryGetDouble(out var told) && told is > 0 and < 1e8 ? TimeSpan.FromSeconds(told) : UnlessTold;
        _goodUntil = clock.GetUtcNow() + lifetime;
        return _token = answer.GetProperty("access_token").GetString()!;
    }

    private async Task<JsonElement> AskAsync(Dictionary<string, string> form, CancellationToken ct)
    {
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await Http.PostAsync(mailbox.OAuth.TokenUrl, content, ct);
            var body = Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            if (answer.IsSuccessStatusCode && body.ValueKind == JsonValueKind.Object && body.TryGetProperty("access_token", out var token) && token.ValueKind == JsonValueKind.String && token.GetString() is { Length: > 0 })
            {
                return body;
            }

            throw answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? (ConnectorException)new ConnectorAuthRefusedException($"{Place} не выдал токен ({Error(body)}). Получите новый RefreshToken, сверьте ClientId и ClientSecret, впишите их в OAuth и перезапустите MedCrm.")
                : new ConnectorNotReadyException($"{Place} отвечает {(int)answer.StatusCode}. Пройдёт само; если нет, проверьте TokenUrl и страницу состояния поставщика.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ConnectorNotReadyException($"{Place} не отвечает ({e.GetType().Name}). Проверьте сеть и TokenUrl.");
        }
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>One of the standard's words, nothing the provider may quote.</summary>
    private static string Error(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String && error.GetString() is { Length: > 0 and <= 40 } word && word.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? word
            : "без объяснения";
}
