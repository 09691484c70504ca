using System.Net;
using Microsoft.AspNetCore.Http;

namespace MedCrm.Connectors.Sdk;

/// <summary>A source that calls us. The Sdk reads the bytes, bounds them in size and time, and turns "not ready" into an answer after which every channel calls again.</summary>
public interface IWebhook
{
    /// <summary>Longest body in bytes. Beyond it the answer is 413. Default: 1 MiB.</summary>
    long MaxBodyBytes => 1024 * 1024;

    /// <summary>Checks who calls on the bytes as they came, hands the input to <see cref="IInboundSink"/>, and answers. Whoever is not let in gets 401, and nothing is stored.</summary>
    /// <param name="incoming">What came over the wire.</param>
    /// <param name="ct">Ends after 10 seconds or when the caller hangs up; the answer is then 503, and the repeat meets its key.</param>
    /// <returns>A success only for what <see cref="IInboundSink.AcceptAsync"/> has stored.</returns>
    /// <exception cref="ConnectorNotReadyException">Nothing was stored: the answer is 503 with <c>Retry-After</c>.</exception>
    Task<WebhookAnswer> ReceiveAsync(WebhookCall incoming, CancellationToken ct);
}

/// <summary>One call of a channel.</summary>
/// <param name="Path">The path, without the query.</param>
/// <param name="Values">Values of the route's parameters, by name.</param>
/// <param name="Query">Parameters of the query.</param>
/// <param name="Headers">Headers.</param>
/// <param name="Body">The body, byte for byte: signatures are made over it.</param>
/// <param name="RemoteAddress">Who calls, as the gateway saw it. Null: unknown.</param>
public sealed record WebhookCall(
    string Path, IReadOnlyDictionary<string, string> Values, IQueryCollection Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body, IPAddress? RemoteAddress);

/// <summary>What the channel hears.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">As the channel wants it. Null: none.</param>
/// <param name="MediaType">Of the body.</param>
public sealed record WebhookAnswer(int Status, string? Body = null, string MediaType = "application/json")
{
    /// <summary>It is stored.</summary>
    public static WebhookAnswer Ok { get; } = new(StatusCodes.Status200OK);

    /// <summary>The caller did not prove who they are; nothing was stored.</summary>
    public static WebhookAnswer Unauthorized { get; } = new(StatusCodes.Status401Unauthorized);
}
