using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Telegram;

/// <summary>Everything the connector says in logs. Channels, update numbers and words; never a name, an id of a person or a text.</summary>
internal static partial class Log
{
    [LoggerMessage(2200, LogLevel.Information, "{Channel}: polling after update {Update}")]
    public static partial void Polling(this ILogger logger, string channel, long update);

    [LoggerMessage(2201, LogLevel.Information, "{Channel}: webhook set, {Pending} updates waited")]
    public static partial void WebhookSet(this ILogger logger, string channel, int pending);

    [LoggerMessage(2202, LogLevel.Debug, "{Channel}: update {Update} accepted, {Result}, {DurationMs} ms")]
    public static partial void Accepted(this ILogger logger, string channel, long update, string result, double durationMs);

    [LoggerMessage(2203, LogLevel.Information, "{Channel}: update {Update} is nothing for a manager ({Reason})")]
    public static partial void PassedOver(this ILogger logger, string channel, long update, string reason);

    [LoggerMessage(2204, LogLevel.Warning, "{Channel}: update {Update} goes to the quarantine: {Reason}")]
    public static partial void Quarantined(this ILogger logger, string channel, long update, string reason);

    [LoggerMessage(2205, LogLevel.Warning, "{Channel}: update {Update}: a file could not be fetched (attempt {Attempt}, {Cause})")]
    public static partial void FileNotFetched(this ILogger logger, string channel, long update, int attempt, string cause);

    [LoggerMessage(2206, LogLevel.Error, "{Channel}: update {Update} could not be stored, attempt {Attempt} ({Cause})")]
    public static partial void NotStored(this ILogger logger, string channel, long update, int attempt, string cause);

    [LoggerMessage(2210, LogLevel.Information, "{Channel}: message {MessageId} sent in {Parts} parts, {DurationMs} ms")]
    public static partial void Sent(this ILogger logger, string channel, Guid messageId, int parts, double durationMs);

    [LoggerMessage(2211, LogLevel.Warning, "{Channel}: message {MessageId} refused: {Reason}, Bot API {Code}")]
    public static partial void Refused(this ILogger logger, string channel, Guid messageId, string reason, int code);

    [LoggerMessage(2212, LogLevel.Information, "{Channel}: message {MessageId} put off for {Seconds} s ({Cause})")]
    public static partial void PutOff(this ILogger logger, string channel, Guid messageId, double seconds, string cause);

    [LoggerMessage(2213, LogLevel.Warning, "{Channel}: message {MessageId}: Telegram did not confirm it; it is not sent twice")]
    public static partial void Unconfirmed(this ILogger logger, string channel, Guid messageId);

    [LoggerMessage(2220, LogLevel.Information, "{Channel}: asked for a telephone")]
    public static partial void PhoneAskedFor(this ILogger logger, string channel);

    [LoggerMessage(2221, LogLevel.Warning, "{Channel}: a courtesy was not sent ({Cause})")]
    public static partial void CourtesyFailed(this ILogger logger, string channel, string cause);
}
