using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Sdk;

internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "{Channel} is lost ({State}): {Error}")]
    public static partial void ChannelLost(ILogger logger, string channel, ChannelState state, string error);

    [LoggerMessage(1901, LogLevel.Information, "{Channel} is back")]
    public static partial void ChannelBack(ILogger logger, string channel);

    [LoggerMessage(1902, LogLevel.Error, "{Channel}: unexpected {ExceptionType} at {StackTrace}")]
    public static partial void SourceStumbled(ILogger logger, string channel, string exceptionType, string? stackTrace);

    [LoggerMessage(1910, LogLevel.Information, "Answer {MessageId} could not be sent (attempt {Attempt}), again at {RetryAt:O}")]
    public static partial void DeliveryPutOff(ILogger logger, MessageId messageId, int attempt, DateTimeOffset retryAt);

    [LoggerMessage(1911, LogLevel.Information, "Answer {MessageId}: {Status} {ReasonCode}")]
    public static partial void DeliverySettled(ILogger logger, MessageId messageId, DeliveryStatus status, string? reasonCode);

    [LoggerMessage(1912, LogLevel.Error, "Answer {MessageId}: unexpected {ExceptionType} at {StackTrace}")]
    public static partial void SenderStumbled(ILogger logger, MessageId messageId, string exceptionType, string? stackTrace);

    [LoggerMessage(1913, LogLevel.Warning, "Answers wait, the channel refuses ({ExceptionType}): {Error}")]
    public static partial void ChannelRefuses(ILogger logger, string exceptionType, string error);

    [LoggerMessage(1920, LogLevel.Information, "Raw input {InputId} was downloaded by {AgentId}")]
    public static partial void RawDownloaded(ILogger logger, Guid inputId, AgentId agentId);

    [LoggerMessage(1921, LogLevel.Information, "Raw input {InputId} was replayed by {AgentId}: {Result}")]
    public static partial void Replayed(ILogger logger, Guid inputId, AgentId agentId, string result);

    [LoggerMessage(1930, LogLevel.Information, "Call {CallId} was placed by {Channel}")]
    public static partial void CallPlaced(ILogger logger, CallId callId, string channel);

    [LoggerMessage(1931, LogLevel.Warning, "Call {CallId} was not placed: {Reason}")]
    public static partial void CallNotPlaced(ILogger logger, CallId callId, string reason);
}
