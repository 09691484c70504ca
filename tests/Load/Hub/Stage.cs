using System.Security.Cryptography;
using MedCrm.Load.Peers;
using Npgsql;

namespace MedCrm.Load.Hub;

/// <summary>The whole product on servers of our own: databases, secrets, processes.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string User = "manager";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Rooms = ["Chat", "Requests", "Patients", "Gateway", "Connectors", "Vault"];
    private static readonly string[] Parts = ["chat", "requests", "patients", "website", "gateway"];
    private readonly string _home;
    private readonly Dictionary<string, Uri> _addresses = [];
    private Dictionary<string, string> _settings = [];
    private bool _keep;

    private Stage(Setting setting, string home, PostgresPeer postgres, RabbitPeer? broker, Uri window)
    {
        (Setting, _home, Postgres, Broker, Window) = (setting, home, postgres, broker, window);
    }

    public Setting Setting { get; }

    public PostgresPeer Postgres { get; }

    /// <summary>Null: the queues are in the database.</summary>
    public RabbitPeer? Broker { get; }

    /// <summary>The one public address.</summary>
    public Uri Window { get; }

    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    public List<HubProcess> Processes { get; } = [];

    public string Logs => Path.Combine(_home, "logs");

    /// <summary>With it the gateway signs who asks; whoever has it asks a room directly.</summary>
    public string SigningKeyFile => Path.Combine(_home, "signing-key");

    /// <summary>Starts everything and waits until it is ready.</summary>
    /// <param name="setting">Transport and layout.</param>
    /// <param name="channels">Settings of channels beside the form. Null: none.</param>
    /// <param name="connector">A part that runs beside the usual ones where each has a process of its own. Null: none.</param>
    public static async Task<Stage> SetAsync(Setting setting, IReadOnlyDictionary<string, string>? channels = null, string? connector = null)
    {
        var home = Shell.NewDirectory();
        var postgres = await PostgresPeer.StartAsync(Path.Combine(home, "postgres"), overSocket: setting.Layout == Layout.OneProcess);
        var broker = setting.Transport == Transport.RabbitMq ? await RabbitPeer.StartAsync(Path.Combine(home, "rabbitmq")) : null;
        string[] parts = connector is null ? Parts : [connector, .. Parts];
        var ports = Shell.FreePorts(parts.Length);
        var stage = new Stage(setting, home, postgres, broker, new Uri($"http://127.0.0.1:{ports[^1]}"));
        Directory.CreateDirectory(stage.Logs);
        try
        {
            foreach (var name in Rooms.Select(stage.DatabaseOf).Distinct())
            {
                await postgres.CreateDatabaseAsync(name);
            }

            stage.StartProcesses(parts, ports, channels);
            await stage.WaitUntilReadyAsync();
            return stage;
        }
        catch
        {
            stage.Keep();
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>The database of a room: its own, or the one that carries the queues too.</summary>
    public string ConnectionString(string room) => Postgres.Database(DatabaseOf(room));

    public NpgsqlDataSource Open(string room) => NpgsqlDataSource.Create(ConnectionString(room));

    public async Task WaitUntilReadyAsync()
    {
        foreach (var process in Processes)
        {
            if (!await Waiting.UntilAsync(process.IsReadyAsync, TimeSpan.FromMinutes(3)))
            {
                Keep();
                throw new LoadException($"{process.Name} does not become ready; its log: {Logs}/{process.Name}.log");
            }
        }
    }

    /// <summary>Where a part of its own process answers.</summary>
    public Uri AddressOf(string part) => _addresses[part];

    /// <summary>One more process of a part; the bus must be clustered.</summary>
    /// <returns>Where it answers.</returns>
    public async Task<Uri> StartAnotherAsync(string part)
    {
        var url = new Uri($"http://127.0.0.1:{Shell.FreePorts(1)[0]}");
        Processes.Add(HubProcess.Start(part, url, Path.Combine(Logs, $"{part}-2.log"), new Dictionary<string, string>(_settings) { [$"Parts__{part}__Url"] = url.ToString() }, _home, "run", part));
        await WaitUntilReadyAsync();
        return url;
    }

    /// <summary>Leaves logs and data for whoever looks for the cause.</summary>
    public void Keep() => _keep = true;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Enumerable.Reverse(Processes).Select(process => process.DisposeAsync().AsTask()));
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        await Postgres.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (_keep)
        {
            await Waiting.SayAsync($"Logs and data are kept in {_home}.");
        }
        else
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    private string DatabaseOf(string room) => Setting.Transport == Transport.PostgreSql ? "medcrm" : $"medcrm_{room.ToLowerInvariant()}";

    private void StartProcesses(IReadOnlyList<string> parts, IReadOnlyList<int> ports, IReadOnlyDictionary<string, string>? channels)
    {
        var settings = Settings(ports);
        foreach (var (key, value) in channels ?? new Dictionary<string, string>())
        {
            settings[key] = value;
        }

        if (Setting.Layout == Layout.OneProcess)
        {
            // `up` brings its own form and clinic.
            settings["MEDCRM_DEMO_PASSWORD"] = Password;
            Processes.Add(Start("medcrm", Window, settings, "up", "--demo", "--port", $"{Window.Port}", "--data", Path.Combine(_home, "data")));
            return;
        }

        settings["Demo__Enabled"] = "true";
        settings["Demo__Password"] = Password;
        settings["Mis__Adapter"] = "Demo";
        settings["Connectors__Website__Forms__0__Key"] = "demo";
        settings["Connectors__Website__Forms__0__RatePerMinute"] = "0";
        foreach (var (part, port) in parts.Zip(ports))
        {
            settings[$"Parts__{part}__Url"] = $"http://127.0.0.1:{port}";
        }

        _settings = settings;
        foreach (var (part, port) in parts.Zip(ports))
        {
            _addresses[part] = new Uri($"http://127.0.0.1:{port}");
            Processes.Add(Start(part, new Uri($"http://127.0.0.1:{port}"), settings, "run", part));
        }
    }

    private Dictionary<string, string> Settings(IReadOnlyList<int> ports)
    {
        var settings = Rooms.ToDictionary(room => $"ConnectionStrings__{room}", ConnectionString);
        settings["Bus__Transport"] = Setting.Transport.ToString();
        settings["Vault__MasterKeyFile"] = Secret("master-key");
        settings["Internal__SigningKeyFile"] = Secret("signing-key");
        settings["Blobs__Directory"] = Directory.CreateDirectory(Path.Combine(_home, "blobs")).FullName;
        settings["Gateway__KeysDirectory"] = Directory.CreateDirectory(Path.Combine(_home, "session-keys")).FullName;
        settings["Gateway__WebRoot"] = Shell.PathTo("web", "app", "out");
        settings["Gateway__Url"] = Window.GetLeftPart(UriPartial.Authority);
        // Where Wolverine says that it takes a message for a repeat.
        settings["Logging__LogLevel__Wolverine.Runtime.WorkerQueues"] = "Information";
        if (Broker is not null)
        {
            settings["Bus__RabbitMq"] = Broker.Address.ToString();
        }

        return settings;
    }

    private HubProcess Start(string name, Uri url, Dictionary<string, string> settings, params string[] verb) =>
        HubProcess.Start(name, url, Path.Combine(Logs, $"{name}.log"), settings, _home, verb);

    private string Secret(string name)
    {
        var file = Path.Combine(_home, name);
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(file, OwnerOnly);
        return file;
    }
}
