using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using Npgsql;

namespace MedCrm.Connectors.Email;

/// <summary>Remembers refresh tokens that the provider replaced: several give a new one with each access token and drop the old.</summary>
internal interface IRefreshTokens
{
    /// <summary>The one that counts now: the last that was kept, unless the settings have been given a new one since.</summary>
    Task<string> CurrentAsync(MailboxOptions mailbox, CancellationToken ct);

    Task KeepAsync(MailboxOptions mailbox, string token, CancellationToken ct);
}

/// <summary>A refresh token that replaced the one of the settings.</summary>
public sealed record KeptRefreshToken
{
    /// <summary>The channel.</summary>
    public required string Id { get; init; }

    /// <summary>A keyed hash of the token in the settings at that time: another one there counts more.</summary>
    public required string Replaces { get; init; }

    /// <summary>Sealed like a person's data.</summary>
    public required Sealed Token { get; init; }
}

/// <summary>Keeps them in the connector's database, sealed.</summary>
internal sealed class MartenRefreshTokens(IDocumentStore store, IPersonalDataVault vault) : IRefreshTokens
{
    public Task<string> CurrentAsync(MailboxOptions mailbox, CancellationToken ct) => GuardAsync(mailbox, async () =>
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<KeptRefreshToken>(mailbox.Channel, ct) is { } kept && kept.Replaces == Hash(mailbox) && vault.Open(kept.Token) is { } token
            ? token
            : mailbox.OAuth.RefreshToken;
    });

    public Task KeepAsync(MailboxOptions mailbox, string token, CancellationToken ct) => GuardAsync(mailbox, async () =>
    {
        var subject = vault.SubjectOf(ContactPointSystem.Account, $"oauth\u001f{mailbox.Channel}");
        await vault.EnsureKeyAsync(subject, ct);
        await using var session = store.LightweightSession();
        session.Store(new KeptRefreshToken { Id = mailbox.Channel, Replaces = Hash(mailbox), Token = vault.Seal(subject, token) });
        await session.SaveChangesAsync(ct);
        return true;
    });

    private string Hash(MailboxOptions mailbox) => vault.HashOf($"oauth\u001f{mailbox.OAuth.RefreshToken}");

    private static async Task<T> GuardAsync<T>(MailboxOptions mailbox, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is NpgsqlException || e.InnerException is NpgsqlException)
        {
            throw new ConnectorNotReadyException($"{mailbox.Channel}: база данных не отвечает, токен почты не прочитан. Проверьте PostgreSQL.", e);
        }
    }
}
