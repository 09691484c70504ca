using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using MedCrm.Chat;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.WebChat;
using MedCrm.Connectors.Website;
using MedCrm.Contracts;
using MedCrm.Gateway;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Patients;
using MedCrm.Patients.Mis;
using MedCrm.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Wolverine;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>A whole hub in this process: every part a host of its own on loopback, a real database and a real bus. Only the mail server is ours.</summary>
public sealed class TestHub : IAsyncDisposable
{
    public const string Password = "Only-for-tests-2468";

    private readonly Dictionary<string, WebApplication> _parts = [];
    private readonly Dictionary<string, Window> _windows = [];
    private readonly Dictionary<string, string?> _settings;

    private TestHub(BusTransport transport, Dictionary<string, string?> settings)
    {
        Transport = transport;
        _settings = settings;
    }

    public BusTransport Transport { get; }

    public PostOffice PostOffice { get; } = new();

    public TestExchange Exchange { get; } = new();

    public LogTrap Logs { get; } = new();

    public IConfiguration Settings => new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();

    public Uri GatewayUrl => new(_settings["Parts:gateway:Url"]!);

    public string BlobDirectory => _settings["Blobs:Directory"]!;

    public IPersonalDataVault Vault => Of<IPersonalDataVault>("requests");

    public IBlobStore Blobs => Of<IBlobStore>("website");

    public IEnumerable<string> Databases => Host.Settings.Databases.Select(name => _settings[$"ConnectionStrings:{name}"]!).Distinct();

    /// <param name="transport">The bus.</param>
    /// <param name="servers">Where its databases and queues are.</param>
    /// <param name="own">Name of a hub of its own. Null: the one of its transport.</param>
    /// <param name="other">What is set otherwise. Null: nothing.</param>
    public static async Task<TestHub> StartAsync(BusTransport transport, Servers servers, string? own = null, IReadOnlyDictionary<string, string?>? other = null)
    {
        var home = Directory.CreateDirectory(Path.Combine(servers.Home, own ?? transport.ToString())).FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Bus:Transport"] = transport.ToString(),
            ["Bus:RabbitMq"] = servers.RabbitMq,
            ["Vault:MasterKeyFile"] = await KeyAsync(home, "master-key"),
            ["Vault:KeyLifetime"] = "00:00:05",
            ["Internal:SigningKeyFile"] = await KeyAsync(home, "signing-key"),
            ["Blobs:Directory"] = Path.Combine(home, "blobs"),
            ["Gateway:KeysDirectory"] = Path.Combine(home, "session-keys"),
            ["Gateway:FeedRetention"] = "00:05:00",
            ["Demo:Enabled"] = "true",
            ["Demo:Password"] = Password,
            ["Mis:Adapter"] = "Demo",
            ["Mis:Timeout"] = "00:00:04",
            ["Booking:Wait"] = "00:00:10",
            ["Booking:FirstPause"] = "00:00:01",
            ["Booking:LongestPause"] = "00:00:02",
            ["Booking:FaultPatience"] = "00:30:00",
            ["Reminders:QuietFrom"] = "00:00",
            ["Reminders:QuietTo"] = "00:00",
            ["Reminders:SweepEvery"] = "00:00:01",
            ["Mis:Follow:Every"] = "00:00:01",
            ["Mis:Follow:SnapshotEvery"] = "00:00:03",
            ["Requests:IdentificationPatience"] = "00:00:05",
            ["Requests:Sla:FirstResponse"] = "00:00:10",
            ["Connectors:Website:Forms:demo:Key"] = "demo",
            ["Connectors:Website:Forms:demo:Title"] = "Запись на приём",
            ["Connectors:Website:Forms:demo:ConsentTextVersion"] = "2026-01",
            ["Connectors:Website:Forms:demo:RatePerMinute"] = "0",
            ["Connectors:WebChat:Chats:demo:Key"] = "demo",
            ["Connectors:WebChat:Chats:demo:ConsentTextVersion"] = "2026-01",
            ["Connectors:WebChat:Chats:demo:AllowedOrigins:0"] = "https://clinic.example",
            ["Connectors:WebChat:Chats:demo:RatePerMinute"] = "0",
            ["Gateway:WidgetRoot"] = await WidgetAsync(home),
            ["Connectors:Website:Forms:callback:Key"] = "callback",
            ["Connectors:Website:Forms:callback:Title"] = "Обратный звонок",
            ["Connectors:Website:Forms:callback:RatePerMinute"] = "0",
            ["Logging:LogLevel:MedCrm"] = "Debug",
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        foreach (var day in Enum.GetNames<DayOfWeek>())
        {
            settings[$"BusinessHours:Hours:{day}"] = "00:00-24:00";
        }

        foreach (var (key, value) in other ?? new Dictionary<string, string?>())
        {
            settings[key] = value;
        }

        // Embedded: one database for all, as the queues demand. With a broker: one each, as in production.
        var shared = await servers.CreateDatabaseAsync();
        foreach (var name in Host.Settings.Databases)
        {
            settings[$"ConnectionStrings:{name}"] = transport == BusTransport.PostgreSql ? shared : await servers.CreateDatabaseAsync();
        }

        if (transport == BusTransport.RabbitMq)
        {
            await servers.DeleteQueuesAsync(Queues.Map.Values.SelectMany(queues => queues).Append(Queues.Outbound("email")).Append(Queues.Outbound("webchat")).Distinct());
        }

        var hub = new TestHub(transport, settings);
        var mail = ConnectorPart.Create("email", typeof(TestHub).Assembly, connector => connector.Services.AddSingleton<IOutboundSender>(hub.PostOffice));
        var telephony = ConnectorPart.Create("telephony", typeof(TestHub).Assembly, connector => connector.Services.AddSingleton<ICallPlacer>(hub.Exchange));
        Part[] parts = [ChatPart.Part, RequestsPart.Part, PatientsPart.Part, WebsiteConnector.Part, WebChatConnector.Part, mail, telephony, GatewayPart.Part];
        foreach (var (part, port) in parts.Zip(Host.Hub.FreePorts(parts.Length)))
        {
            settings[$"Parts:{part.Name}:Url"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        }

        foreach (var part in parts)
        {
            hub._parts[part.Name] = await hub.StartAsync(part, hub.Settings);
        }

        // How rare a name is tells the index only when it knows everybody.
        if (hub.Of<IMisGateway>("patients").Capabilities.HasFlag(MisCapabilities.ListPatients))
        {
            await Eventually.TrueAsync(async () => await hub.AskAsync<long>("Patients", "select count(full_at) from patient_index.listed") == 1, "index of patients");
        }

        return hub;
    }

    /// <summary>One more part, listened to like all others; the caller ends it.</summary>
    public async Task<WebApplication> StartAsync(Part part, IConfiguration settings)
    {
        var app = part.Build(settings);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await app.StartAsync();
        return app;
    }

    public T Of<T>(string part)
        where T : notnull => _parts[part].Services.GetRequiredService<T>();

    public IEnumerable<string> AddressesOf(string part) => _parts[part].Urls;

    /// <summary>A browser in which somebody has signed in.</summary>
    public async Task<Window> WindowAsync(string userName = "manager") =>
        _windows.TryGetValue(userName, out var window) ? window : _windows[userName] = await Window.OpenAsync(this, userName);

    /// <summary>A room, asked as the gateway asks it.</summary>
    public HttpClient Room(string part, Agent? agent = null, params string[] roles)
    {
        var client = new HttpClient { BaseAddress = new Uri(_settings[$"Parts:{part}:Url"]!) };
        if (agent is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Of<InternalTokens>(part).Issue(agent, roles));
        }

        return client;
    }

    /// <summary>Runs a message through its handlers in a room, here and now.</summary>
    public async Task InvokeAsync(string part, object message)
    {
        await using var scope = _parts[part].Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(message);
    }

    /// <summary>Puts a message on the bus, as a part would.</summary>
    public async Task SendAsync(string part, object message)
    {
        await using var scope = _parts[part].Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().SendAsync(message);
    }

    public async Task<T?> AskAsync<T>(string database, string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(_settings[$"ConnectionStrings:{database}"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return await command.ExecuteScalarAsync() is T found ? found : default;
    }

    /// <summary>A mail arrives at email/info.</summary>
    public async Task ReceiveMailAsync(Person from, string subject, string text, string[]? references = null, string? messageId = null, MessageId? choiceOf = null)
    {
        var id = Guid.NewGuid().ToString("N");
        await Of<IInboundSink>("email").AcceptAsync(
            RawInput.FromBytes("email/info", id, "message/rfc822", System.Text.Encoding.UTF8.GetBytes($"From: {from.Mail}\r\nSubject: {subject}\r\n\r\n{text}")),
            [
                new InboundMessage
                {
                    Channel = "email/info",
                    Kind = ChannelKind.Email,
                    ExternalMessageId = id,
                    From = [new Address(ContactPointSystem.Email, from.Mail)],
                    DisplayName = from.Name,
                    References = references ?? [],
                    Aliases = [messageId ?? $"{id}@mail.example"],
                    Topic = subject,
                    Subject = subject,
                    Text = text,
                    ChoiceOf = choiceOf,
                },
            ],
            checkpoint: null,
            CancellationToken.None);
    }

    public DataSubjectId SubjectOf(Person person) => Vault.SubjectOf(ContactPointSystem.Phone, person.Phone);

    public async ValueTask DisposeAsync()
    {
        foreach (var window in _windows.Values)
        {
            window.Dispose();
        }

        // As `up` does: the gateway first, the rest side by side.
        await StopAsync(_parts["gateway"]);
        await Task.WhenAll(_parts.Where(part => part.Key != "gateway").Select(part => StopAsync(part.Value)));
    }

    private static async Task StopAsync(WebApplication app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // What does not end in time ends with the process.
            return;
        }

        await app.DisposeAsync();
    }

    private static async Task<string> WidgetAsync(string home)
    {
        var directory = Directory.CreateDirectory(Path.Combine(home, "widget")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "chat.js"), string.Concat(Enumerable.Repeat("void 0;\n", 500)));
        return directory;
    }

    private static async Task<string> KeyAsync(string home, string name)
    {
        var file = Path.Combine(home, name);
        await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return file;
    }
}
