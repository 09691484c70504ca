using System.Reflection;
using Marten;
using MedCrm.Connectors.Sdk.Archive;
using MedCrm.Connectors.Sdk.Calls;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Sdk.Outbound;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.Runtime;

namespace MedCrm.Connectors.Sdk;

/// <summary>The whole hosting of a connector.</summary>
public static class ConnectorPart
{
    /// <summary>The connection string that all connectors share; each has a schema of its own there.</summary>
    public const string Database = "Connectors";

    /// <summary>Makes a connector a part of the hub.</summary>
    /// <param name="name">Lower case: <c>email</c>. Also its schema, and its queue <c>connector.{name}.outbound</c> when it can send.</param>
    /// <param name="assembly">The connector's own assembly.</param>
    /// <param name="configure">What the connector brings: options, sources, sender, mapper, endpoints.</param>
    public static Part Create(string name, Assembly assembly, Action<ConnectorBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return new(name, configuration =>
        {
            var builder = new ConnectorBuilder(PartBuilder.Create(name, assembly, Database, configuration));
            configure(builder);
            return builder.Build();
        });
    }
}

/// <summary>Collects what a connector brings.</summary>
public sealed class ConnectorBuilder
{
    private readonly PartBuilder _part;
    private readonly List<Action<WebApplication>> _endpoints = [];

    internal ConnectorBuilder(PartBuilder part) => _part = part;

    /// <summary>Services of the connector.</summary>
    public IServiceCollection Services => _part.Web.Services;

    /// <summary>All settings.</summary>
    public IConfiguration Configuration => _part.Web.Configuration;

    /// <summary>Adds a source that is kept running: asked (polling) or listened to.</summary>
    public ConnectorBuilder AddSource(Func<IServiceProvider, IInboundSource> create)
    {
        Services.AddSingleton(create);
        return this;
    }

    private bool Calls => Services.Any(service => service.ServiceType == typeof(ICallPlacer));

    private bool Sends => Services.Any(service => service.ServiceType == typeof(IOutboundSender));

    /// <summary>Gives the connector a voice: it hears <c>connector.{name}.outbound</c>. The same as registering an <see cref="IOutboundSender"/>.</summary>
    public ConnectorBuilder UseSender<TSender>()
        where TSender : class, IOutboundSender
    {
        Services.AddSingleton<IOutboundSender, TSender>();
        return this;
    }

    /// <summary>Adds a webhook: the Sdk maps its route for POST and GET, and reads its calls.</summary>
    /// <param name="route">The path, an ASP.NET route pattern below <c>/hooks/{connector}/</c>, which the gateway lets through without a session: <c>/hooks/pager/{key}</c>. The older <c>/webhooks/telegram/</c> and <c>/webhooks/telephony/</c> stay open, for they stand in the settings of other companies.</param>
    public ConnectorBuilder UseWebhook<TWebhook>(string route)
        where TWebhook : class, IWebhook
    {
        var place = Services.Count(service => service.ServiceType == typeof(IWebhook));
        Services.AddSingleton<IWebhook, TWebhook>();
        // Made at its first call: what it stands on is not there before the part has started.
        return Map(app => app.MapWebhook(route, () => app.Services.GetServices<IWebhook>().ElementAt(place), app.Services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Says how raw inputs are understood when a person replays them.</summary>
    public ConnectorBuilder UseRawInputMapper<TMapper>()
        where TMapper : class, IRawInputMapper
    {
        Services.AddSingleton<IRawInputMapper, TMapper>();
        return this;
    }

    /// <summary>Adds the connection test behind "check connection".</summary>
    public ConnectorBuilder UseConnectionTest<TTest>()
        where TTest : class, IConnectionTest
    {
        Services.AddSingleton<IConnectionTest, TTest>();
        return this;
    }

    /// <summary>Maps endpoints of the connector: webhooks, forms.</summary>
    public ConnectorBuilder Map(Action<WebApplication> endpoints)
    {
        _endpoints.Add(endpoints);
        return this;
    }

    internal WebApplication Build()
    {
        _part.UseStore(ConfigureStore);
        _part.UseBus(ConfigureBus);
        if (Sends || Calls)
        {
            _part.Hears(Queues.Outbound(_part.Name));
        }

        var retention = _part.Bind<RetentionOptions>(RetentionOptions.Section);
        Services.AddSingleton(retention);
        _part.Forgets(RawRetention.Rule(_part.Name, retention));
        Services.AddSingleton<ChannelHealth>();
        Services.AddSingleton(_part.Bind<ChannelAlertOptions>(ChannelAlertOptions.Section));
        Services.AddSingleton<RawContent>();
        Services.AddSingleton<MessageSealer>();
        Services.AddSingleton<CallSealer>();
        Services.AddSingleton<IKnownCalls, KnownCalls>();
        Services.AddSingleton<InboundSink>();
        Services.AddSingleton<IInboundSink>(services => services.GetRequiredService<InboundSink>());
        Services.AddSingleton<ICheckpointStore, CheckpointStore>();
        Services.AddHostedService<SourceSupervisor>();
        if (Calls)
        {
            Services.AddSingleton(services => new CallPlacing(
                services.GetRequiredService<IDocumentStore>(),
                services.GetRequiredService<ICallPlacer>(),
                services.GetRequiredService<IInboundSink>(),
                services.GetRequiredService<IPersonalDataVault>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<CallPlacing>>()));
        }

        if (Sends)
        {
            Services.AddSingleton(services => new OutboundDelivery(
                services.GetRequiredService<IDocumentStore>(),
                services.GetRequiredService<IWolverineRuntime>(),
                services.GetRequiredService<BusOptions>(),
                services.GetRequiredService<IPersonalDataVault>(),
                services.GetRequiredService<IBlobStore>(),
                services.GetRequiredService<IOutboundSender>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<OutboundDelivery>>()));
        }
        else if (!Calls)
        {
            // Without a voice there is nothing to handle, and nothing to wonder about at every start.
            _part.Web.Logging.AddFilter("Wolverine.Configuration.HandlerDiscovery", LogLevel.Error);
        }

        var app = _part.Build();
        app.MapQuarantine();
        app.MapArchive();
        app.MapChannels();
        app.MapOpenApi();
        foreach (var map in _endpoints)
        {
            map(app);
        }

        return app;
    }

    private static void ConfigureStore(StoreOptions store)
    {
        // Repeats are found by key, what was kept long enough by its age, and nothing else is asked of these; every further column would be paid for by each contact.
        store.Schema.For<StoredInput>().Metadata(m => m.DisableInformationalFields()).Duplicate(input => input.ReceivedAt, configure: index =>
        {
            index.Name = "raw_inputs_kept";
            index.Predicate = RawRetention.IsKept;
        });
        store.Schema.For<StoredCheckpoint>().Metadata(m => m.DisableInformationalFields());
        store.Schema.For<ChannelPulse>().Metadata(m => m.DisableInformationalFields());
        store.Schema.For<KnownCall>().Metadata(m => m.DisableInformationalFields()).Duplicate(call => call.Open, configure: index => index.Name = "open_calls");
        store.Schema.For<CallAttempt>();
        store.Schema.For<QuarantinedInput>().Duplicate(input => input.ReceivedAt, configure: index => index.Name = "quarantined_received_at");
        store.Schema.For<RawReading>().Duplicate(reading => reading.InputId).Duplicate(reading => reading.At);
        store.Schema.For<OutboundAttempt>().Index(attempt => attempt.ExternalMessageId!).Index(attempt => attempt.SubjectId);
    }

    private void ConfigureBus(WolverineOptions options, BusOptions bus)
    {
        if (Sends)
        {
            options.Discovery.IncludeType(typeof(DeliverMessageHandler));
            options.PublishMessage<RetryDelivery>().ToLocalQueue("delivery-retries").UseDurableInbox();
        }

        if (Calls)
        {
            options.Discovery.IncludeType(typeof(PlaceCallHandler));
        }
    }
}
