using System.Net;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Http;

/// <summary>Hands answers to the client that brought the contact. What it cannot take now is tried again by the Sdk for a day; then it is a dead letter.</summary>
internal sealed class CallbackSender(Callbacks callbacks, IOptions<HttpDoorOptions> options) : IOutboundSender
{
    private const long MostFileBytes = 10 * 1024 * 1024;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(30);

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        var client = options.Value.Clients.Find(known => known.Channel == message.Channel);
        if (client?.CallbackUrl is null)
        {
            throw new ConnectorMisconfiguredException($"{message.Channel}: ответить нельзя, в Connectors:Http:Clients нет CallbackUrl для этого клиента. Впишите его и перезапустите.");
        }

        var prefix = EventMapper.Account(client.Channel, "");
        if (!message.To.StartsWith(prefix, StringComparison.Ordinal))
        {
            return new SendOutcome.Refused("bad-address", null);
        }

        var files = new List<object>();
        long size = 0;
        foreach (var attachment in message.Attachments)
        {
            using var bytes = new MemoryStream();
            await using (var content = await attachment.OpenAsync(ct))
            {
                await content.CopyToAsync(bytes, ct);
            }

            size += bytes.Length;
            files.Add(new { attachment.FileName, attachment.MediaType, Content = bytes.ToArray() });
        }

        if (size > MostFileBytes)
        {
            return new SendOutcome.Refused("too-large", null);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            Type = "message",
            MessageId = message.MessageId.Value,
            To = message.To[prefix.Length..],
            message.ToName,
            message.Subject,
            message.Text,
            Choices = message.Choices ?? [],
            message.References,
            Attachments = files,
        }, JsonSerializerOptions.Web);
        using var answer = await callbacks.PostAsync(client, message.MessageId.Value.ToString("N"), body, ct);
        return await OutcomeAsync(client, answer, ct);
    }

    private static async Task<SendOutcome> OutcomeAsync(HttpClientOptions client, HttpResponseMessage answer, CancellationToken ct) => answer.StatusCode switch
    {
        _ when answer.IsSuccessStatusCode => new SendOutcome.Sent(await IdAsync(answer, ct)),
        HttpStatusCode.TooManyRequests => new SendOutcome.RetryAfter(answer.Headers.RetryAfter?.Delta ?? Busy),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            throw new ConnectorAuthRefusedException($"{client.Channel}: программа за CallbackUrl не приняла подпись. Сверьте CallbackSecret с обеих сторон."),
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => new SendOutcome.Refused("rejected", null),
        HttpStatusCode.NotFound or HttpStatusCode.Gone => new SendOutcome.Refused("bad-address", null),
        HttpStatusCode.RequestEntityTooLarge => new SendOutcome.Refused("too-large", null),
        _ => throw new ConnectorNotReadyException($"{client.Channel}: программа за CallbackUrl отвечает {(int)answer.StatusCode}. Посмотрите её журнал."),
    };

    /// <summary>The client may tell under which id the channel knows the answer.</summary>
    private static async Task<string?> IdAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= 200 } known ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
