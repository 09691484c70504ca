using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MedCrm.Host.Embedded;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm up`: everything in one process, on a PostgreSQL of its own.</summary>
internal static class UpCommand
{
    private const int DefaultPort = 8080;
    private static readonly string[] DemoUsers = ["admin", "supervisor", "manager", "manager2"];

    public static Command Create()
    {
        var demo = new Option<bool>("--demo") { Description = "With a small synthetic clinic, its users and a form." };
        var port = new Option<int?>("--port") { Description = $"Port of the window on this machine. Default {DefaultPort}." };
        var data = DataOption();
        var command = new Command("up", "Starts everything in one process; Ctrl-C stops it.") { demo, port, data };
        command.SetAction((parsed, _) => RunAsync(Parts.All, new Request(parsed.GetValue(demo), parsed.GetValue(port), parsed.GetRequiredValue(data))));
        return command;
    }

    public static Option<string> DataOption() => new("--data")
    {
        Description = "Directory of the database, secrets and files. Default: data, in the current directory. Settings are read from medcrm.json beside it.",
        DefaultValueFactory = _ => "data",
    };

    internal sealed record Request(bool Demo, int? Port, string Data);

    internal static async Task<int> RunAsync(IReadOnlyList<Part> parts, Request request)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var steps = new Steps(Console.Out, clock);
        using var stop = new StopSignal();
        using var data = DataHome.Open(request.Data);
        data.EnsureKeys();
        var file = data.Paths.SettingsFile;
        var own = Settings.Load(file);
        var url = PublicUrl(own["Gateway:Url"], request.Port);
        RequireFree(url);

        await Console.Out.WriteLineAsync($"MedCrm {VersionCommand.Version}, data in {data.Root}");
        EmbeddedPostgres? postgres = null;
        Hub? hub = null;
        try
        {
            if (Settings.Databases.All(name => string.IsNullOrWhiteSpace(own.GetConnectionString(name))))
            {
                postgres = await steps.RunAsync("PostgreSQL", () => EmbeddedPostgres.StartAsync(data, stop.Token), server => $"version {server.Major}, port {server.Port}");
            }

            var demoPassword = request.Demo ? own["MEDCRM_DEMO_PASSWORD"] ?? own["Demo:Password"] ?? data.Secret("demo-password", DataHome.NewPassword) : null;
            var settings = Settings.Load(file, Defaults(parts, data, postgres), Overrides(url, demoPassword));
            hub = Hub.Build(parts, settings);
            await hub.StartAsync(steps, stop.Token);
            RunningHub.Remember(data.Paths, postgres?.Port, parts.ToDictionary(part => part.Name, part => settings[$"Parts:{part.Name}:Url"]!));
            await WelcomeAsync(url, demoPassword, clock.GetElapsedTime(started));
            await stop.WaitAsync();
            await Console.Out.WriteLineAsync("Stopping …");
            return 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await Console.Out.WriteLineAsync("Stopping before everything was started …");
            return 130;
        }
        finally
        {
            File.Delete(data.Paths.RunningFile);
            if (hub is not null)
            {
                await hub.DisposeAsync();
            }

            if (postgres is not null)
            {
                await postgres.StopAsync();
            }
        }
    }

    /// <summary>What holds unless medcrm.json, /run/secrets or the environment say otherwise.</summary>
    internal static Dictionary<string, string?> Defaults(IReadOnlyList<Part> parts, DataHome data, EmbeddedPostgres? postgres)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["Bus:Transport"] = "PostgreSql",
            ["Vault:MasterKeyFile"] = data.Paths.MasterKeyFile,
            ["Internal:SigningKeyFile"] = data.Paths.SigningKeyFile,
            ["Blobs:Directory"] = data.Paths.Blobs,
            ["Gateway:WebRoot"] = Built("wwwroot", "app"),
            ["Gateway:WidgetRoot"] = Built("widget", "widget"),
            ["Gateway:KeysDirectory"] = data.Paths.SessionKeys,
            // One terminal for six parts: what went right stays quiet.
            ["Logging:LogLevel:Default"] = "Warning",
            // What makes a start fail is told once, by us, in words.
            ["Logging:LogLevel:Microsoft.Extensions.Hosting"] = "None",
            ["Logging:LogLevel:JasperFx.Resources"] = "None",
            // It looks for the table of its migrations by failing to read it.
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "None",
            // A connector that only listens to the world has none.
            ["Logging:LogLevel:Wolverine.Configuration.HandlerDiscovery"] = "Error",
        };
        if (postgres is not null)
        {
            foreach (var name in Settings.Databases)
            {
                defaults[$"ConnectionStrings:{name}"] = postgres.ConnectionString;
            }
        }

        foreach (var (part, port) in parts.Zip(Hub.FreePorts(parts.Count)))
        {
            defaults[$"Parts:{part.Name}:Url"] = $"http://127.0.0.1:{port}";
        }

        return defaults;
    }

    private static Dictionary<string, string?> Overrides(Uri url, string? demoPassword)
    {
        var text = url.GetLeftPart(UriPartial.Authority);
        var overrides = new Dictionary<string, string?> { ["Gateway:Url"] = text, [$"Parts:{Parts.Gateway}:Url"] = text };
        if (demoPassword is not null)
        {
            overrides["Demo:Enabled"] = "true";
            overrides["Demo:Password"] = demoPassword;
            overrides["Mis:Adapter"] = "Demo";
            // A key of its own, not a number, so that it stands beside the forms of medcrm.json and replaces none of them.
            overrides["Connectors:Website:Forms:demo:Key"] = "demo";
            overrides["Connectors:Website:Forms:demo:Title"] = "Заявка с сайта";
            // Whoever tries the demo sends everything from one address.
            overrides["Connectors:Website:Forms:demo:RatePerMinute"] = "0";
            overrides["Connectors:WebChat:Chats:demo:Key"] = "demo";
            overrides["Connectors:WebChat:Chats:demo:ConsentTextVersion"] = "demo-1";
            overrides["Connectors:WebChat:Chats:demo:OfflineForm"] = "demo";
            overrides["Connectors:WebChat:Chats:demo:RatePerMinute"] = "0";
        }

        return overrides;
    }

    /// <summary>The address people open. Only this machine can reach the default one: without TLS in front, patients' data would cross the network readable.</summary>
    /// <exception cref="CommandException">Not an http address.</exception>
    internal static Uri PublicUrl(string? configured, int? port)
    {
        if (!Uri.TryCreate(configured ?? $"http://127.0.0.1:{DefaultPort}", UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
        {
            throw new CommandException($"Gateway:Url must be an address such as http://127.0.0.1:{DefaultPort}; it is '{configured}'.");
        }

        return port switch
        {
            null => url,
            > 0 and < 65536 => new UriBuilder(url) { Port = port.Value }.Uri,
            _ => throw new CommandException($"--port must be between 1 and 65535; it is {port}."),
        };
    }

    private static void RequireFree(Uri url)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.TryParse(url.Host, out var address) ? address : IPAddress.Loopback, url.Port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new CommandException($"Port {url.Port} is taken by another program or not allowed ({e.Message}). Choose another one with --port.", e);
        }
    }

    /// <summary>What browsers get, where the build put it: beside the program, or in the source tree.</summary>
    private static string? Built(string besideProgram, string package)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, besideProgram);
        return Directory.Exists(beside) ? beside : SourceTree.Find() is { } root ? Path.Combine(root, "web", package, "out") : null;
    }

    private static async Task WelcomeAsync(Uri url, string? demoPassword, TimeSpan took)
    {
        using var self = Process.GetCurrentProcess();
        var host = url.Host is "0.0.0.0" or "[::]" ? "localhost" : url.Host;
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            MedCrm is ready:  http://{host}:{url.Port}/
            {(demoPassword is null ? "First sign-in:    medcrm user add NAME --role admin" : $"Sign in as {string.Join(", ", DemoUsers)} with password {demoPassword}")}
            {(demoPassword is null ? "" : $"Chat of a site:   http://{host}:{url.Port}/widget/demo.html{Environment.NewLine}")}Started in {took.TotalSeconds:0.0} s, {self.WorkingSet64 / (1024 * 1024)} MB. Ctrl-C stops it.
            """));
    }
}
