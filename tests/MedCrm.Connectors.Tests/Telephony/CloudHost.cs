using System.Collections.Concurrent;
using MedCrm.Connectors.Telephony;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>The telephony connector on loopback, over a real database and bus; a stand-in hears what Requests would.</summary>
public sealed class CloudHost(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Secret = "the-salt-of-tests";
    public const string ApiKey = "the-key-of-tests";

    private readonly ConcurrentQueue<CallChanged> _heard = [];
    private WebApplication? _app;
    private WebApplication? _requests;
    private IConfiguration _settings = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The providers' own APIs.</summary>
    internal CloudApi Api { get; } = new();

    public T Get<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    internal IReadOnlyList<CallChanged> Heard => [.. _heard];

    public async ValueTask InitializeAsync()
    {
        await Api.StartAsync();
        var providers = new[] { "Mango", "Uis", "Megafon", "Zadarma" };
        _settings = await postgres.SettingsAsync(
        [
            .. providers.SelectMany((provider, n) => new[]
            {
                ($"Connectors:Telephony:Cloud:{n}:Key", provider.ToLowerInvariant()),
                ($"Connectors:Telephony:Cloud:{n}:Provider", provider),
                ($"Connectors:Telephony:Cloud:{n}:Secret", Secret),
                ($"Connectors:Telephony:Cloud:{n}:ApiKey", ApiKey),
                ($"Connectors:Telephony:Cloud:{n}:Api", $"{Api.Url}{(provider == "Megafon" ? "sys/crm_api.wcgp" : "")}"),
                ($"Connectors:Telephony:Cloud:{n}:Line", "74950001122"),
                ($"Connectors:Telephony:Cloud:{n}:Recordings", "true"),
            }),
            ("ConnectionStrings:Requests", ""),
        ]);
        _settings["ConnectionStrings:Requests"] = _settings["ConnectionStrings:Chat"];
        var part = PartBuilder.Create("requests", typeof(CloudHost).Assembly, "Requests", _settings);
        part.Web.Services.AddSingleton(_heard);
        part.UseStore(_ => { });
        part.Hears(Queues.Requests);
        part.UseBus((options, _) => options.Discovery.DisableConventionalDiscovery().IncludeType(typeof(HeardCallHandler)));
        _requests = part.Build();
        await _requests.StartAsync();
        _app = TelephonyConnector.Part.Build(_settings);
        await _app.StartAsync();
        Http = new() { BaseAddress = new(_app.Urls.First()) };
    }

    /// <summary>Everything that was told of a call, once that many were heard.</summary>
    public async Task<IReadOnlyList<CallChanged>> HeardAsync(CallId call, int count)
    {
        await Eventually.TrueAsync(() => _heard.Count(told => told.CallId == call) >= count);
        return [.. _heard.Where(told => told.CallId == call)];
    }

    public string? Open(Sealed? value) => value is { } given ? _app!.Services.GetRequiredService<IPersonalDataVault>().Open(given) : null;

    public async Task<long> StoredAsync()
    {
        await using var connection = new NpgsqlConnection(_settings["ConnectionStrings:Connectors"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from telephony.mt_doc_storedinput", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _requests!.StopAsync();
        await _requests.DisposeAsync();
        await Api.DisposeAsync();
    }
}

/// <summary>Wolverine finds it by its methods.</summary>
public static class HeardCallHandler
{
    public static void Handle(CallChanged told, ConcurrentQueue<CallChanged> heard) => heard.Enqueue(told);
}
