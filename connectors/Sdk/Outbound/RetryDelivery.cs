using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Connectors.Sdk.Outbound;

/// <summary>Timeout of a connector for itself: the channel could not take an answer, try again. Durable, so a restart loses none.</summary>
/// <param name="Message">The answer.</param>
[WireName("connector.retry-delivery/1")]
public sealed record RetryDelivery(DeliverMessage Message) : IAboutSubject
{
    /// <inheritdoc />
    public DataSubjectId SubjectId => Message.SubjectId;
}

/// <summary>Hears what is to be sent. No transaction of the bus surrounds it: the outside world is not called inside one.</summary>
public static class DeliverMessageHandler
{
    /// <summary>Sends an answer for the first time, or tells again what became of it.</summary>
    public static Task Handle(DeliverMessage message, OutboundDelivery delivery, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return delivery.DeliverAsync(message, isRetry: false, ct);
    }

    /// <summary>Tries again.</summary>
    public static Task Handle(RetryDelivery retry, OutboundDelivery delivery, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(retry);
        ArgumentNullException.ThrowIfNull(delivery);
        return delivery.DeliverAsync(retry.Message, isRetry: true, ct);
    }
}
