using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>Everything the connector says in logs. Channels and words; never a name, an id of a person or a text.</summary>
internal static partial class Log
{
    [LoggerMessage(2400, LogLevel.Information, "{Channel}: polling")]
    public static partial void Polling(this ILogger logger, string channel);

    [LoggerMessage(2401, LogLevel.Information, "{Channel}: webhook set")]
    public static partial void WebhookSet(this ILogger logger, string channel);

    [LoggerMessage(2402, LogLevel.Debug, "{Channel}: update accepted, {Result}")]
    public static partial void Accepted(this ILogger logger, string channel, AcceptResult result);

    [LoggerMessage(2403, LogLevel.Information, "{Channel}: an update is nothing for a manager ({Reason})")]
    public static partial void PassedOver(this ILogger logger, string channel, string reason);

    [LoggerMessage(2404, LogLevel.Warning, "{Channel}: an update goes to the quarantine: {Reason}")]
    public static partial void Quarantined(this ILogger logger, string channel, string reason);

    [LoggerMessage(2405, LogLevel.Warning, "{Channel}: a file could not be fetched, attempt {Attempt}")]
    public static partial void FileNotFetched(this ILogger logger, string channel, int attempt);

    [LoggerMessage(2406, LogLevel.Error, "{Channel}: an update could not be stored, attempt {Attempt} ({Cause})")]
    public static partial void NotStored(this ILogger logger, string channel, int attempt, string cause);

    [LoggerMessage(2410, LogLevel.Information, "{Channel}: message {MessageId} sent in {Parts} parts")]
    public static partial void Sent(this ILogger logger, string channel, Guid messageId, int parts);

    [LoggerMessage(2411, LogLevel.Warning, "{Channel}: message {MessageId} refused: {Reason}")]
    public static partial void Refused(this ILogger logger, string channel, Guid messageId, string reason);

    [LoggerMessage(2412, LogLevel.Information, "{Channel}: message {MessageId} put off for {Seconds} s ({Cause})")]
    public static partial void PutOff(this ILogger logger, string channel, Guid messageId, double seconds, string cause);

    [LoggerMessage(2413, LogLevel.Warning, "{Channel}: message {MessageId}: MAX did not confirm it; it is looked for in the dialog")]
    public static partial void Unconfirmed(this ILogger logger, string channel, Guid messageId);

    [LoggerMessage(2414, LogLevel.Information, "{Channel}: message {MessageId} had arrived and was found")]
    public static partial void Found(this ILogger logger, string channel, Guid messageId);

    [LoggerMessage(2420, LogLevel.Information, "{Channel}: asked for a telephone")]
    public static partial void PhoneAskedFor(this ILogger logger, string channel);

    [LoggerMessage(2421, LogLevel.Warning, "{Channel}: a courtesy was not sent ({Cause})")]
    public static partial void CourtesyFailed(this ILogger logger, string channel, string cause);
}
