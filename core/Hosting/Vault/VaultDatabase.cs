using Microsoft.Extensions.Hosting;
using Npgsql;

namespace MedCrm.Hosting.Vault;

/// <summary>The vault's database. Kept apart from the rooms' so that its backups can be short-lived: an erased key must not survive in an old copy.</summary>
internal sealed class VaultDatabase(string connectionString) : IHostedLifecycleService, IAsyncDisposable
{
    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(connectionString);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // The lock keeps parts that start together from racing each other's "if not exists".
        await using var command = Source.CreateCommand(
            """
            select pg_advisory_lock(7301);
            create schema if not exists vault;
            create table if not exists vault.data_keys (
                subject_id uuid primary key,
                wrapped_key bytea,
                created_at timestamptz not null default now(),
                destroyed_at timestamptz);
            select pg_advisory_unlock(7301);
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
