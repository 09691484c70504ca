using MedCrm.Contracts;
using MedCrm.Contracts.Chat;

namespace MedCrm.Connectors.Sdk.Outbound;

/// <summary>What was tried to send one answer, and what came of it. A repeat of the command finds the outcome here and only tells it again.</summary>
public sealed record OutboundAttempt
{
    /// <summary>The <see cref="MessageId"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>To whom.</summary>
    public required DataSubjectId SubjectId { get; init; }

    /// <summary>Which of our channels sends. Null: the connector's default one.</summary>
    public string? Channel { get; init; }

    /// <summary>UTC instant of the first attempt; a day later the answer has expired.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>The process that is sending it now, or died while it did. Null: none.</summary>
    public Guid? Sender { get; init; }

    /// <summary>UTC instant until which another process leaves it to <see cref="Sender"/>.</summary>
    public DateTimeOffset? SenderUntil { get; init; }

    /// <summary>UTC instant of the next attempt, which is scheduled. Null: none is.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Sent or failed. Null: not known yet.</summary>
    public DeliveryStatus? Outcome { get; init; }

    /// <summary>UTC instant of the outcome.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }

    /// <summary>The channel's id of the answer. Null: not told.</summary>
    public string? ExternalMessageId { get; init; }

    /// <summary>Why it failed. Null: did not fail.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The far side's own words. Null: none.</summary>
    public Sealed? Detail { get; init; }
}
