using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Access;
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

    [Fact]
    public async Task One_may_start_while_another_follows_the_patients()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        await using var other = new NpgsqlConnection(hub.Settings["ConnectionStrings:Patients"]);
        await other.OpenAsync();

        // That turn is kept for hours: by the hub of these tests, or else by us.
        await using var turn = new NpgsqlCommand("select pg_try_advisory_lock(7311)", other);
        await turn.ExecuteScalarAsync();
        await hub.Of<AccessLog>("patients").StartingAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        await using var letGo = new NpgsqlCommand("select pg_advisory_unlock_all()", other);
        await letGo.ExecuteScalarAsync();
    }
}
