using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.WebChat;

internal static partial class Log
{
    [LoggerMessage(2500, LogLevel.Debug, "Chat {ChatKey}, visitor {VisitorId}: {Result} {QuarantineReason}")]
    public static partial void Received(ILogger logger, string chatKey, Guid visitorId, AcceptResult result, string? quarantineReason);

    [LoggerMessage(2501, LogLevel.Warning, "The connectors' database does not answer; visitors wait and will catch up ({ExceptionType}).")]
    public static partial void TailIsLost(ILogger logger, string exceptionType);

    [LoggerMessage(2502, LogLevel.Information, "The connectors' database answers again.")]
    public static partial void TailIsBack(ILogger logger);
}
