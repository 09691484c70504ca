using System.Data.Common;
using Marten;
using Marten.Storage;
using MedCrm.Hosting.Retention;
using Npgsql;
using Weasel.Core;
using Weasel.Storage;

namespace MedCrm.Hosting.Blobs;

/// <summary>
/// Files that are being written, or that no transaction has kept yet. The row comes before the file, in the part's own database; the transaction that writes down the file's id
/// takes the row out. So a crash in between leaves a row to find the file by, and nobody has to be asked whether a file is needed: another room, a queue or a dead letter may name it.
/// </summary>
public sealed class BlobDrafts(string part, NpgsqlDataSource database, TimeProvider clock) : BeforeStart
{
    /// <summary>Longer than any upload, mail or recording takes from its first byte to its commit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Of a file that is not whole yet.</summary>
    public const string Extension = ".part";

    /// <inheritdoc />
    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            $"""
            create schema if not exists {part};
            create table if not exists {part}.blob_drafts (id uuid primary key, begun_at timestamptz not null);
            """,
            cancellationToken);

    /// <summary>Keeps files for good, in the transaction of the session.</summary>
    /// <param name="session">Of the part that wrote them; it writes their ids down.</param>
    /// <param name="blobs">Written, and not kept before. A commit that comes so late that one of them was removed fails with <see cref="BlobDraftGoneException"/>.</param>
    public static void Keep(IDocumentSession session, params IReadOnlyCollection<Guid> blobs)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(blobs);
        if (blobs.Count > 0)
        {
            session.QueueOperation(new Keeping(session.DocumentStore.Options.DatabaseSchemaName, [.. blobs]));
        }
    }

    /// <summary>As <see cref="Keep"/>, in a transaction of Npgsql's.</summary>
    public async Task KeepAsync(NpgsqlTransaction transaction, IReadOnlyCollection<Guid> blobs, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(blobs);
        await using var command = new NpgsqlCommand($"delete from {part}.blob_drafts where id = any($1)", transaction.Connection, transaction);
        command.Parameters.AddWithValue(blobs.ToArray());
        if (await command.ExecuteNonQueryAsync(ct) != blobs.Count)
        {
            throw new BlobDraftGoneException();
        }
    }

    internal async Task BeginAsync(Guid blob, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"insert into {part}.blob_drafts (id, begun_at) values ($1, $2)");
        command.Parameters.AddWithValue(blob);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What becomes of drafts that nobody kept.</summary>
    internal static RetentionRule Rule(string part) => new(
        $"{part}: drafts of files",
        Patience,
        [],
        $"select id, id from {part}.blob_drafts where begun_at < $1 order by begun_at limit $2 for update skip locked",
        $"delete from {part}.blob_drafts where id = any($1) and begun_at < $2");

    private sealed class Keeping(string part, Guid[] blobs) : Weasel.Storage.IStorageOperation
    {
        // No document: Marten need not make a table for it.
        public Type DocumentType => typeof(StorageFeatures);

        public OperationRole Role() => OperationRole.Other;

        public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
        {
            builder.Append($"delete from {part}.blob_drafts where id = any(");
            builder.AppendParameter(blobs);
            builder.Append(") returning id");
        }

        public async Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token)
        {
            var kept = 0;
            while (await reader.ReadAsync(token))
            {
                kept++;
            }

            if (kept != blobs.Length)
            {
                exceptions.Add(new BlobDraftGoneException());
            }
        }
    }
}

/// <summary>Nothing was committed: a file was written so long ago that it has been removed. Written anew, it can be kept.</summary>
public sealed class BlobDraftGoneException() : InvalidOperationException("A file waited for its commit for longer than a day and was removed; nothing was committed. Hand it over again.");
