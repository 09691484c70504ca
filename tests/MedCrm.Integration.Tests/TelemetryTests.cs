using System.Collections.Concurrent;
using System.Text;
using MedCrm.Host;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>What a collector of the operator's hears.</summary>
public sealed class TelemetryTests(Hubs hubs)
{
    private static readonly string[] Steps = ["POST /forms/", "chat.receive-inbound-message/", "chat.message-received/", "patients.identify-contact/", "patients.contact-identified/", "window.request-changed/"];

    [Theory, ClassData(typeof(BothTransports))]
    public async Task One_trace_leads_from_the_form_to_the_screen_and_names_nobody(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await using var collector = await Collector.StartAsync();
        var person = Person.New();
        var window = await hub.WindowAsync();
        using (Telemetry.Start(new ConfigurationBuilder().AddInMemoryCollection([new("Telemetry:Collector", collector.Address)]).Build(), ["test"]))
        {
            await window.SendFormAsync(person.Form("Болит горло"));
            await Eventually.TrueAsync(() => Task.FromResult(collector.Traces.Any()), "a trace of the whole road");
        }

        // What the request's card tells IT is the trace's own name.
        var id = (string)(await window.RowOfAsync(person))["id"]!;
        Assert.Contains((string)(await window.GetAsync($"/api/requests/{id}"))["traceId"]!, collector.Traces, StringComparer.OrdinalIgnoreCase);
        var all = string.Concat(collector.Bodies.Select(Encoding.UTF8.GetString));
        foreach (var secret in new[] { person.Phone, person.Phone.TrimStart('+'), person.Mail, person.Name, "Болит горло" })
        {
            Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Takes what an exporter sends (OTLP over HTTP, protobuf) and reads trace and name of each span.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Collector(WebApplication app) => _app = app;

        public ConcurrentQueue<byte[]> Bodies { get; } = new();

        public string Address => _app.Urls.First();

        // ExportTraceServiceRequest.resource_spans = 1, .scope_spans = 2, .spans = 2; Span.trace_id = 1, .name = 5 (opentelemetry-proto, trace/v1).
        public IEnumerable<string> Traces => Roads().Where(road => Steps.All(step => road.Any(name => name.StartsWith(step, StringComparison.Ordinal)))).Select(road => road.Key);

        private IEnumerable<IGrouping<string, string>> Roads() =>
            from body in Bodies
            from resource in Fields(body, 1)
            from scope in Fields(resource, 2)
            from span in Fields(scope, 2)
            group Encoding.UTF8.GetString(Fields(span, 5).First().Span) by Convert.ToHexString(Fields(span, 1).First().Span);

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            collector._app.MapPost("/v1/traces", async (HttpRequest request) =>
            {
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                collector.Bodies.Enqueue(body.ToArray());
            });
            collector._app.MapPost("/v1/metrics", () => Results.Ok());
            await collector._app.StartAsync();
            return collector;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int wanted)
        {
            for (var at = 0; at < message.Length;)
            {
                var key = Number(message, ref at);
                var length = (key & 7) switch
                {
                    0 => Skip(message, ref at),
                    1 => 8,
                    5 => 4,
                    _ => (int)Number(message, ref at),
                };
                if (key == (ulong)((wanted << 3) | 2))
                {
                    yield return message.Slice(at, length);
                }

                at += length;
            }
        }

        private static int Skip(ReadOnlyMemory<byte> message, ref int at)
        {
            Number(message, ref at);
            return 0;
        }

        private static ulong Number(ReadOnlyMemory<byte> message, ref int at)
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var next = message.Span[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
