using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Website;

internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Debug, "Form {FormKey}, receipt {ReceiptId}: {Result} {QuarantineReason}")]
    public static partial void Received(ILogger logger, string formKey, string receiptId, AcceptResult result, string? quarantineReason);

    [LoggerMessage(2101, LogLevel.Error, "Form {FormKey}, receipt {ReceiptId} is in the quarantine: unexpected {ExceptionType} at {StackTrace}")]
    public static partial void MapperStumbled(ILogger logger, string formKey, string receiptId, string exceptionType, string? stackTrace);
}
