using MedCrm.Connectors.Pager;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Tests.Pager;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MedCrm.Connectors.Tests.Conformance;

/// <summary>A suite that nothing can fail proves nothing: each of these connectors is sound but for one mistake that people really make, and the check named beside it must say so.</summary>
public sealed class BrokenConnectorTests(PostgresFixture postgres)
{
    private static readonly Dictionary<string, (string Check, bool Called, Action<ConnectorBuilder> Break)> Broken = new()
    {
        ["says the connection works whatever happens"] = ("C1", false, c => c.Services.Replace(ServiceDescriptor.Singleton<IConnectionTest, Optimist>())),
        ["forgets the second half of a text"] = ("C2", false, c => Source(c, sink => new Sink(sink) { Event = m => m with { Text = m.Text[..(m.Text.Length / 2)] } })),
        ["makes a key of its own for each input"] = ("C3", false, c => Source(c, sink => new Sink(sink) { Raw = raw => raw with { ExternalId = Guid.NewGuid().ToString("N") }, Event = m => m with { ExternalMessageId = Guid.NewGuid().ToString("N") } })),
        ["moves on although nothing was stored"] = ("C4", false, c => Source(c, sink => new Sink(sink) { Forgives = true })),
        ["dials without a pause"] = ("C5", false, c => Replace<IInboundSource>(c, s => new Impatient(s.GetRequiredService<PagerSource>()))),
        ["drops what comes late"] = ("C6", true, c => Hook(c, sink => new Sink(sink) { OnlyRising = true })),
        ["starts at the newest message"] = ("C7", false, c => Replace<IInboundSource>(c, s => ActivatorUtilities.CreateInstance<PagerSource>(s, new Amnesia(s.GetRequiredService<PagerApi>())))),
        ["believes everybody"] = ("C8", true, c => c.Services.Replace(ServiceDescriptor.Singleton<IWebhook, Trusting>())),
        ["says yes before it is stored"] = ("C10", true, c => Hook(c, sink => new Sink(sink) { Later = true })),
        ["trips over what it cannot read"] = ("C11", false, c => Source(c, sink => new Sink(sink) { Chokes = true })),
        ["cuts long texts"] = ("C12", false, c => Sender(c, (s, m, ct) => s.SendAsync(m with { Text = m.Text[..Math.Min(200, m.Text.Length)] }, ct))),
        ["answers into the void"] = ("C13", false, c => Sender(c, (s, m, ct) => s.SendAsync(m with { References = [] }, ct))),
        ["gives up when asked to wait"] = ("C14", false, c => Sender(c, async (s, m, ct) => await s.SendAsync(m, ct) is SendOutcome.RetryAfter ? new SendOutcome.Refused("rejected", null) : new SendOutcome.Sent(null))),
        ["tries for ever to reach who blocked us"] = ("C15", false, c => Sender(c, async (s, m, ct) => await s.SendAsync(m, ct) is SendOutcome.Refused ? new SendOutcome.RetryAfter(TimeSpan.FromSeconds(5)) : new SendOutcome.Sent(null))),
        ["sends a repeat under another key"] = ("C16", false, c => Sender(c, (s, m, ct) => s.SendAsync(m with { MessageId = MedCrm.Contracts.MessageId.New() }, ct))),
        ["logs what it reads"] = ("C20", false, c => Replace<IInboundSource>(c, s => Over(s, new Sink(s.GetRequiredService<IInboundSink>()) { Tells = s.GetRequiredService<ILogger<Sink>>() }))),
        ["takes Moscow time for UTC"] = ("C21", false, c => Source(c, sink => new Sink(sink) { Event = m => m with { SentAt = m.SentAt?.AddHours(3) } })),
        ["will not stop"] = ("C22", false, c => Replace<IInboundSource>(c, s => new Stubborn(s.GetRequiredService<PagerSource>()))),
    };

    public static TheoryData<string> Names => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_broken_connector_is_caught(string mistake)
    {
        var (check, called, broken) = Broken[mistake];
        var part = ConnectorPart.Create("pager", typeof(PagerConnector).Assembly, connector =>
        {
            PagerConnector.Configure(connector);
            connector.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<PagerSource>(s));
            connector.Services.AddSingleton<PagerSender>();
            broken(connector);
        });
        PagerPeer peer = called ? new CallingPagerPeer { Tampered = part } : new PagerPeer { Tampered = part };
        var caught = await Record.ExceptionAsync(() => ConformanceChecks.RunAsync(check, peer, postgres, TestContext.Current.CancellationToken));
        Assert.True(caught is Xunit.Sdk.IAssertionException or TimeoutException, $"{check} let it pass, or fell over something else: {caught}");
    }

    [Fact]
    public void What_the_manifest_promises_cannot_be_left_out()
    {
        Assert.Throws<Xunit.Sdk.TrueException>(() => ConformanceChecks.WhyNot("C4", new Lazy("C4", "it never crashes")));
        Assert.Throws<Xunit.Sdk.TrueException>(() => ConformanceChecks.WhyNot("C1", new Lazy("C1", "no")));
        Assert.Null(ConformanceChecks.WhyNot("C13", new PagerPeer()));
    }

    private static void Replace<T>(ConnectorBuilder connector, Func<IServiceProvider, T> make)
        where T : class => connector.Services.Replace(ServiceDescriptor.Singleton(make));

    private static void Source(ConnectorBuilder connector, Func<IInboundSink, IInboundSink> wrap) =>
        Replace<IInboundSource>(connector, s => Over(s, wrap(s.GetRequiredService<IInboundSink>())));

    private static PagerSource Over(IServiceProvider services, IInboundSink sink) => ActivatorUtilities.CreateInstance<PagerSource>(services, sink);

    private static void Hook(ConnectorBuilder connector, Func<IInboundSink, IInboundSink> wrap) =>
        Replace<IWebhook>(connector, s => ActivatorUtilities.CreateInstance<PagerWebhook>(s, wrap(s.GetRequiredService<IInboundSink>())));

    private static void Sender(ConnectorBuilder connector, Func<PagerSender, OutboundMessage, CancellationToken, Task<SendOutcome>> send) =>
        Replace<IOutboundSender>(connector, s => new Wrong(s.GetRequiredService<PagerSender>(), send));

    private sealed class Wrong(PagerSender sound, Func<PagerSender, OutboundMessage, CancellationToken, Task<SendOutcome>> send) : IOutboundSender
    {
        public Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct) => send(sound, message, ct);
    }

    private sealed class Optimist : IConnectionTest
    {
        public Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<ConnectionReport>>([new("pager/main", true, "Всё в порядке, как всегда.")]);
    }

    private sealed class Impatient(PagerSource sound) : IInboundSource
    {
        public string Channel => sound.Channel;

        public async Task RunAsync(CancellationToken ct)
        {
            var failures = 0;
            while (true)
            {
                try
                {
                    await sound.RunAsync(ct);
                }
                catch (ConnectorNotReadyException) when (failures++ % 100 != 99)
                {
                    await Task.Delay(10, ct);
                }
            }
        }
    }

    private sealed class Stubborn(PagerSource sound) : IInboundSource
    {
        public string Channel => sound.Channel;

        public async Task RunAsync(CancellationToken ct)
        {
            await sound.RunAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromSeconds(8), CancellationToken.None);
        }
    }

    /// <summary>Believes that it has read everything there is at the start.</summary>
    private sealed class Amnesia(PagerApi api) : ICheckpointStore
    {
        public async Task<Checkpoint?> ReadAsync(string source, CancellationToken ct)
        {
            var all = await api.UpdatesAsync(0, ct);
            return all.Count == 0 ? null : new(source, all[^1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private sealed class Trusting(IInboundSink sink) : IWebhook
    {
        public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
        {
            var mapped = PagerMapper.Map(incoming.Body);
            await sink.AcceptAsync(RawInput.FromBytes(PagerConnector.Channel, PagerMapper.KeyOf(incoming.Body), PagerMapper.MediaType, incoming.Body), mapped.Events, null, ct);
            return WebhookAnswer.Ok;
        }
    }

    private sealed class Lazy(string check, string reason) : PagerPeer
    {
        public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string> { [check] = reason };
    }

    internal sealed class Sink(IInboundSink sound) : IInboundSink
    {
        private string _last = "";

        public Func<RawInput, RawInput> Raw { get; init; } = raw => raw;

        public Func<InboundMessage, InboundMessage> Event { get; init; } = message => message;

        public bool Forgives { get; init; }

        public bool OnlyRising { get; init; }

        public bool Later { get; init; }

        public bool Chokes { get; init; }

        public ILogger? Tells { get; init; }

        public async Task<AcceptResult> AcceptAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint? checkpoint, CancellationToken ct)
        {
            if (Chokes && events.Count == 0)
            {
                throw new InvalidOperationException("Nobody told me about this.");
            }

            if (OnlyRising && string.CompareOrdinal(raw.ExternalId, _last) <= 0)
            {
                return AcceptResult.Duplicate;
            }

            _last = raw.ExternalId;
            if (Tells is { } log && log.IsEnabled(LogLevel.Debug) && events is [InboundMessage { Text: var text }])
            {
                log.LogDebug("Read {Text}", text);
            }

            var store = async () => await sound.AcceptAsync(Raw(raw), [.. events.Select(e => e is InboundMessage message ? Event(message) : e)], checkpoint, Later ? CancellationToken.None : ct);
            if (Later)
            {
                _ = store();
                return AcceptResult.Accepted;
            }

            try
            {
                return await store();
            }
            catch (ConnectorNotReadyException) when (Forgives)
            {
                return AcceptResult.Accepted;
            }
        }
    }
}
