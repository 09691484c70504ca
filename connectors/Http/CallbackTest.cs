using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Http;

/// <summary>Posts <c>{"type":"ping"}</c>, signed, to every address; a client answers it with any success.</summary>
internal sealed class CallbackTest(Callbacks callbacks, IOptions<HttpDoorOptions> options) : IConnectionTest
{
    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct) =>
        await Task.WhenAll(options.Value.Clients.Select(client => TestAsync(client, ct)));

    private async Task<ConnectionReport> TestAsync(HttpClientOptions client, CancellationToken ct)
    {
        if (client.CallbackUrl is null)
        {
            return new(client.Channel, true, "Только приём: CallbackUrl не задан, отвечать некуда.");
        }

        try
        {
            using var answer = await callbacks.PostAsync(client, Guid.NewGuid().ToString("N"), [.. """{"type":"ping"}"""u8], ct);
            return answer.IsSuccessStatusCode
                ? new(client.Channel, true, "Программа за CallbackUrl отвечает и приняла подпись.")
                : new(client.Channel, false, $"Программа за CallbackUrl отвечает {(int)answer.StatusCode}. {((int)answer.StatusCode is 401 or 403 ? "Сверьте CallbackSecret с обеих сторон." : "Она должна отвечать на {\"type\":\"ping\"} кодом 200.")}");
        }
        catch (ConnectorException e)
        {
            return new(client.Channel, false, e.Message);
        }
    }
}
