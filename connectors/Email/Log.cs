using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Email;

/// <summary>Everything the mail connector says in logs. Channels, counts and reasons; never an address, a subject or a text.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "{Source}: reading, uidvalidity {UidValidity}, after uid {Uid}, waits by {Mode}")]
    public static partial void Reading(this ILogger logger, string source, uint uidValidity, uint uid, string mode);

    [LoggerMessage(2001, LogLevel.Information, "{Source}: {Count} mails to fetch")]
    public static partial void CatchingUp(this ILogger logger, string source, int count);

    [LoggerMessage(2002, LogLevel.Warning, "{Source}: the server renumbered the folder (uidvalidity {Old} became {New}); it is read again from the start, repeats are dropped")]
    public static partial void UidValidityChanged(this ILogger logger, string source, uint old, uint @new);

    [LoggerMessage(2003, LogLevel.Information, "{Source}: line lost ({Cause}), connecting again")]
    public static partial void LineLost(this ILogger logger, string source, string cause);

    [LoggerMessage(2004, LogLevel.Warning, "{Source}: uid {Uid} goes to the quarantine: {Reason}")]
    public static partial void Quarantined(this ILogger logger, string source, uint uid, string reason);

    [LoggerMessage(2005, LogLevel.Debug, "{Source}: uid {Uid} accepted, {Result}, {Bytes} bytes, {DurationMs} ms")]
    public static partial void Accepted(this ILogger logger, string source, uint uid, string result, long bytes, double durationMs);

    [LoggerMessage(2006, LogLevel.Information, "{Source}: uid {Uid} was deleted on the server before it could be fetched")]
    public static partial void Vanished(this ILogger logger, string source, uint uid);

    [LoggerMessage(2007, LogLevel.Error, "{Source}: uid {Uid} could not be stored, attempt {Attempt} ({Cause})")]
    public static partial void NotStored(this ILogger logger, string source, uint uid, int attempt, string cause);

    [LoggerMessage(2010, LogLevel.Information, "{Channel}: message {MessageId} sent in {DurationMs} ms")]
    public static partial void Sent(this ILogger logger, string channel, Guid messageId, double durationMs);

    [LoggerMessage(2011, LogLevel.Warning, "{Channel}: message {MessageId} refused: {Reason}, SMTP {Status}")]
    public static partial void Refused(this ILogger logger, string channel, Guid messageId, string reason, int status);

    [LoggerMessage(2012, LogLevel.Information, "{Channel}: message {MessageId} put off for {Seconds} s ({Cause})")]
    public static partial void PutOff(this ILogger logger, string channel, Guid messageId, double seconds, string cause);

    [LoggerMessage(2013, LogLevel.Information, "{Channel}: message {MessageId} is in the Sent folder already and is not sent twice")]
    public static partial void SentBefore(this ILogger logger, string channel, Guid messageId);

    [LoggerMessage(2014, LogLevel.Warning, "{Channel}: the copy in the Sent folder failed ({Cause}); the mail itself is not affected")]
    public static partial void SentCopyFailed(this ILogger logger, string channel, string cause);

    [LoggerMessage(2020, LogLevel.Information, "{Channel}: acknowledgement sent")]
    public static partial void AutoReplySent(this ILogger logger, string channel);

    [LoggerMessage(2021, LogLevel.Warning, "{Channel}: acknowledgement not sent ({Cause}); it is not tried again")]
    public static partial void AutoReplyFailed(this ILogger logger, string channel, string cause);
}
