using Microsoft.Extensions.Logging;

namespace MedCrm.Gateway;

internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "The feed's database does not answer; screens wait and will catch up.")]
    public static partial void FeedIsLost(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "The feed's database answers again.")]
    public static partial void FeedIsBack(this ILogger logger);
}
