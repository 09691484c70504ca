using MedCrm.Edge;

namespace Viber.Bridge;

/// <summary>An answer of the clinic. Delivered at least once: with NServiceBus' outbox, or remembering <see cref="DeliverMessage.MessageId"/>, it is shown once.</summary>
internal sealed class DeliverMessageHandler : IHandleMessages<DeliverMessage>
{
    public async Task Handle(DeliverMessage message, IMessageHandlerContext context)
    {
        var buttons = string.Concat((message.Choices ?? []).Select(choice => $" [{choice}]"));
        await System.Console.Out.WriteLineAsync($"to {message.To}: {message.Text}{buttons}");
        await context.Reply(new ReportDelivery(message.MessageId, "delivered"));
    }
}
