using MedCrm.Patients.Mis.Demo;
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
        switch (options.Adapter)
        {
            case MisAdapter.Demo:
                services.AddSingleton<DemoDatabase>();
                services.AddHostedService(provider => provider.GetRequiredService<DemoDatabase>());
                services.AddSingleton<DemoFaults>();
                Use<DemoMis>(services);
                break;
            default:
                Use<NoMis>(services);
                break;
        }
    }

    private static void Use<TAdapter>(IServiceCollection services)
        where TAdapter : class, IMisGateway
    {
        services.AddSingleton<TAdapter>();
        services.AddSingleton<IMisGateway>(provider => ActivatorUtilities.CreateInstance<ReliableMis>(provider, provider.GetRequiredService<TAdapter>()));
    }
}
