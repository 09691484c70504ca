using MedCrm.Contracts.Window;

namespace MedCrm.Gateway.Live;

/// <summary>One change of the screens.</summary>
/// <param name="Seq">Its number in the feed: without gaps, in the order of commit.</param>
/// <param name="Type"><c>requestChanged</c>.</param>
/// <param name="At">UTC instant of the change.</param>
/// <param name="Row">The whole row as it is after the change.</param>
public sealed record ScreenEvent(long Seq, string Type, DateTimeOffset At, RequestRow Row);

/// <summary>A push: every change from one number to another.</summary>
/// <param name="Epoch">Changes when numbering begins anew (a restored backup).</param>
public sealed record ScreenEventBatch(Guid Epoch, long FromSeq, long ToSeq, IReadOnlyList<ScreenEvent> Events);

/// <summary>The answer to "what did I miss?".</summary>
/// <param name="Mode"><c>delta</c>: apply <paramref name="Events"/>. <c>reset</c>: too much, too old or another epoch; remember <paramref name="HeadSeq"/>, load everything, then ask again from it.</param>
/// <param name="HeadSeq">The number to continue from.</param>
public sealed record FeedAnswer(string Mode, Guid Epoch, long HeadSeq, IReadOnlyList<ScreenEvent> Events);
