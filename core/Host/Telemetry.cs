using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using MedCrm.Host.Commands;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MedCrm.Host;

/// <summary>
/// One trace from the channel to the screen, and the process's figures. Listeners to activities hear the whole process, so there is one for all parts.
/// What is sent says which step took how long, never about whom: no address of a caller, no path, no query, no outgoing call (a messenger's address holds its token).
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _figures;

    private Telemetry(TracerProvider? traces, MeterProvider? figures) => (_traces, _figures) = (traces, figures);

    /// <exception cref="CommandException">The settings are wrong.</exception>
    public static Telemetry Start(IConfiguration settings, IEnumerable<string> parts)
    {
        var options = settings.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        var mistakes = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), mistakes, validateAllProperties: true))
        {
            throw new CommandException(string.Join(Environment.NewLine + "  ", mistakes.Select(mistake => mistake.ErrorMessage)));
        }

        if (options.Collector is null)
        {
            return new(null, null);
        }

        var collector = new Uri(options.Collector.TrimEnd('/') + "/");
        var who = ResourceBuilder.CreateEmpty().AddService("medcrm", serviceVersion: VersionCommand.Version).AddAttributes([new("medcrm.parts", string.Join(' ', parts))]);
        var traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(who)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Share / 100.0)))
            .AddAspNetCoreInstrumentation(web =>
            {
                web.Filter = call => !call.Request.Path.StartsWithSegments("/health");
                web.EnrichWithHttpResponse = (activity, _) => Forget(activity);
                web.EnrichWithException = (activity, _) => Forget(activity);
            })
            .AddSource("Wolverine")
            .AddOtlpExporter(otlp => (otlp.Protocol, otlp.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(collector, "v1/traces")))
            .Build();
        var figures = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(who)
            .AddMeter("Wolverine:*", "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections")
            .AddOtlpExporter(otlp => (otlp.Protocol, otlp.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(collector, "v1/metrics")))
            .Build();
        return new(traces, figures);
    }

    /// <summary>What was measured last is sent; a collector that does not answer delays nobody for long.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(2000);
        _figures?.Shutdown(2000);
        _traces?.Dispose();
        _figures?.Dispose();
    }

    // The route stays, with names in place of what they stand for.
    private static void Forget(Activity activity)
    {
        foreach (var tag in (ReadOnlySpan<string>)["url.path", "url.query", "user_agent.original", "client.address", "network.peer.address"])
        {
            activity.SetTag(tag, null);
        }
    }
}
