using Marten;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Vault;

namespace MedCrm.Connectors.Sdk.Calls;

/// <summary>Turns facts about a call in plain text into the sealed event that may travel and rest, and remembers whose call it is.</summary>
internal sealed class CallSealer(IPersonalDataVault vault, MessageSealer messages)
{
    /// <summary>What is remembered of the call after these facts.</summary>
    public async Task<KnownCall> RecallAsync(IQuerySession session, InboundCall call, DateTimeOffset at, CancellationToken ct)
    {
        var id = KnownCall.IdOf(call.Channel, call.ExternalCallId);
        var known = await session.LoadAsync<KnownCall>(id, ct);
        return new KnownCall
        {
            Id = id,
            Channel = call.Channel,
            ExternalCallId = call.ExternalCallId,
            CallId = call.CallId ?? known?.CallId ?? new CallId(id),
            SubjectId = call.Party is { } party
                ? vault.SubjectOf(party.System, party.Value)
                : known?.SubjectId ?? vault.SubjectOf(ContactPointSystem.Account, $"call\u001f{call.Channel}\u001f{call.ExternalCallId}"),
            Open = call.Phase != CallPhase.Ended && known is not { Open: false },
            FirstAt = known?.FirstAt ?? at,
        };
    }

    /// <summary>Seals for a subject who has a key, and stores the recording.</summary>
    public async Task<CallChanged> SealAsync(InboundCall call, KnownCall known, DateTimeOffset at, CancellationToken ct) => new(
        known.CallId,
        known.SubjectId,
        call.Channel,
        call.Direction,
        call.Phase,
        call.Party is { } party ? new ContactPoint(party.System, known.SubjectId, vault.Seal(known.SubjectId, party.Value)) : null,
        call.Line,
        call.Queue,
        call.Agents,
        call.Transfers,
        Past(call.StartedAt, at),
        Past(call.AnsweredAt, at),
        Past(call.EndedAt, at),
        call.Outcome,
        call.WaitSeconds,
        call.TalkSeconds,
        call.Recording is { } recording ? await messages.StoreAsync(recording, known.SubjectId, ct) : null,
        at);

    // A clock that runs ahead would put the call above what comes after it.
    private static DateTimeOffset? Past(DateTimeOffset? told, DateTimeOffset at) => told > at ? at : told;
}
