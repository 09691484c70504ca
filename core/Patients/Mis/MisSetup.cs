using MedCrm.Patients.Identification;
using MedCrm.Patients.Mis.Demo;
using MedCrm.Patients.Mis.Fhir;
using MedCrm.Patients.Mis.Renovatio;
using MedCrm.Patients.Slots;
using MedCrm.Patients.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Patients.Mis;

/// <summary>Puts the chosen adapter behind <see cref="ReliableMis"/>; nothing else of the house ever sees an adapter.</summary>
internal static class MisSetup
{
    public static void AddMis(this IServiceCollection services, MisOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(new ClinicTime(options));
        services.AddSingleton<MisJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<MisJournal>());
        services.AddSingleton<FreeSlots>();
        services.AddHostedService(provider => provider.GetRequiredService<FreeSlots>());
        services.AddSingleton<AppointmentCopy>();
        services.AddHostedService(provider => provider.GetRequiredService<AppointmentCopy>());
        services.AddSingleton<AppointmentSync>();
        services.AddSingleton<Reconciliation>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciliation>());
        switch (options.Adapter)
        {
            case MisAdapter.Demo:
                services.AddSingleton<DemoDatabase>();
                services.AddHostedService(provider => provider.GetRequiredService<DemoDatabase>());
                services.AddSingleton<DemoFaults>();
                Use<DemoMis>(services);
                break;
            case MisAdapter.Fhir:
                services.AddSingleton(provider => new FhirMis(Http(options.Fhir.Url!, options.Fhir.Token), provider.GetRequiredService<ClinicTime>(), provider.GetRequiredService<TimeProvider>()));
                Wrap<FhirMis>(services);
                break;
            case MisAdapter.Renovatio:
                services.AddSingleton(provider => new RenovatioMis(new RenovatioApi(Http(options.Renovatio.Url, token: null), options.Renovatio.ApiKey!, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<ClinicTime>()));
                Wrap<RenovatioMis>(services);
                break;
            default:
                Use<NoMis>(services);
                return;
        }

        services.AddHostedService<FollowSchedule>();
        services.AddHostedService<FollowAppointments>();
        services.AddHostedService<FollowPatients>();
    }

    private static void Use<TAdapter>(IServiceCollection services)
        where TAdapter : class, IMisGateway
    {
        services.AddSingleton<TAdapter>();
        Wrap<TAdapter>(services);
    }

    private static void Wrap<TAdapter>(IServiceCollection services)
        where TAdapter : class, IMisGateway =>
        services.AddSingleton<IMisGateway>(provider => ActivatorUtilities.CreateInstance<ReliableMis>(provider, provider.GetRequiredService<TAdapter>()));

    /// <summary>A line to the MIS. How long a call may take is <see cref="ReliableMis"/>'s to say; connections are renewed now and then, so that a changed address is noticed.</summary>
    private static HttpClient Http(string url, string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(url.EndsWith('/') ? url : url + '/'),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = string.IsNullOrWhiteSpace(token) ? null : new("Bearer", token);
        return http;
    }
}
