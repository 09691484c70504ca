using System.Security.Cryptography;
using System.Text;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace MedCrm.Connectors.WebChat;

/// <summary>A browser that chats.</summary>
/// <param name="Id">Ours, chosen at random.</param>
/// <param name="ExpiresAt">UTC instant at which it is forgotten unless it comes back.</param>
internal sealed record Visitor(Guid Id, ChatOptions Chat, DateTimeOffset ExpiresAt)
{
    /// <summary>The account that an answer goes to.</summary>
    public string Account => AccountOf(Chat, Id);

    public static string AccountOf(ChatOptions chat, Guid id) => $"{chat.Channel}/{id:N}";
}

/// <summary>What a new visitor's browser keeps.</summary>
/// <param name="Token">The only key to the conversation; we keep no more than its hash.</param>
internal sealed record VisitorSession(string Token, DateTimeOffset ExpiresAt);

/// <summary>Who chats: tokens and their life.</summary>
internal sealed class Visitors(NpgsqlDataSource database, TimeProvider clock) : BeforeStart
{
    /// <summary>Carries the token. Not <c>Authorization</c>: that one is the gateway's, for our own users.</summary>
    public const string TokenHeader = "X-Visitor-Token";

    private const int TokenBytes = 32;

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        // The history of a visitor is what her browser may see again; the clinic's own record is in the room Chat.
        database.CreateTablesAsync(
            """
            create schema if not exists webchat;
            create table if not exists webchat.visitors (
                id uuid primary key,
                chat text not null,
                token_hash bytea not null unique,
                expires_at timestamptz not null,
                last_seq bigint not null default 0);
            create index if not exists visitors_expires_at on webchat.visitors (expires_at);
            create table if not exists webchat.entries (
                visitor_id uuid not null references webchat.visitors on delete cascade,
                seq bigint not null,
                message_id uuid not null,
                by_visitor boolean not null,
                at timestamptz not null,
                content text not null,
                delivered_at timestamptz,
                read_at timestamptz,
                primary key (visitor_id, seq),
                unique (visitor_id, message_id));
            """,
            cancellationToken);

    public async Task<VisitorSession> WelcomeAsync(ChatOptions chat, CancellationToken ct)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var expiresAt = clock.GetUtcNow() + chat.VisitorLifetime;
        await using var command = database.CreateCommand("insert into webchat.visitors (id, chat, token_hash, expires_at) values ($1, $2, $3, $4)");
        command.Parameters.AddWithValue(Guid.NewGuid());
        command.Parameters.AddWithValue(chat.Key);
        command.Parameters.AddWithValue(Hash(token));
        command.Parameters.AddWithValue(expiresAt);
        await Reached(command.ExecuteNonQueryAsync(ct));
        return new(token, expiresAt);
    }

    /// <summary>Who brings this token. Null: nobody of this chat, or nobody any more.</summary>
    /// <exception cref="ConnectorNotReadyException">The database is out of reach.</exception>
    public async Task<Visitor?> FindAsync(ChatOptions chat, string? token, CancellationToken ct)
    {
        if (token is not { Length: > 0 and <= 200 })
        {
            return null;
        }

        await using var command = database.CreateCommand("select id, expires_at from webchat.visitors where token_hash = $1 and chat = $2 and expires_at > $3");
        command.Parameters.AddWithValue(Hash(token));
        command.Parameters.AddWithValue(chat.Key);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await using var reader = await Reached(command.ExecuteReaderAsync(ct));
        return await Reached(reader.ReadAsync(ct)) ? new Visitor(reader.GetGuid(0), chat, reader.GetFieldValue<DateTimeOffset>(1)) : null;
    }

    /// <summary>Begins the visitor's time anew.</summary>
    public async Task<DateTimeOffset> RenewAsync(Visitor visitor, CancellationToken ct)
    {
        var expiresAt = clock.GetUtcNow() + visitor.Chat.VisitorLifetime;

        // Not for every reload: it would be a write without news.
        if (expiresAt - visitor.ExpiresAt < visitor.Chat.VisitorLifetime / 50)
        {
            return visitor.ExpiresAt;
        }

        await using var command = database.CreateCommand("update webchat.visitors set expires_at = $2 where id = $1");
        command.Parameters.AddWithValue(visitor.Id);
        command.Parameters.AddWithValue(expiresAt);
        await Reached(command.ExecuteNonQueryAsync(ct));
        return expiresAt;
    }

    /// <summary>She asked this browser to forget: nobody comes back with her token, and nothing of her history stays here.</summary>
    public async Task ForgetAsync(Visitor visitor, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from webchat.visitors where id = $1");
        command.Parameters.AddWithValue(visitor.Id);
        await Reached(command.ExecuteNonQueryAsync(ct));
    }

    /// <summary>The visitor behind an address of an answer. Null: unknown, or forgotten.</summary>
    public async Task<Guid?> ReachableAsync(ChatOptions chat, string account, CancellationToken ct)
    {
        var prefix = chat.Channel + "/";
        if (!account.StartsWith(prefix, StringComparison.Ordinal) || !Guid.TryParseExact(account.AsSpan(prefix.Length), "N", out var id))
        {
            return null;
        }

        await using var command = database.CreateCommand("select 1 from webchat.visitors where id = $1 and expires_at > $2");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        return await Reached(command.ExecuteScalarAsync(ct)) is null ? null : id;
    }

    /// <summary>Removes who has expired, with their history.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from webchat.visitors where expires_at <= $1");
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The token that a request brings. Null: none.</summary>
    public static string? TokenOf(IHeaderDictionary headers) => headers[TokenHeader].ToString() is { Length: > 0 } token ? token : null;

    /// <summary>A database that is away is "not ready", whoever asks.</summary>
    internal static async Task<T> Reached<T>(Task<T> query)
    {
        try
        {
            return await query;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            throw new ConnectorNotReadyException("The connectors' database is out of reach; nothing was stored.", e);
        }
    }

    // A token is 256 random bits: nobody guesses what a plain hash was made from.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
