using System.Text.Json;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MedCrm.Connectors.Http;

/// <summary>
/// Takes events in. The <c>Idempotency-Key</c> is required (draft-ietf-httpapi-idempotency-key-header): the same key with the same bytes gets the same answer,
/// with other bytes 422. A key is remembered as long as its input is kept.
/// </summary>
internal sealed class EventEndpoint(
    IInboundSink sink, IDocumentStore store, IPersonalDataVault vault, IBlobStore blobs, IOptions<HttpDoorOptions> options) : IWebhook
{
    public const string ApiKeyHeader = "X-Api-Key";
    public const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 200;

    public long MaxBodyBytes => 16 * 1024 * 1024;

    public async Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct)
    {
        if (options.Value.ClientOf(incoming.Headers[ApiKeyHeader].ToString()) is not { } client)
        {
            return Problem(StatusCodes.Status401Unauthorized, "ingest.unauthorized", $"The header {ApiKeyHeader} must carry a key of Connectors:Http:Clients.");
        }

        if (!MediaTypeHeaderValue.TryParse(incoming.Headers.ContentType.ToString(), out var type) || type.MediaType != "application/json")
        {
            return Problem(StatusCodes.Status415UnsupportedMediaType, "ingest.media-type", "Content-Type must be application/json.");
        }

        var key = incoming.Headers[KeyHeader].ToString().Trim('"');
        if (key.Length is 0 or > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            return Problem(StatusCodes.Status400BadRequest, "ingest.idempotency-key", $"The header {KeyHeader} is required: 1 to {LongestKey} visible ASCII characters, the same for every repeat of this event.");
        }

        // Before the body is judged: a key belongs to its first body, whatever the second is like.
        var id = StoredInput.IdOf(client.Channel, key);
        if (await SameAsync(id, incoming.Body, ct) is { } same)
        {
            return same ? Accepted(id) : Reused();
        }

        var (read, mistakes) = IncomingEvent.Read(incoming.Body);
        if (read is null)
        {
            return Problem(StatusCodes.Status400BadRequest, "ingest.invalid", "Nothing was stored. Correct the fields and send it again, with the same key if you like.", mistakes);
        }

        var raw = RawInput.FromBytes(client.Channel, key, "application/json", incoming.Body);
        var result = await sink.AcceptAsync(raw, [EventMapper.Map(client.Channel, read)], checkpoint: null, ct);

        // Somebody was quicker with the same key between the two looks.
        return result == AcceptResult.Duplicate && await SameAsync(id, incoming.Body, ct) == false ? Reused() : Accepted(id);
    }

    /// <returns>Null: the key is new. True also where the person was erased and nothing is left to compare.</returns>
    private async Task<bool?> SameAsync(Guid id, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        StoredInput? known;
        try
        {
            await using var session = store.QuerySession();
            known = await session.LoadAsync<StoredInput>(id, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ConnectorNotReadyException("The connectors' database is out of reach; nothing was stored.", e);
        }

        if (known is null)
        {
            return null;
        }

        if (known.Size != body.Length)
        {
            return false;
        }

        await vault.PrefetchAsync([known.SubjectId], ct);
        if (known.BlobId is { } blob)
        {
            await using var content = await blobs.OpenAsync(blob, ct);
            if (content is null)
            {
                return true;
            }

            var bytes = new byte[body.Length];
            return await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct) == bytes.Length && body.Span.SequenceEqual(bytes);
        }

        return known.Content is not { } sealedText || vault.Open(sealedText) is not { } text
            || body.Span.SequenceEqual(known.IsBinary ? Convert.FromBase64String(text) : System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static WebhookAnswer Accepted(Guid id) => new(StatusCodes.Status202Accepted, JsonSerializer.Serialize(new { eventId = id }));

    private static WebhookAnswer Reused() =>
        Problem(StatusCodes.Status422UnprocessableEntity, "ingest.key-reused", "This Idempotency-Key came with another body before. Nothing was stored; use a key of its own for each event.");

    private static WebhookAnswer Problem(int status, string title, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var problem = new ProblemDetails { Title = title, Detail = detail, Status = status };
        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }

        return new(status, JsonSerializer.Serialize(problem, JsonSerializerOptions.Web), "application/problem+json");
    }
}
