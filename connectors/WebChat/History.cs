using System.Text.Json;
using System.Text.RegularExpressions;
using Marten;
using MedCrm.Contracts;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using Npgsql;

namespace MedCrm.Connectors.WebChat;

/// <summary>One line of the conversation as the visitor's browser shows it.</summary>
/// <param name="Seq">Rises by at least one with each line, in the order of commit: who knows a number has seen all below it.</param>
/// <param name="MessageId">The browser's own id for what she wrote, the manager's for an answer.</param>
/// <param name="At">UTC instant.</param>
/// <param name="RepliesTo">The visitor's message that an answer stands under. Null: none.</param>
/// <param name="Choices">Answers to offer as buttons. Null: none.</param>
/// <param name="ChoiceOf">The line whose button she pressed. Null: she typed.</param>
internal sealed record ChatEntry(
    long Seq, Guid MessageId, bool ByVisitor, DateTimeOffset At, string Text, IReadOnlyList<ChatFile> Files, Guid? RepliesTo, IReadOnlyList<string>? Choices, Guid? ChoiceOf);

/// <summary>A file of a line.</summary>
/// <param name="Stored">Whether it can be fetched; her own files stay on her side.</param>
internal sealed record ChatFile(string Name, string MediaType, long Size, bool Stored);

/// <summary>What rests sealed.</summary>
internal sealed record EntryContent(string Text, IReadOnlyList<EntryFile> Files, Guid? RepliesTo, IReadOnlyList<string>? Choices = null, Guid? ChoiceOf = null);

/// <param name="BlobId">Null: not kept here.</param>
internal sealed record EntryFile(string Name, string MediaType, long Size, Guid? BlobId);

/// <summary>Lines of conversations, numbered per visitor.</summary>
internal sealed partial class History(NpgsqlDataSource database, BlobDrafts drafts, IPersonalDataVault vault, TimeProvider clock)
{
    public const string Channel = "medcrm_webchat";
    public const int Longest = 500;

    // The visitor's row is locked until the commit, so that numbers become visible in their order.
    private const string Add =
        """
        with visitor as (update webchat.visitors set last_seq = last_seq + 1 where id = $1 returning id, last_seq)
        insert into webchat.entries (visitor_id, seq, message_id, by_visitor, at, content) select id, last_seq, $2, $3, $4, $5 from visitor
        on conflict (visitor_id, message_id) do nothing
        """;

    /// <summary>Adds what a visitor wrote to the transaction in which it is accepted.</summary>
    public Action<IDocumentSession> Adding(Visitor visitor, Guid messageId, EntryContent content, DateTimeOffset at) => session =>
    {
        // Marten numbers its parameters itself, in the order of their marks.
        session.QueueSqlCommand(Parameter().Replace(Add, "?"), visitor.Id, messageId, true, at, Seal(visitor.Account, content));
        session.QueueSqlCommand($"notify {Channel}, '{visitor.Id:D}'");
    };

    /// <summary>Adds an answer and keeps its files. The person must have a key. A repeat adds nothing, and its files go again.</summary>
    public Task AddAnswerAsync(Guid visitor, string account, Guid messageId, EntryContent content, CancellationToken ct) =>
        Visitors.Reached(AddAsync(visitor, messageId, Seal(account, content), [.. content.Files.Select(file => file.BlobId).OfType<Guid>()], ct));

    private async Task<bool> AddAsync(Guid visitor, Guid messageId, string content, IReadOnlyCollection<Guid> files, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var add = new NpgsqlCommand(Add, connection, transaction);
        add.Parameters.AddWithValue(visitor);
        add.Parameters.AddWithValue(messageId);
        add.Parameters.AddWithValue(false);
        add.Parameters.AddWithValue(clock.GetUtcNow());
        add.Parameters.AddWithValue(content);
        if (await add.ExecuteNonQueryAsync(ct) == 0)
        {
            return false;
        }

        await drafts.KeepAsync(transaction, files, ct);
        await using var notify = new NpgsqlCommand($"notify {Channel}, '{visitor:D}'", connection, transaction);
        await notify.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    public async Task<bool> HasAsync(Guid visitor, Guid messageId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select 1 from webchat.entries where visitor_id = $1 and message_id = $2");
        command.Parameters.AddWithValue(visitor);
        command.Parameters.AddWithValue(messageId);
        return await Visitors.Reached(command.ExecuteScalarAsync(ct)) is not null;
    }

    public async Task<long> HeadAsync(Guid visitor, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select last_seq from webchat.visitors where id = $1");
        command.Parameters.AddWithValue(visitor);
        return await Visitors.Reached(command.ExecuteScalarAsync(ct)) as long? ?? 0;
    }

    /// <summary>Lines above a number, the newest <see cref="Longest"/> of them, in their order. What was sealed for somebody who was erased is left out.</summary>
    public async Task<IReadOnlyList<ChatEntry>> ReadAsync(Guid visitor, string account, long after, CancellationToken ct) =>
        [.. (await RowsAsync(visitor, account, after, null, ct)).Select(row => new ChatEntry(
            row.Seq, row.MessageId, row.ByVisitor, row.At, row.Content.Text,
            [.. row.Content.Files.Select(file => new ChatFile(file.Name, file.MediaType, file.Size, file.BlobId is not null))],
            row.Content.RepliesTo, row.Content.Choices, row.Content.ChoiceOf))];

    public async Task<EntryFile?> FileAsync(Visitor visitor, long seq, int number, CancellationToken ct) =>
        (await RowsAsync(visitor.Id, visitor.Account, seq - 1, seq, ct)) is [var row] && number >= 0 && number < row.Content.Files.Count ? row.Content.Files[number] : null;

    /// <summary>Answers up to a number of which it is not known yet that they were delivered, or read.</summary>
    public async Task<IReadOnlyList<Guid>> UnacknowledgedAsync(Guid visitor, long upTo, bool read, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select message_id from webchat.entries where visitor_id = $1 and seq <= $2 and not by_visitor and {(read ? "read_at" : "delivered_at")} is null order by seq");
        command.Parameters.AddWithValue(visitor);
        command.Parameters.AddWithValue(upTo);
        await using var reader = await Visitors.Reached(command.ExecuteReaderAsync(ct));
        var ids = new List<Guid>();
        while (await Visitors.Reached(reader.ReadAsync(ct)))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>Notes in the transaction of its report that an answer was delivered, or read.</summary>
    public static Action<IDocumentSession> Acknowledging(Guid visitor, Guid messageId, bool read, DateTimeOffset at) => session =>
        session.QueueSqlCommand(
            read
                ? "update webchat.entries set read_at = ?, delivered_at = coalesce(delivered_at, now()) where visitor_id = ? and message_id = ?"
                : "update webchat.entries set delivered_at = ? where visitor_id = ? and message_id = ?",
            at, visitor, messageId);

    private async Task<IReadOnlyList<Row>> RowsAsync(Guid visitor, string account, long after, long? upTo, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select seq, message_id, by_visitor, at, content from webchat.entries where visitor_id = $1 and seq > $2 and seq <= $3 order by seq desc limit $4");
        command.Parameters.AddWithValue(visitor);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo ?? long.MaxValue);
        command.Parameters.AddWithValue(Longest);
        var sealedRows = new List<(long Seq, Guid MessageId, bool ByVisitor, DateTimeOffset At, string Content)>();
        await using (var reader = await Visitors.Reached(command.ExecuteReaderAsync(ct)))
        {
            while (await Visitors.Reached(reader.ReadAsync(ct)))
            {
                sealedRows.Add((reader.GetInt64(0), reader.GetGuid(1), reader.GetBoolean(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4)));
            }
        }

        if (sealedRows.Count > 0)
        {
            await vault.PrefetchAsync([vault.SubjectOf(ContactPointSystem.Account, account)], ct);
        }

        return
        [
            .. from row in sealedRows
               orderby row.Seq
               let opened = vault.Open(Sealed.Parse(row.Content))
               where opened is not null
               select new Row(row.Seq, row.MessageId, row.ByVisitor, row.At, JsonSerializer.Deserialize<EntryContent>(opened, JsonSerializerOptions.Web)!),
        ];
    }

    private string Seal(string account, EntryContent content) =>
        vault.Seal(vault.SubjectOf(ContactPointSystem.Account, account), JsonSerializer.Serialize(content, JsonSerializerOptions.Web)).ToString();

    [GeneratedRegex(@"\$\d")]
    private static partial Regex Parameter();

    private sealed record Row(long Seq, Guid MessageId, bool ByVisitor, DateTimeOffset At, EntryContent Content);
}
