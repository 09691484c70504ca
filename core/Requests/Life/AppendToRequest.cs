using MedCrm.Contracts;
using Wolverine;

namespace MedCrm.Requests.Life;

/// <summary>What a saga wants written to a request. The saga itself touches no store; Wolverine carries this out within the saga's transaction.</summary>
public sealed class AppendToRequest(RequestId requestId, object happened) : ISideEffect
{
    public RequestId RequestId { get; } = requestId;

    public object Happened { get; } = happened;

    public async Task ExecuteAsync(RequestLog log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (await log.FindAsync(RequestId, ct) is { } stream)
        {
            await log.AppendAsync(stream, Happened);
        }
    }
}
