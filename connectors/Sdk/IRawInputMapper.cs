namespace MedCrm.Connectors.Sdk;

/// <summary>Understands a raw input a second time, when a person replays it from the quarantine.</summary>
public interface IRawInputMapper
{
    /// <summary>Gives the same events, under the same external ids, as the first time; or understands today what it could not then.</summary>
    /// <param name="raw">As it was handed to <see cref="IInboundSink.AcceptAsync"/>.</param>
    /// <param name="ct">Cancels.</param>
    Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct);
}

/// <summary>What was understood of a raw input.</summary>
/// <param name="Events">Empty: nothing.</param>
/// <param name="QuarantineReason">The words of <see cref="RawInput.QuarantineReason"/>. Null: understood.</param>
public sealed record MappedInput(IReadOnlyList<InboundEvent> Events, string? QuarantineReason = null);
