using System.Net;
using MedCrm.Gateway.Live;
using MedCrm.Gateway.Proxy;
using MedCrm.Gateway.Session;
using MedCrm.Gateway.Window;
using MedCrm.Hosting;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Gateway;

/// <summary>The only thing a browser sees: sign-in, the static window, the live feed, and the way to the rooms. No business rules.</summary>
public static class GatewayPart
{
    public static Part Part { get; } = new("gateway", Build);

    private static WebApplication Build(IConfiguration configuration)
    {
        var builder = PartBuilder.Create("gateway", typeof(GatewayPart).Assembly, "Gateway", configuration);
        var options = builder.Bind<GatewayOptions>(GatewayOptions.Section);
        var services = builder.Web.Services;
        services.AddSingleton(options);
        var demo = builder.Bind<DemoOptions>(DemoOptions.Section);
        services.AddSingleton(demo);
        AddSessions(services, builder.ConnectionString, options, KeysDirectory(options, configuration));
        AddLive(services);
        services.AddHttpClient();
        services.AddSingleton<ConnectorLists>();
        services.AddSingleton<RoomSearch>();
        Rooms.Add(services, configuration);
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var proxy in options.TrustedProxies.Where(proxy => IPAddress.TryParse(proxy, out _)))
            {
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            }
        });
        builder.HearsInAnyOrder(Queues.Feed);
        builder.Hears(Queues.Calls);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/_next"), window => window.UseResponseCompression());
        app.UseWindowFiles(options.WebRoot);
        app.UseRouting();
        app.UseSameOrigin();
        app.UseAuthentication();
        app.UseSamePerson();
        app.UseAuthorization();
        var api = app.MapGroup("/api").RequireAuthorization();
        SessionEndpoints.Map(api);
        QuarantineEndpoint.Map(api);
        ChannelsEndpoint.Map(api);
        SearchEndpoint.Map(api);
        AssignEndpoint.Map(api);
        api.MapGet("/screen-events", async (Guid? epoch, long? after, int? limit, Feed feed, SeenLog seen, HttpContext http, CancellationToken ct) =>
        {
            await seen.TellWindowAsync(SessionAgent.Of(http.User));
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(await feed.ResumeAsync(epoch ?? (after is null ? null : feed.Epoch), after ?? 0, Math.Clamp(limit ?? 500, 1, Feed.LongestDelta), ct));
        }).WithName("getScreenEvents");
        app.MapHub<WindowHub>("/hubs/window", hub => hub.Transports = HttpTransportType.WebSockets);
        app.MapWidget(options.WidgetRoot, demo.Enabled);
        Rooms.Map(app);
        OpenApiEndpoint.Map(app);
        return app;
    }

    private static string KeysDirectory(GatewayOptions options, IConfiguration configuration) =>
        options.KeysDirectory.Length > 0
            ? options.KeysDirectory
            : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configuration[$"{InternalIdentityOptions.Section}:{nameof(InternalIdentityOptions.SigningKeyFile)}"] ?? "key"))!, "session-keys");

    private static void AddLive(IServiceCollection services)
    {
        services.AddSingleton<Feed>();
        services.AddHostedService(provider => provider.GetRequiredService<Feed>());
        services.AddSingleton<FeedWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedWriter>());
        services.AddHostedService<FeedTail>();
        services.AddSingleton<CallCards>();
        services.AddHostedService(provider => provider.GetRequiredService<CallCards>());
        services.AddHostedService<CallTail>();
        services.AddHostedService<NewsTail>();
        services.AddSingleton<OpenWindows>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenWindows>());
        services.AddSignalR(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
            hub.MaximumReceiveMessageSize = 16 * 1024;
        }).AddJsonProtocol();
        // The live line speaks exactly as the HTTP API does, opened values included.
        services.AddOptions<JsonHubProtocolOptions>().Configure<IOptions<JsonOptions>>((hub, http) => hub.PayloadSerializerOptions = http.Value.SerializerOptions);
    }

    private static void AddSessions(IServiceCollection services, string connectionString, GatewayOptions options, string keysDirectory)
    {
        services.AddDbContext<UserDatabase>(db => db.UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("migrations", UserDatabase.Schema)
            // After the database was away the pool still holds its dead lines; nobody should be refused for that.
            .EnableRetryOnFailure(3)));
        services.AddDataProtection().SetApplicationName("medcrm").PersistKeysToFileSystem(new DirectoryInfo(keysDirectory));
        services.AddIdentity<User, IdentityRole<Guid>>(identity =>
            {
                identity.Password.RequiredLength = 12;
                identity.Password.RequireNonAlphanumeric = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireDigit = false;
                identity.Lockout.MaxFailedAccessAttempts = 10;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddEntityFrameworkStores<UserDatabase>()
            .AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<SessionClaims>();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "medcrm";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.SessionIdle;
            cookie.SlidingExpiration = true;
            cookie.Events = new CookieAuthenticationEvents
            {
                OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync,
                OnRedirectToLogin = context => Refuse(context.Response, StatusCodes.Status401Unauthorized),
                OnRedirectToAccessDenied = context => Refuse(context.Response, StatusCodes.Status403Forbidden),
            };
        });
        services.AddSingleton<SessionAgent>();
        services.AddHostedService<UserSetup>();

        static Task Refuse(HttpResponse response, int status)
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        }
    }
}
