using System.Text;
using Marten;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Sdk.Calls;

/// <summary>Places one call: notes the attempt under the window's key, asks the exchange outside of any transaction, and tells what came of it.</summary>
public sealed class CallPlacing
{
    /// <summary>Nobody sits there waiting any more.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private readonly IDocumentStore _store;
    private readonly ICallPlacer _placer;
    private readonly IInboundSink _sink;
    private readonly IPersonalDataVault _vault;
    private readonly TimeProvider _clock;
    private readonly ILogger<CallPlacing> _log;

    internal CallPlacing(IDocumentStore store, ICallPlacer placer, IInboundSink sink, IPersonalDataVault vault, TimeProvider clock, ILogger<CallPlacing> log)
    {
        _store = store;
        _placer = placer;
        _sink = sink;
        _vault = vault;
        _clock = clock;
        _log = log;
    }

    internal async Task PlaceAsync(PlaceCall command, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        await using (var session = _store.LightweightSession())
        {
            session.Insert(new CallAttempt { Id = command.CallId.Value, At = now });
            try
            {
                await session.SaveChangesAsync(ct);
            }
            catch (Exception e) when (InboundSink.IsRepeat(e))
            {
                return;
            }
        }

        if (_vault.Open(command.To) is not { } to)
        {
            return;
        }

        var why = "expired";
        if (now - command.At < Stale)
        {
            try
            {
                var placed = await _placer.PlaceAsync(new(command.CallId, command.Channel, to, command.Extension), ct);
                await RememberAsync(command, placed, now, ct);
                Log.CallPlaced(_log, command.CallId, placed.Channel);
                return;
            }
            catch (ConnectorException e)
            {
                why = e.Message;
            }
        }

        Log.CallNotPlaced(_log, command.CallId, why);
        var channel = command.Channel ?? "telephony";
        var external = $"click/{command.CallId}";
        await _sink.AcceptAsync(
            RawInput.FromBytes(channel, external, "text/plain", Encoding.UTF8.GetBytes(why)),
            [
                new InboundCall
                {
                    Channel = channel,
                    ExternalCallId = external,
                    CallId = command.CallId,
                    Direction = CallDirection.Outbound,
                    Phase = CallPhase.Ended,
                    Party = new Address(ContactPointSystem.Phone, to),
                    Agents = [new CallAgent(command.Extension)],
                    StartedAt = command.At,
                    EndedAt = now,
                    Outcome = CallOutcome.Failed,
                },
            ],
            checkpoint: null,
            ct);
    }

    /// <summary>What the exchange reports under its key belongs to the window's call.</summary>
    private async Task RememberAsync(PlaceCall command, PlacedCall placed, DateTimeOffset now, CancellationToken ct)
    {
        if (placed.ExternalCallId is not { } external)
        {
            return;
        }

        await using var session = _store.LightweightSession();
        session.Insert(new KnownCall
        {
            Id = KnownCall.IdOf(placed.Channel, external),
            Channel = placed.Channel,
            ExternalCallId = external,
            CallId = command.CallId,
            SubjectId = command.SubjectId,
            Open = true,
            FirstAt = now,
        });
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception e) when (InboundSink.IsRepeat(e))
        {
            // The exchange was quicker to report the call than to answer us.
        }
    }
}

/// <summary>Hears what is to be called. No transaction of the bus surrounds it: the outside world is not called inside one.</summary>
public static class PlaceCallHandler
{
    /// <summary>Places a call, once.</summary>
    public static Task Handle(PlaceCall command, CallPlacing placing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(placing);
        return placing.PlaceAsync(command, ct);
    }
}
