using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony.Cloud;

/// <summary>A recording that a provider told of and that is not here yet. Kept until it is, or until the provider has given it up.</summary>
public sealed record AwaitedRecording
{
    /// <summary>Made from the channel, the call and the recording.</summary>
    public required Guid Id { get; init; }

    /// <summary>The exchange.</summary>
    public required string Channel { get; init; }

    /// <summary>The call's key in the exchange.</summary>
    public required string ExternalCallId { get; init; }

    /// <summary>By what the provider gives it: an address, which is a secret, or a number.</summary>
    public required Sealed Reference { get; init; }

    /// <summary>How often it was asked for in vain.</summary>
    public int Attempts { get; init; }

    /// <summary>UTC instant of the next attempt.</summary>
    public required DateTimeOffset NextAt { get; init; }
}

/// <summary>Fetches what providers in the cloud recorded, seals it, and hands it in as one more fact about the call. Repeats meet the key of the input.</summary>
internal sealed class CloudRecordings(
    IDocumentStore store, IPersonalDataVault vault, IInboundSink sink, IOptions<TelephonyOptions> options, IHttpClientFactory clients, TimeProvider clock, ILogger<CloudRecordings> log) : BackgroundService
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    // The provider writes the file after the call; links live for hours to days.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8)];

    /// <summary>Notes a recording before the provider is told that we heard of it.</summary>
    /// <exception cref="ConnectorNotReadyException">It could not be noted: do not acknowledge.</exception>
    public async Task AwaitAsync(CloudOptions exchange, ToldRecording told, CancellationToken ct)
    {
        var id = DeterministicId.From("recording", exchange.Channel, told.ExternalCallId, told.Reference);
        var subject = vault.SubjectOf(ContactPointSystem.Account, $"recording\u001f{exchange.Channel}\u001f{told.ExternalCallId}");
        try
        {
            await vault.EnsureKeyAsync(subject, ct);
            await using var session = store.LightweightSession();
            session.Insert(new AwaitedRecording { Id = id, Channel = exchange.Channel, ExternalCallId = told.ExternalCallId, Reference = vault.Seal(subject, told.Reference), NextAt = clock.GetUtcNow() });
            await session.SaveChangesAsync(ct);
        }
        catch (DocumentAlreadyExistsException)
        {
            // Told before.
        }
        catch (Exception e) when (e is not OperationCanceledException and not ConnectorException)
        {
            throw new ConnectorNotReadyException($"{exchange.Channel}: the recording could not be noted ({e.GetType().Name}).", e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            try
            {
                foreach (var recording in await DueAsync(stoppingToken))
                {
                    await FetchAsync(recording, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.RecordingsStumbled(e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<AwaitedRecording>> DueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        return await session.Query<AwaitedRecording>().Where(recording => recording.NextAt <= now).OrderBy(recording => recording.NextAt).Take(AtOnce).ToListAsync(ct);
    }

    private async Task FetchAsync(AwaitedRecording recording, CancellationToken ct)
    {
        var exchange = options.Value.Cloud.Find(exchange => exchange.Channel == recording.Channel);
        var isOver = exchange is null || vault.Open(recording.Reference) is not { } reference || await TryTakeAsync(exchange, recording, reference, ct);
        await using var session = store.LightweightSession();
        if (isOver || recording.Attempts == Pauses.Length)
        {
            session.Delete<AwaitedRecording>(recording.Id);
        }
        else
        {
            session.Store(recording with { Attempts = recording.Attempts + 1, NextAt = clock.GetUtcNow() + Pauses[recording.Attempts] });
        }

        await session.SaveChangesAsync(ct);
    }

    /// <returns>False: not now.</returns>
    private async Task<bool> TryTakeAsync(CloudOptions exchange, AwaitedRecording recording, string reference, CancellationToken ct)
    {
        try
        {
            using var http = clients.CreateClient();
            using var answer = await CloudWebhook.Dialects[exchange.Provider].OpenRecordingAsync(exchange, reference, http, ct);
            answer.EnsureSuccessStatusCode();
            await using var content = new BoundedStream(await answer.Content.ReadAsStreamAsync(ct), exchange.MaxRecordingBytes);
            var mediaType = answer.Content.Headers.ContentType?.MediaType ?? "audio/mpeg";
            await sink.AcceptAsync(
                RawInput.FromBytes(exchange.Channel, $"recording/{recording.Id:N}", "text/plain", "A recording was fetched."u8.ToArray()),
                [
                    new InboundCall
                    {
                        Channel = exchange.Channel,
                        ExternalCallId = recording.ExternalCallId,
                        Phase = CallPhase.Ended,
                        Recording = new InboundAttachment($"{recording.Id:N}.{(mediaType == "audio/wav" ? "wav" : "mp3")}", mediaType, _ => Task.FromResult<Stream>(content)),
                    },
                ],
                checkpoint: null,
                ct);
            log.RecordingKept(exchange.Channel, recording.ExternalCallId);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && IsTooLarge(e))
        {
            log.RecordingNotFetched(exchange.Channel, recording.ExternalCallId, recording.Attempts + 1, "larger than MaxRecordingBytes");
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException or ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.RecordingNotFetched(exchange.Channel, recording.ExternalCallId, recording.Attempts + 1, e.GetType().Name);
            return false;
        }
    }

    private static bool IsTooLarge(Exception? e) => e is BoundedStream.ExceededException || (e?.InnerException is { } inner && IsTooLarge(inner));
}
