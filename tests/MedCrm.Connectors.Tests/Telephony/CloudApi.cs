using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Telephony.Cloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>What the four providers answer when we ask them something: a call, a recording. They check who asks, each in its way.</summary>
internal sealed class CloudApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    public CloudApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/vpbx/commands/callback", (Delegate)(async (HttpContext http) => await MangoAsync(http) is { } json ? Placed("mango", json["from"]!["extension"], json["to_number"], new { result = 1000 }) : Results.Unauthorized()));
        _app.MapPost("/vpbx/queries/recording/post", (Delegate)(async (HttpContext http) => await MangoAsync(http) is { } json ? Results.Redirect($"/once/{json["recording_id"]}") : Results.Unauthorized()));
        _app.MapPost("/v4.0", (Delegate)(async (HttpContext http) => Uis(await JsonNode.ParseAsync(http.Request.Body))));
        _app.MapPost("/sys/crm_api.wcgp", (Delegate)(async (HttpContext http) => await http.Request.ReadFormAsync() is var form && form["token"] == CloudHost.ApiKey && form["cmd"] == "makeCall"
            ? Placed("megafon", form["user"].ToString(), form["phone"].ToString(), new { uuid = "megafon-uuid" })
            : Results.Unauthorized()));
        _app.MapGet("/v1/request/callback/", (HttpContext http) => IsSigned(http) ? Placed("zadarma", http.Request.Query["from"].ToString(), http.Request.Query["to"].ToString(), new { status = "success" }) : Results.Unauthorized());
        _app.MapGet("/v1/pbx/record/request/", (HttpContext http, string call_id) => IsSigned(http) ? Results.Json(new { status = "success", link = $"{Url}once/{call_id}" }) : Results.Unauthorized());
        _app.MapGet("/once/{id}", (string id) => Sounds.TryGetValue(id, out var sound) ? Results.Bytes(sound, "audio/mpeg") : Results.NotFound());
    }

    public ConcurrentQueue<(string Provider, string? Extension, string? To)> Calls { get; } = new();

    /// <summary>What was recorded, by the name under which it can be had.</summary>
    public ConcurrentDictionary<string, byte[]> Sounds { get; } = new();

    public Uri Url => new(_app.Urls.First());

    public Task StartAsync() => _app.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Placed(string provider, object? extension, object? to, object answer)
    {
        Calls.Enqueue((provider, extension?.ToString(), to?.ToString()));
        return Results.Json(answer);
    }

    private static async Task<JsonNode?> MangoAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var json = form["json"].ToString();
        var sign = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CloudHost.ApiKey + json + CloudHost.Secret)));
        return form["vpbx_api_key"] == CloudHost.ApiKey && form["sign"] == sign ? JsonNode.Parse(json) : null;
    }

    private IResult Uis(JsonNode? asked)
    {
        var call = asked!["params"]!;
        return (string?)call["access_token"] != CloudHost.ApiKey ? Results.Json(new { jsonrpc = "2.0", error = new { code = -32001 } })
            : (string?)asked["method"] == "start.employee_call" && call["virtual_phone_number"] is not null
                ? Placed("uis", call["employee"]!["phone_number"], call["contact"], new { jsonrpc = "2.0", result = new { data = new { call_session_id = 237859081 } } })
                : Results.BadRequest();
    }

    // Written anew after the provider's description: key, then base64 of the hex HMAC-SHA-1 of method, parameters and the MD5 of these.
    private static bool IsSigned(HttpContext http)
    {
        var parameters = http.Request.QueryString.Value![1..];
#pragma warning disable CA5351 // the provider's own scheme
        var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(parameters)));
#pragma warning restore CA5351
        return http.Request.Headers.Authorization == $"{CloudHost.ApiKey}:{ZadarmaDialect.Sign(http.Request.Path + parameters + digest, CloudHost.Secret)}";
    }
}
