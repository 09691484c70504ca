using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telephony.Cloud;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony;

/// <summary>Hands a call to the exchange that places it.</summary>
internal sealed class CallPlacer(IEnumerable<Exchange> exchanges, IOptions<TelephonyOptions> options, IHttpClientFactory clients) : ICallPlacer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public Task<PlacedCall> PlaceAsync(CallToPlace wanted, CancellationToken ct)
    {
        var channel = options.Value.ChannelOf(wanted.Channel) ?? throw new ConnectorMisconfiguredException("АТС не настроена. Заполните Connectors:Telephony.");
        return exchanges.FirstOrDefault(exchange => exchange.Asterisk.Channel == channel) is { } asterisk
            ? asterisk.Asterisk.PlaceAsync(wanted, ct)
            : PlaceAsync(options.Value.Cloud.Single(exchange => exchange.Channel == channel), wanted, ct);
    }

    private async Task<PlacedCall> PlaceAsync(CloudOptions exchange, CallToPlace wanted, CancellationToken ct)
    {
        if (exchange.Api is not { Length: > 0 } api)
        {
            throw new ConnectorMisconfiguredException($"{exchange.Channel}: звонить нельзя, не задан Api.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var http = clients.CreateClient();
            return new PlacedCall(exchange.Channel, await CloudWebhook.Dialects[exchange.Provider].PlaceAsync(exchange, new Uri(api), wanted, http, patience.Token));
        }
        catch (HttpRequestException e) when (e.StatusCode is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden)
        {
            throw new ConnectorAuthRefusedException($"{exchange.Channel}: поставщик не принял ключ. Проверьте ApiKey и Secret.", e);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ConnectorNotReadyException($"{exchange.Channel}: поставщик не принял звонок ({e.GetType().Name}). Попробуйте ещё раз; если повторяется, обратитесь к поставщику.", e);
        }
    }
}
