using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Email;

/// <summary>Remembers who was acknowledged when, so that two machines cannot talk to each other for ever.</summary>
internal interface IAutoReplyJournal
{
    /// <summary>Notes an acknowledgement that is about to go out.</summary>
    /// <returns>False when the contact had one within the window.</returns>
    Task<bool> TryNoteAsync(string channel, Address contact, DateTimeOffset now, TimeSpan window, CancellationToken ct);
}

/// <summary>The last acknowledgement to a contact.</summary>
public sealed class AutoReply
{
    /// <summary>A keyed hash of channel and address.</summary>
    public string Id { get; set; } = "";

    /// <summary>UTC instant.</summary>
    public DateTimeOffset SentAt { get; set; }
}

/// <summary>The journal as documents beside the raw input; two instances that note at once cannot both win.</summary>
internal sealed class MartenAutoReplyJournal(IDocumentStore store, IPersonalDataVault vault) : IAutoReplyJournal
{
    public async Task<bool> TryNoteAsync(string channel, Address contact, DateTimeOffset now, TimeSpan window, CancellationToken ct)
    {
        var id = vault.HashOf($"{channel}\u001f{contact.Value}");
        await using var session = store.LightweightSession();
        var known = await session.LoadAsync<AutoReply>(id, ct);
        if (known is not null && known.SentAt > now - window)
        {
            return false;
        }

        try
        {
            if (known is null)
            {
                session.Insert(new AutoReply { Id = id, SentAt = now });
            }
            else
            {
                known.SentAt = now;
                session.Update(known);
            }

            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (Exception e) when (e is DocumentAlreadyExistsException or ConcurrencyException)
        {
            return false;
        }
    }
}
