using Npgsql;

namespace MedCrm.Hosting.Vault;

/// <summary>The vault's database. Kept apart from the rooms' so that its backups can be short-lived: an erased key must not survive in an old copy.</summary>
internal sealed class VaultDatabase(string connectionString) : BeforeStart, IAsyncDisposable
{
    public string ConnectionString => connectionString;

    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(connectionString);

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        Source.CreateTablesAsync(
            """
            create schema if not exists vault;
            create table if not exists vault.data_keys (
                subject_id uuid primary key,
                wrapped_key bytea,
                created_at timestamptz not null default now(),
                destroyed_at timestamptz);
            """,
            cancellationToken);

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
