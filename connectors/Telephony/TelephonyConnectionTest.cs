using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telephony.Asterisk;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telephony;

/// <summary>Signs in to each exchange and asks which channels are up.</summary>
internal sealed class TelephonyConnectionTest(IOptions<TelephonyOptions> options, TimeProvider clock) : IConnectionTest
{
    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct)
    {
        var reports = new List<ConnectionReport>();
        foreach (var exchange in options.Value.Asterisk)
        {
            try
            {
                await using var line = await AmiClient.ConnectAsync(exchange, clock, ct);
                var channels = await line.ListAsync("CoreShowChannels", ct);
                reports.Add(new(exchange.Channel, true, $"Вход выполнен; каналов на линии: {channels.Count}."));
            }
            catch (ConnectorException e)
            {
                reports.Add(new(exchange.Channel, false, e.Message));
            }
        }

        return reports;
    }
}
