using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Http;

/// <summary>Posts to the clients' addresses, signed: <c>MedCrm-Signature: t={unix seconds},v1={hex HMAC-SHA-256 over "t.body"}</c>.</summary>
internal sealed class Callbacks(TimeProvider clock) : IDisposable
{
    public const string SignatureHeader = "MedCrm-Signature";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A redirect would carry a patient's words to an address nobody entered.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <param name="key">The same for every repeat.</param>
    /// <exception cref="ConnectorNotReadyException">Nobody answers at the address.</exception>
    public async Task<HttpResponseMessage> PostAsync(HttpClientOptions client, string key, byte[] body, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, client.CallbackUrl) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add(SignatureHeader, Sign(client.CallbackSecret!, clock.GetUtcNow(), body));
        try
        {
            return await _client.SendAsync(request, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ConnectorNotReadyException($"{client.Channel}: по адресу CallbackUrl не отвечают ({e.GetType().Name}). Проверьте адрес, сеть и программу за ним.");
        }
    }

    public static string Sign(string secret, DateTimeOffset at, byte[] body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public void Dispose() => _client.Dispose();
}
