using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>A provider's authorization server, strict: RFC 6749 §6 for our side, and for Dovecot whose a token is. It gives a new refresh token each time and drops the old one, as the strictest providers do.</summary>
public sealed class TokenServer : IAsyncDisposable
{
    public const string ClientId = "medcrm-client";
    public const string ClientSecret = "client-secret-5b1e4f";
    private readonly ConcurrentDictionary<string, string> _refresh = new();
    private readonly ConcurrentDictionary<string, string> _access = new();
    private readonly ConcurrentQueue<string> _given = new();
    private readonly WebApplication _app;

    public TokenServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/token", (Delegate)TokenAsync);
        _app.MapGet("/tokeninfo", (Delegate)Info);
    }

    public Uri Url => new(_app.Urls.First());

    public string TokenUrl => new Uri(Url, "/token").ToString();

    /// <summary>What it answers instead, for the next calls to /token. Null: it works.</summary>
    public HttpStatusCode? Trouble { get; set; }

    /// <summary>How many access tokens were given.</summary>
    public int Given => _given.Count;

    public int GivenTo(string address) => _given.Count(owner => owner == address);

    public Task StartAsync() => _app.StartAsync();

    /// <summary>The owner of a mailbox lets MedCrm in.</summary>
    public string Consent(string address)
    {
        var token = $"refresh-{Guid.NewGuid():N}";
        _refresh[token] = address;
        return token;
    }

    /// <summary>The owner takes everything back.</summary>
    public void Withdraw(string address, bool refreshToo)
    {
        foreach (var token in _access.Where(pair => pair.Value == address).Select(pair => pair.Key))
        {
            _access.TryRemove(token, out _);
        }

        foreach (var token in _refresh.Where(pair => refreshToo && pair.Value == address).Select(pair => pair.Key))
        {
            _refresh.TryRemove(token, out _);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        if (Trouble is { } trouble)
        {
            return Results.StatusCode((int)trouble);
        }

        if (!http.Request.HasFormContentType)
        {
            return Refuse("invalid_request");
        }

        var form = await http.Request.ReadFormAsync();
        if (!form.Keys.Order(StringComparer.Ordinal).SequenceEqual(["client_id", "client_secret", "grant_type", "refresh_token"]))
        {
            return Refuse("invalid_request");
        }

        if (form["grant_type"] != "refresh_token")
        {
            return Refuse("unsupported_grant_type");
        }

        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        }

        if (!_refresh.TryRemove(form["refresh_token"].ToString(), out var address))
        {
            return Refuse("invalid_grant");
        }

        var access = $"access-{Guid.NewGuid():N}";
        _access[access] = address;
        _given.Enqueue(address);
        return Results.Json(new { access_token = access, token_type = "bearer", expires_in = 3600, refresh_token = Consent(address) });
    }

    private IResult Info(string access_token) =>
        _access.TryGetValue(access_token, out var address) ? Results.Json(new { email = address }) : Refuse("invalid_token");

    private static IResult Refuse(string error) => Results.Json(new { error, error_description = "client-secret-5b1e4f must not be quoted" }, statusCode: 400);
}
