using MedCrm.Edge;
using Microsoft.Extensions.Hosting;

namespace Viber.Bridge;

/// <summary>Stands in for the messenger: each line typed is a message of one invented person. A real bridge receives a webhook here.</summary>
internal sealed class Console(IMessageSession session) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await System.Console.In.ReadLineAsync(stoppingToken) is { } line)
        {
            // The id of the messenger, not a new one: what is sent twice is stored once.
            var id = Guid.NewGuid().ToString("N");
            await session.Send(new ReceiveInboundMessage(id, new Person(Account: "100500", Name: "Анна Синтетова"), line), stoppingToken);
        }
    }
}
