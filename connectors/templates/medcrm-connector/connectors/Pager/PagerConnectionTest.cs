using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Pager;

/// <summary>Asks whose account it is; reads and sends nothing.</summary>
internal sealed class PagerConnectionTest(PagerApi api) : IConnectionTest
{
    public async Task<IReadOnlyList<ConnectionReport>> TestAsync(CancellationToken ct)
    {
        try
        {
            return [new(PagerConnector.Channel, true, $"Pager отвечает, учётная запись «{await api.AccountAsync(ct)}».")];
        }
        catch (ConnectorException e)
        {
            return [new(PagerConnector.Channel, false, e.Message)];
        }
    }
}
