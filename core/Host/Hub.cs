using System.Net;
using System.Net.Sockets;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MedCrm.Host;

/// <summary>Several parts in one process, each a host of its own.</summary>
public sealed class Hub : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(6);
    private readonly IReadOnlyList<(string Name, WebApplication App)> _parts;
    private readonly Stack<(string Name, WebApplication App)> _running = new();

    private readonly Telemetry _telemetry;

    private Hub(IReadOnlyList<(string, WebApplication)> parts, Telemetry telemetry) => (_parts, _telemetry) = (parts, telemetry);

    /// <summary>Builds every part before any is started, so that all wrong settings are told at once.</summary>
    /// <exception cref="CommandException">Some settings are wrong.</exception>
    public static Hub Build(IEnumerable<Part> parts, IConfiguration settings)
    {
        var built = new List<(string, WebApplication)>();
        var mistakes = new List<string>();
        foreach (var part in parts)
        {
            try
            {
                built.Add((part.Name, part.Build(settings)));
            }
            catch (SettingsException e)
            {
                mistakes.AddRange(e.Mistakes);
            }
            catch (OptionsValidationException e)
            {
                mistakes.AddRange(e.Failures);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
                // A service that reads a file when it is made, such as the vault its key.
                mistakes.Add(e.Message);
            }
        }

        // Options that are checked at the start (ValidateOnStart) are asked now, for the same reason.
        foreach (var (_, app) in built)
        {
            try
            {
                ((IStartupValidator?)app.Services.GetService(typeof(IStartupValidator)))?.Validate();
            }
            catch (OptionsValidationException e)
            {
                mistakes.AddRange(e.Failures);
            }
            catch (AggregateException e)
            {
                mistakes.AddRange(e.InnerExceptions.SelectMany(inner => inner is OptionsValidationException wrong ? wrong.Failures : [inner.Message]));
            }
        }

        Telemetry? telemetry = null;
        try
        {
            telemetry = Telemetry.Start(settings, built.Select(part => part.Item1));
        }
        catch (CommandException e)
        {
            mistakes.Add(e.Message);
        }

        return mistakes.Count == 0
            ? new Hub(built, telemetry!)
            : throw new CommandException($"Some settings are wrong:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", mistakes.Distinct())}");
    }

    /// <summary>Starts the parts one after another: they create their tables side by side in one database.</summary>
    public async Task StartAsync(Steps steps, CancellationToken ct)
    {
        foreach (var (name, app) in _parts)
        {
            await steps.RunAsync(name, async () =>
            {
                _running.Push((name, app));
                var console = Console.Out;
                try
                {
                    // The library that creates the queues' tables prints its statements to the console and cannot be told not to. Logs took their writer when the parts were built.
                    Console.SetOut(TextWriter.Null);
                    await app.StartAsync(ct);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    throw new CommandException($"{name} did not start: {Reasons(e)}", e);
                }
                finally
                {
                    Console.SetOut(console);
                }
            });
        }
    }

    /// <summary>Stops in the opposite order, the gateway first; what does not stop in time is left to the end of the process. Every message is durable, so nothing is lost by it.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        if (_running.TryPop(out var door))
        {
            await StopAsync(door, patience.Token);
        }

        await Task.WhenAll(_running.Select(part => StopAsync(part, patience.Token)));
        _running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var (_, app) in _parts)
        {
            try
            {
                await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2));
            }
            catch (Exception e) when (e is TimeoutException or ObjectDisposedException or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
        }

        _telemetry.Dispose();
    }

    /// <summary>Free loopback ports, all different: they are held together before the first is let go.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    private static async Task StopAsync((string Name, WebApplication App) part, CancellationToken ct)
    {
        try
        {
            await part.App.StopAsync(ct).WaitAsync(ct);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"{part.Name} did not stop in time.");
        }
        catch (Exception e) when (e is AggregateException or InvalidOperationException or ObjectDisposedException or IOException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync($"{part.Name} did not stop cleanly: {Reasons(e)}");
        }
    }

    /// <summary>The outermost and the innermost word; what a library quotes in between, whole SQL scripts at times, helps nobody at a terminal.</summary>
    private static string Reasons(Exception e)
    {
        var inner = e.GetBaseException();
        return inner == e ? Brief(e.Message) : $"{Brief(e.Message)} {Brief(inner.Message)}";

        static string Brief(string message) => message.Split('\n', 2)[0].Trim();
    }
}
