using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Npgsql;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Instances of the hub that start side by side.</summary>
public sealed class StartTests(Hubs hubs)
{
    [Fact]
    public async Task Those_that_start_together_create_their_tables_once()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        await using var database = NpgsqlDataSource.Create(hub.Settings["ConnectionStrings:Patients"]!);
        var schema = $"start_{Guid.NewGuid():N}";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => database.CreateTablesAsync(
            $"create schema if not exists {schema}; create table if not exists {schema}.things (id int primary key, name text); create index if not exists things_name on {schema}.things (name);",
            CancellationToken.None)));
        Assert.Equal(0L, await hub.AskAsync<long>("Patients", $"select count(*) from {schema}.things"));
    }
}
