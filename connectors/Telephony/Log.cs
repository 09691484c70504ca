using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Telephony;

/// <summary>Everything the telephony connector says in logs. Channels, keys of calls, counts and words; never a number, a name or a path of a recording (it holds numbers).</summary>
internal static partial class Log
{
    [LoggerMessage(2300, LogLevel.Information, "{Channel}: watching; {Live} channels are up, {Open} calls were open, {Recovered} call records read")]
    public static partial void Watching(this ILogger logger, string channel, int live, int open, int recovered);

    [LoggerMessage(2301, LogLevel.Warning, "{Channel}: the stored call records cannot be read ({Error}); calls that ended while we were away are closed without them")]
    public static partial void RecordsUnreadable(this ILogger logger, string channel, string error);

    [LoggerMessage(2302, LogLevel.Debug, "{Channel}: call {ExternalCallId} is {Phase}")]
    public static partial void CallTold(this ILogger logger, string channel, string externalCallId, string phase);

    [LoggerMessage(2310, LogLevel.Warning, "{Channel}: a notification was refused: {Reason}")]
    public static partial void NotificationRefused(this ILogger logger, string channel, string reason);

    [LoggerMessage(2311, LogLevel.Debug, "{Channel}: notification {ExternalId}: {Result}")]
    public static partial void NotificationTaken(this ILogger logger, string channel, string externalId, AcceptResult result);

    [LoggerMessage(2320, LogLevel.Warning, "{Channel}: the recording of call {ExternalCallId} could not be fetched (attempt {Attempt}): {Error}")]
    public static partial void RecordingNotFetched(this ILogger logger, string channel, string externalCallId, int attempt, string error);

    [LoggerMessage(2321, LogLevel.Debug, "{Channel}: the recording of call {ExternalCallId} is kept")]
    public static partial void RecordingKept(this ILogger logger, string channel, string externalCallId);

    [LoggerMessage(2322, LogLevel.Warning, "Recordings are not fetched for now ({Error})")]
    public static partial void RecordingsStumbled(this ILogger logger, string error);
}
