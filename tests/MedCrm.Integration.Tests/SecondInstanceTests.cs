using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>A part runs in several instances over one database.</summary>
public sealed class SecondInstanceTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_one_instance_holds_for_as_long_as_it_lives_keeps_no_other_from_starting(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await Eventually.TrueAsync(
            async () => await hub.AskAsync<long>("Patients", "select count(*) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())") >= 3,
            "turns held by the followers of the MIS");

        // What an instance does to the database before it serves anybody; the first one has done it already.
        foreach (var service in hub.Of<IEnumerable<IHostedService>>("patients").OfType<IHostedLifecycleService>().Where(service => service.GetType().Assembly.GetName().Name!.StartsWith("MedCrm.", StringComparison.Ordinal)))
        {
            await service.StartingAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }
}
