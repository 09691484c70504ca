using System.ComponentModel.DataAnnotations;
using System.Reflection;
using JasperFx;
using Marten;
using MedCrm.Contracts;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Json;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weasel.Core;
using Wolverine;
using Wolverine.Marten;
using Wolverine.Postgresql;

namespace MedCrm.Hosting;

/// <summary>Builds the host of one part: settings, logs, health, bus, store, vault and internal identity, configured once for everybody.</summary>
public sealed class PartBuilder
{
    private readonly List<string> _mistakes = [];
    private Action<StoreOptions>? _store;
    private readonly List<(string Queue, bool InOrder)> _heard = [];
    private Action<WolverineOptions, BusOptions>? _bus;

    private PartBuilder(string name, Assembly assembly, string database, IConfiguration configuration)
    {
        Name = name;
        Assembly = assembly;
        Web = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            // Watching for changed settings means watching a whole directory tree; with a database in it, every write would wake us.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        Web.Configuration.Sources.Clear();
        // A copy: what the web host writes into its configuration must not reach the other parts of this process.
        Web.Configuration.AddInMemoryCollection(configuration.AsEnumerable());
        Web.WebHost.UseUrls(configuration[$"Parts:{name}:Url"] ?? "http://127.0.0.1:0");
        Web.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        Bus = Bind<BusOptions>(BusOptions.Section);
        var hours = Bind<BusinessHoursOptions>(BusinessHoursOptions.Section);
        ConnectionString = RequireConnectionString(database);

        Web.Services.AddSingleton(Bus);
        Web.Services.AddSingleton(_ => new BusinessHours(hours));
        Web.Services.AddOptions<VaultOptions>().BindConfiguration(VaultOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        Web.Services.AddOptions<BlobOptions>().BindConfiguration(BlobOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        Web.Services.AddOptions<InternalIdentityOptions>().BindConfiguration(InternalIdentityOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        Web.Services.TryAddSingleton(TimeProvider.System);
        var vault = RequireConnectionString("Vault");
        Web.Services.AddSingleton(_ => new VaultDatabase(vault));
        Web.Services.AddHostedService(services => services.GetRequiredService<VaultDatabase>());
        Web.Services.AddSingleton<PersonalDataVault>();
        Web.Services.AddSingleton<IPersonalDataVault>(services => services.GetRequiredService<PersonalDataVault>());
        Web.Services.AddHostedService<ErasureTail>();
        Web.Services.AddSingleton(services => new BlobDrafts(name, services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>()));
        Web.Services.AddSingleton<IBlobStore, DiskBlobStore>();
        Web.Services.AddSingleton<SeenLog>();
        Web.Services.AddSingleton(_ => NpgsqlDataSource.Create(ConnectionString));
        Web.Services.AddProblemDetails();
        Web.Services.ConfigureHttpJsonOptions(options => HubJson.Configure(options.SerializerOptions));
        Web.Services.AddOptions<JsonOptions>().Configure<IPersonalDataVault>((options, vault) =>
        {
            options.SerializerOptions.Converters.Add(new OpeningConverter(vault));
            options.SerializerOptions.Converters.Add(new NullableOpeningConverter(vault));
        });
        Web.Services.AddOpenApi(options => options.AddSchemaTransformer(HubSchema.Apply));
        Web.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        Web.AddInternalIdentity();
        Web.Logging.ClearProviders();
        Web.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        Web.Logging.SetMinimumLevel(LogLevel.Information);
        foreach (var (category, level) in QuietCategories)
        {
            Web.Logging.AddFilter(category, level);
        }

        Web.Logging.AddConfiguration(configuration.GetSection("Logging"));
    }

    private static readonly (string Category, LogLevel Level)[] QuietCategories =
    [
        ("Microsoft", LogLevel.Warning),
        ("System", LogLevel.Warning),
        ("Wolverine", LogLevel.Warning),
        ("JasperFx", LogLevel.Warning),
        ("Marten", LogLevel.Warning),
        ("Npgsql", LogLevel.Warning),
        ("Yarp", LogLevel.Warning),
        ("Microsoft.AspNetCore.DataProtection", LogLevel.Error),
        // Asking for a table of migrations that is not there yet is how a first start begins, not a failure.
        ("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical),
    ];

    public string Name { get; }

    public Assembly Assembly { get; }

    public WebApplicationBuilder Web { get; }

    public BusOptions Bus { get; }

    /// <summary>The part's own database.</summary>
    public string ConnectionString { get; private set; }

    /// <summary>Begins a part.</summary>
    /// <param name="name">As in <see cref="Part.Name"/>.</param>
    /// <param name="assembly">The assembly with its handlers.</param>
    /// <param name="database">Which connection string is its own: <c>Chat</c>.</param>
    /// <param name="configuration">All settings.</param>
    public static PartBuilder Create(string name, Assembly assembly, string database, IConfiguration configuration)
    {
        WireNaming.Install();
        return new PartBuilder(name, assembly, database, configuration);
    }

    /// <summary>Gives the part a Marten store in its own schema; state, outbox and de-duplication then commit in one transaction.</summary>
    public PartBuilder UseStore(Action<StoreOptions> configure)
    {
        _store = configure;
        return this;
    }

    /// <summary>Hears a queue: one person's messages one after another, different people side by side.</summary>
    public PartBuilder Hears(string queue)
    {
        _heard.Add((queue, InOrder: true));
        return this;
    }

    /// <summary>Hears a queue whose messages may overtake each other: many at once, so that what arrives together can be written together.</summary>
    public PartBuilder HearsInAnyOrder(string queue)
    {
        _heard.Add((queue, InOrder: false));
        return this;
    }

    /// <summary>What the part's bus needs beyond the shared rules.</summary>
    public PartBuilder UseBus(Action<WolverineOptions, BusOptions> configure)
    {
        _bus = configure;
        return this;
    }

    /// <summary>Removes what has been kept long enough.</summary>
    public PartBuilder Forgets(RetentionRule rule)
    {
        Web.Services.AddSingleton(rule);
        return this;
    }

    /// <summary>Reads and checks settings needed while building; mistakes are collected and reported together by <see cref="Build"/>.</summary>
    public T Bind<T>(string section)
        where T : class, new()
    {
        var options = new T();
        try
        {
            Web.Configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException e)
        {
            _mistakes.Add($"{section}: {e.Message}");
            return options;
        }

        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true) && options is IValidatableObject itself)
        {
            // The validator does not ask the object itself once an attribute has complained; its mistakes would come to light one start later.
            results.AddRange(itself.Validate(new ValidationContext(options)));
        }

        _mistakes.AddRange(results.Select(result => $"{section}: {result.ErrorMessage}").Distinct());
        return options;
    }

    /// <summary>Finishes the host. It is not started and has touched no server yet.</summary>
    /// <exception cref="SettingsException">Settings are wrong; all mistakes at once.</exception>
    public WebApplication Build()
    {
        if (_mistakes.Count > 0)
        {
            throw new SettingsException(Name, _mistakes);
        }

        if (_store is { } configure)
        {
            Web.Services.AddMarten(store =>
            {
                store.Connection(ConnectionString);
                store.DatabaseSchemaName = Name;
                store.DisableNpgsqlLogging = true;
                store.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
                store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, HubJson.Configure);
                store.RegisterValueType<RequestId>();
                store.RegisterValueType<ConversationId>();
                store.RegisterValueType<MessageId>();
                store.RegisterValueType<ContactId>();
                store.RegisterValueType<DataSubjectId>();
                store.RegisterValueType<CallId>();
                store.RegisterValueType<AppointmentId>();
                configure(store);
            })
            .UseLightweightSessions()
            .IntegrateWithWolverine(integration => integration.MessageStorageSchemaName = BusExtensions.MessageSchema(Name));
            Web.Services.AddHostedService(services => services.GetRequiredService<BlobDrafts>());
            Forgets(BlobDrafts.Rule(Name));
            Web.Services.AddSingleton<RetentionSweep>();
            Web.Services.AddHostedService(services => services.GetRequiredService<RetentionSweep>());
        }

        Web.Host.UseWolverine(options =>
        {
            options.UseHubDefaults(Name, Assembly, ConnectionString, Bus);
            if (_store is null && Bus.Transport == BusTransport.RabbitMq)
            {
                options.PersistMessagesWithPostgresql(ConnectionString, BusExtensions.MessageSchema(Name));
            }

            foreach (var (queue, inOrder) in _heard)
            {
                if (inOrder)
                {
                    options.Hears(Bus, queue);
                }
                else
                {
                    options.HearsInAnyOrder(Bus, queue);
                }
            }

            options.PublishesTheMap(Bus, [.. _heard.Select(heard => heard.Queue)]);
            _bus?.Invoke(options, Bus);
            options.UseFailureRules();
        });

        var app = Web.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = RepeatedReads.StatusOf });
        app.UseStatusCodePages();
        app.UseRepeatedReads();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        return app;
    }

    private string RequireConnectionString(string name)
    {
        var value = Web.Configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(value))
        {
            _mistakes.Add($"ConnectionStrings:{name} is missing.");
            return "";
        }

        return Tagged(value);
    }

    /// <summary>
    /// Names the part in pg_stat_activity, so that IT sees who holds what. Statements are prepared once they repeat, and a connection is not
    /// wiped between two uses (nothing of ours leaves anything behind in a session): both were half of the database's work for a contact.
    /// What the settings say themselves stands, for a pooler that can do neither.
    /// </summary>
    private string Tagged(string connectionString) =>
        connectionString.Length == 0 ? "" : new NpgsqlConnectionStringBuilder($"Max Auto Prepare=200;No Reset On Close=true;{connectionString}") { ApplicationName = $"medcrm-{Name}", IncludeErrorDetail = false }.ConnectionString;
}
